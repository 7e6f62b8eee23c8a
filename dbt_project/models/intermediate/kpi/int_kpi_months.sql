-- Each KPI over the period that ends with each month, as if every month were one in which it is due.
with months as (
    select * from {{ ref('int_district_months') }}
),

kpis as (
    select * from {{ ref('stg_kpis') }}
),

measures as (
    select * from {{ ref('int_measures') }}
),

ever as (
    select
        district_id,
        mart,
        measure,
        count(value) as months_known
    from measures
    group by district_id, mart, measure
),

grid as (
    select
        months.district_id,
        months.month,
        months.month_index,
        months.month_end,
        months.month_of_year,
        kpis.*,
        case kpis.period
            when 'rolling_12' then months.month_index - 11
            when 'year_to_date' then months.month_index - months.month_of_year + 1
            else months.month_index
        end as first_index,
        months.month_start
    from months
    cross join kpis
),

-- The numerator with what stands beside it in the same month, for every KPI and month.
terms as (
    select
        grid.district_id,
        grid.code,
        grid.month,
        numerator.value as numerator,
        denominator.value as denominator,
        adjusted.value as adjusted,
        low.value as interval_low,
        high.value as interval_high,
        base.value as base,
        grid.month_index
    from grid
    left join measures as numerator
        on
            grid.district_id = numerator.district_id
            and grid.month_index = numerator.month_index
            and grid.mart = numerator.mart
            and grid.numerator = numerator.measure
    left join measures as denominator
        on
            grid.district_id = denominator.district_id
            and grid.month_index = denominator.month_index
            and grid.mart = denominator.mart
            and grid.denominator = denominator.measure
    left join measures as adjusted
        on
            grid.district_id = adjusted.district_id
            and grid.month_index = adjusted.month_index
            and grid.mart = adjusted.mart
            and grid.adjusted_numerator = adjusted.measure
    left join measures as low
        on
            grid.district_id = low.district_id
            and grid.month_index = low.month_index
            and grid.mart = low.mart
            and grid.interval_low = low.measure
    left join measures as high
        on
            grid.district_id = high.district_id
            and grid.month_index = high.month_index
            and grid.mart = high.mart
            and grid.interval_high = high.measure
    left join measures as base
        on
            grid.district_id = base.district_id
            and grid.month_index = base.month_index
            and grid.mart = base.mart
            and grid.disclosure_rule = 'survey'
            and grid.disclosure_contributions = base.measure
),

-- A ratio is a ratio of sums over the months in which both of its terms are known.
summed as (
    select
        grid.district_id,
        grid.month,
        grid.code,
        sum(
            case
                when grid.value_kind != 'ratio' or terms.denominator is not null then terms.numerator
            end
        ) as numerator,
        sum(case when terms.numerator is not null then terms.denominator end) as denominator,
        sum(
            case
                when grid.value_kind != 'ratio' or terms.denominator is not null then terms.adjusted
            end
        ) as adjusted,
        count(terms.adjusted) as adjusted_months,
        count(
            case
                when grid.value_kind != 'ratio' or terms.denominator is not null then terms.numerator
            end
        ) as known_months,
        max(case when terms.month_index = grid.month_index then terms.numerator end) as numerator_now,
        max(case when terms.month_index = grid.month_index then terms.denominator end)
            as denominator_now,
        max(case when terms.month_index = grid.month_index then terms.interval_low end)
            as interval_low,
        max(case when terms.month_index = grid.month_index then terms.interval_high end)
            as interval_high,
        max(case when terms.month_index = grid.month_index then terms.base end) as base
    from grid
    left join terms
        on
            grid.district_id = terms.district_id
            and grid.code = terms.code
            and terms.month_index between grid.first_index and grid.month_index
    group by grid.district_id, grid.month, grid.code
),

completeness as (
    select * from {{ ref('int_completeness') }}
),

evidence as (
    select * from {{ ref('int_kpi_evidence') }}
),

emissions as (
    select * from {{ ref('int_emission_months') }}
),

trajectory as (
    select * from {{ ref('fct_emission_trajectory') }}
),

joined as (
    select
        grid.*,
        summed.numerator as numerator_sum,
        summed.denominator as denominator_sum,
        summed.adjusted as adjusted_sum,
        summed.adjusted_months,
        summed.known_months,
        summed.numerator_now,
        summed.denominator_now,
        summed.interval_low as interval_low_now,
        summed.interval_high as interval_high_now,
        coalesce(summed.denominator, summed.base) as cases,
        coalesce(ever_numerator.months_known, 0) as numerator_ever,
        coalesce(ever_denominator.months_known, 0) as denominator_ever,
        completeness.coverage,
        -- What rests on one register is graded by what proves that register and not by what proves its theme.
        case
            when completeness.grade is null or completeness.reason = 'not_delivered' then completeness.grade
            when grid.evidence_dataset is null then completeness.grade
            else {{ worst_grade([
                'completeness.grade_coverage', 'completeness.grade_estimated', 'completeness.grade_quarantine',
                'completeness.grade_age', 'completeness.grade_factor_age', 'evidence.grade_evidence',
            ]) }}
        end as grade,
        completeness.estimated_share,
        completeness.factor_age_years,
        completeness.reason as completeness_reason,
        coalesce(completeness.reason = 'withheld' and grid.withheld_below_line, false) as below_line,
        trajectory.target_reason,
        trajectory.pace_reason,
        coalesce(
            emissions.energy_needing_factor_kwh > 0 and emissions.energy_with_factor_kwh = 0, false
        ) as without_factors,
        case grid.period
            when 'rolling_12' then 12
            else 1
        end as months_needed
    from grid
    left join summed
        on
            grid.district_id = summed.district_id
            and grid.month = summed.month
            and grid.code = summed.code
    left join ever as ever_numerator
        on
            grid.district_id = ever_numerator.district_id
            and grid.mart = ever_numerator.mart
            and grid.numerator = ever_numerator.measure
    left join ever as ever_denominator
        on
            grid.district_id = ever_denominator.district_id
            and grid.mart = ever_denominator.mart
            and grid.denominator = ever_denominator.measure
    left join completeness
        on
            grid.district_id = completeness.district_id
            and grid.month = completeness.month
            and grid.completeness = completeness.theme
            and completeness.period = case when grid.period = 'rolling_12' then 'rolling_12' else 'month' end
    left join evidence
        on
            grid.district_id = evidence.district_id
            and grid.month = evidence.month
            and grid.code = evidence.kpi_code
    left join trajectory
        on grid.district_id = trajectory.district_id and grid.month = trajectory.month
    left join emissions
        on grid.district_id = emissions.district_id and grid.month = emissions.month
),

