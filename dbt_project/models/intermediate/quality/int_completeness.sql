-- What was expected and what came, per theme, for the month and for the twelve months up to it, graded.
with months as (
    select * from {{ ref('int_district_months') }}
),

themes as (
    select distinct
        theme,
        metered
    from {{ ref('int_themes') }}
),

collected as (
    select distinct
        sources.district_id,
        themes.theme
    from {{ ref('stg_sources') }} as sources
    inner join {{ ref('int_themes') }} as themes
        on sources.dataset = themes.dataset
    where sources.collected
),

metered as (
    select * from {{ ref('int_metered_completeness') }}
),

registers as (
    select * from {{ ref('int_register_completeness') }}
),

quarantine as (
    select * from {{ ref('int_quarantine_months') }}
),

emissions as (
    select
        *,
        least(coalesce({{ safe_divide('energy_with_factor_kwh', 'energy_needing_factor_kwh') }}, 1), 1)
            as factor_share
    from {{ ref('int_emission_months') }}
),

parts as (
    select
        months.district_id,
        months.month,
        months.month_index,
        themes.theme,
        themes.metered,
        collected.theme is not null as collected,
        coalesce(metered.expected, registers.expected) as expected,
        case
            when themes.theme = 'emissions'
                then cast(
                    {{ round_half_up('metered.present * coalesce(emissions.factor_share, 1)', 6) }}
                    as decimal(28, 6)
                )
            else coalesce(metered.present, registers.present)
        end as present,
        metered.reported,
        metered.read,
        metered.substituted,
        metered.allocated,
        metered.allocation,
        metered.points,
        metered.registered_points,
        metered.points_full,
        metered.points_silent,
        metered.expected_intervals,
        metered.present_intervals,
        coalesce(metered.accepted_rows, registers.accepted_rows) as accepted_rows,
        coalesce(quarantine.quarantined_rows, 0) as quarantined_rows,
        coalesce(
            registers.age_days,
            cast({{ round_half_up("metered.months_old * " ~ var('days_of_month')) }} as integer)
        ) as age_days,
        coalesce(registers.age_in_cadences, metered.months_old) as age_in_cadences,
        registers.evidence_share,
        case when themes.theme = 'emissions' then emissions.factor_age_years end as factor_age_years
    from months
    cross join themes
    left join collected
        on months.district_id = collected.district_id and themes.theme = collected.theme
    left join metered
        on
            months.district_id = metered.district_id
            and months.month = metered.month
            and metered.theme = case when themes.theme = 'emissions' then 'energy' else themes.theme end
    left join registers
        on
            months.district_id = registers.district_id
            and months.month = registers.month
            and themes.theme = registers.theme
    left join quarantine
        on
            months.district_id = quarantine.district_id
            and months.month = quarantine.month
            and themes.theme = quarantine.theme
    left join emissions
        on months.district_id = emissions.district_id and months.month = emissions.month
),

windows as (
    select
        'month' as period,
        0 as months_back
    union all
    select
        'rolling_12' as period,
        11 as months_back
),

summed as (
    select
        parts.district_id,
        parts.month,
        parts.theme,
        windows.period,
        sum(earlier.expected) as expected,
        sum(earlier.present) as present,
        sum(earlier.reported) as reported,
        sum(earlier.read) as read,
        sum(earlier.substituted) as substituted,
        sum(earlier.points) as points,
        min(earlier.registered_points) as registered_points,
        sum(earlier.points_full) as points_full,
        sum(earlier.points_silent) as points_silent,
        sum(earlier.expected_intervals) as expected_intervals,
        sum(earlier.present_intervals) as present_intervals,
        sum(earlier.accepted_rows) as accepted_rows,
        sum(earlier.quarantined_rows) as quarantined_rows
    from parts
    cross join windows
    inner join parts as earlier
        on
            parts.district_id = earlier.district_id
            and parts.theme = earlier.theme
            and earlier.month_index between parts.month_index - windows.months_back and parts.month_index
    where parts.metered or windows.period = 'month'
    group by parts.district_id, parts.month, parts.theme, windows.period
),

-- Registers tell states, which do not add up over months.
registers_of_year as (
    select
        district_id,
        month,
        theme,
        'rolling_12' as period,
        expected,
        present,
        reported,
        read,
        substituted,
        points,
        registered_points,
        points_full,
        points_silent,
        expected_intervals,
        present_intervals,
        accepted_rows,
        quarantined_rows
    from summed
    where period = 'month' and theme in (
        select theme from themes
        where not metered
    )
),

both_periods as (
    select * from summed
    union all
    select * from registers_of_year
),