valued as (
    select
        *,
        case
            when not computed or known_months < months_needed then null
            when below_line then null
            when value_kind = 'ratio'
                then cast({{ round_half_up(
                    double('scale') ~ ' * ' ~ double('numerator_sum')
                    ~ ' / nullif(' ~ double('denominator_sum') ~ ', 0)', 9
                ) }} as decimal(28, 9))
            when value_kind = 'sum'
                then cast(
                    {{ round_half_up('cast(numerator_sum as decimal(28, 9)) * scale', 9) }}
                    as decimal(28, 9)
                )
            else cast(
                {{ round_half_up('cast(numerator_now as decimal(28, 9)) * scale', 9) }}
                as decimal(28, 9)
            )
        end as raw_value,
        case
            when not computed or adjusted_months < months_needed then null
            when below_line then null
            when value_kind = 'ratio'
                then cast({{ round_half_up(
                    double('scale') ~ ' * ' ~ double('adjusted_sum')
                    ~ ' / nullif(' ~ double('denominator_sum') ~ ', 0)', 9
                ) }} as decimal(28, 9))
            else cast(
                {{ round_half_up('cast(adjusted_sum as decimal(28, 9)) * scale', 9) }}
                as decimal(28, 9)
            )
        end as raw_adjusted
    from joined
)

select
    district_id,
    month,
    month_index,
    month_end,
    code as kpi_code,
    cadence,
    unit,
    direction,
    completeness as theme,
    {{ add_months('month_start', 'first_index - month_index') }} as period_start,
    month_end as period_end,
    -- Below the declared number of cases the counts speak, and a percentage would not.
    case when minimum_cases > 0 and cases < minimum_cases then null else raw_value end as value,
    case when minimum_cases > 0 and cases < minimum_cases then null else raw_adjusted end
        as value_adjusted,
    case
        when minimum_cases > 0 and cases < minimum_cases then null
        when below_line then null
        else cast({{ round_half_up('interval_low_now * scale', 9) }} as decimal(28, 9))
    end as interval_low,
    case
        when minimum_cases > 0 and cases < minimum_cases then null
        when below_line then null
        else cast({{ round_half_up('interval_high_now * scale', 9) }} as decimal(28, 9))
    end as interval_high,
    -- A figure that is withheld takes along what would give it back.
    cast(
        case
            when below_line then null
            when value_kind = 'level' then numerator_now
            else numerator_sum
        end as decimal(28, 9)
    ) as numerator,
    cast(case when not below_line then denominator_sum end as decimal(28, 9)) as denominator,
    coverage,
    grade,
    estimated_share,
    factor_age_years,
    completeness_reason as theme_reason,
    case
        when not computed then reason_not_computed
        -- Of nothing at all there are no counts either.
        when computed and not below_line and numerator_now is not null and value_kind = 'ratio' and denominator_sum = 0
            then 'zero_denominator'
        when minimum_cases > 0 and cases < minimum_cases then 'few_cases'
        when raw_value is not null then null
        when completeness_reason = 'not_collected' then 'not_collected'
        when below_line and known_months >= months_needed then 'withheld'
        when
            numerator in (
                'reduction_tco2e', 'gap_tco2e', 'budget_left_tco2e', 'required_slope_tco2e', 'arrival_probability'
            ) and target_reason is not null
            then target_reason
        when numerator in ('achieved_slope_tco2e', 'arrival_probability') and pace_reason is not null
            then pace_reason
        when
            numerator in (
                'reduction_tco2e', 'gap_tco2e', 'budget_left_tco2e', 'required_slope_tco2e',
                'achieved_slope_tco2e', 'arrival_probability'
            )
            then 'not_enough_months'
        when mart = 'fct_emissions_monthly' and numerator_now is null and without_factors then 'no_factor'
        -- What networks lose is known everywhere but for its factor.
        when numerator = 'scope3_tco2e' and numerator_now is null then 'no_factor'
        when numerator_ever = 0 or (value_kind = 'ratio' and denominator_ever = 0)
            then case when completeness_reason = 'not_delivered' then 'not_delivered' else 'not_collected' end
        when numerator_now is null or (value_kind = 'ratio' and denominator_now is null)
            then 'not_delivered'
        else 'not_enough_months'
    end as reason,
    case cadence
        when 'monthly' then true
        when 'quarterly' then month_of_year in (3, 6, 9, 12)
        when 'semi_annual' then month_of_year in (6, 12)
        when 'annual' then month_of_year = 12
    end as due_by_calendar,
    case cadence
        when 'monthly' then 1
        when 'quarterly' then 3 - (month_of_year % 3)
        when 'semi_annual' then 6 - (month_of_year % 6)
        when 'annual' then 12 - (month_of_year % 12)
    end as months_to_next,
    month_start
from valued