measured as (
    select
        both_periods.*,
        parts.metered,
        parts.collected,
        parts.age_days,
        parts.age_in_cadences,
        parts.evidence_share,
        parts.factor_age_years,
        -- Over twelve months nearly all cuts lie within: what one month loses the next one has.
        case when both_periods.period = 'month' then parts.allocation end as allocation,
        cast(
            case
                when both_periods.period = 'month' and both_periods.reported > 0
                    then least(
                        greatest({{ safe_divide('parts.allocated', 'both_periods.reported') }}, 0), 1
                    )
            end as decimal(9, 6)
        ) as allocated_share,
        cast(
            case
                -- Without a register of points nobody knows what there is to expect.
                when parts.metered and both_periods.registered_points = 0 then null
                when both_periods.expected > 0
                    then least(
                        greatest({{ safe_divide('both_periods.present', 'both_periods.expected') }}, 0), 1
                    )
                -- Where nothing was to be expected, points count instead of quantities.
                when both_periods.points > 0
                    then {{ safe_divide('both_periods.points_full', 'both_periods.points') }}
            end as decimal(9, 6)
        ) as coverage,
        cast(
            case
                when both_periods.reported > 0
                    then least(
                        greatest(1 - {{ safe_divide('both_periods.read', 'both_periods.reported') }}, 0), 1
                    )
            end as decimal(9, 6)
        ) as estimated_share,
        cast(
            case
                when both_periods.reported > 0
                    then least(
                        greatest({{ safe_divide('both_periods.substituted', 'both_periods.reported') }}, 0), 1
                    )
            end as decimal(9, 6)
        ) as substituted_share,
        cast(
            {{ safe_divide(
                'both_periods.quarantined_rows',
                'both_periods.quarantined_rows + both_periods.accepted_rows'
            ) }} as decimal(9, 6)
        ) as quarantined_share
    from both_periods
    inner join parts
        on
            both_periods.district_id = parts.district_id
            and both_periods.month = parts.month
            and both_periods.theme = parts.theme
),

graded as (
    select
        measured.*,
        case
            -- Points of a carrier that the district does not have are not missing.
            when not collected or (metered and coalesce(points, 0) = 0) then 'not_collected'
            when coalesce(accepted_rows, 0) = 0 then 'not_delivered'
            when metered and registered_points = 0 then 'no_register'
            -- Registers are counted and not read in part: only what meters tell can be too little of a boundary.
            when metered and coverage < thresholds.withheld_below_coverage then 'withheld'
            when coverage < thresholds.grey_below_coverage then 'below_coverage'
        end as reason,
        case
            when metered and registered_points = 0 then 'E'
            else {{ grade_at_least('measured.coverage', 'coverage') }}
        end as grade_coverage,
        {{ grade_at_most('measured.estimated_share', 'estimated') }} as grade_estimated,
        {{ grade_at_most('measured.quarantined_share', 'quarantine') }} as grade_quarantine,
        {{ grade_at_most('measured.age_in_cadences', 'age') }} as grade_age,
        {{ grade_at_most('measured.factor_age_years', 'factor_age') }} as grade_factor_age,
        {{ grade_at_least('measured.evidence_share', 'evidence') }} as grade_evidence
    from measured
    cross join {{ ref('int_thresholds') }} as thresholds
)

select
    district_id,
    month,
    theme,
    period,
    cast(expected as decimal(28, 6)) as expected,
    cast(present as decimal(28, 6)) as present,
    coverage,
    cast(points as bigint) as points,
    cast(points_full as bigint) as points_full,
    cast(points_silent as bigint) as points_silent,
    cast(expected_intervals as bigint) as expected_intervals,
    cast(present_intervals as bigint) as present_intervals,
    estimated_share,
    substituted_share,
    allocated_share,
    allocation,
    cast(quarantined_rows as bigint) as quarantined_rows,
    cast(accepted_rows as bigint) as accepted_rows,
    quarantined_share,
    cast(age_days as integer) as age_days,
    cast(age_in_cadences as decimal(9, 4)) as age_in_cadences,
    factor_age_years,
    evidence_share,
    reason,
    {% for part in ['coverage', 'estimated', 'quarantine', 'age', 'factor_age', 'evidence'] -%}
    case when coalesce(reason, '') != 'not_collected' then grade_{{ part }} end as grade_{{ part }},
    {% endfor -%}
    case
        when reason = 'not_collected' then null
        when reason = 'not_delivered' then 'E'
        else {{ worst_grade([
            'grade_coverage', 'grade_estimated', 'grade_quarantine', 'grade_age', 'grade_factor_age',
            'grade_evidence',
        ]) }}
    end as grade
from graded
