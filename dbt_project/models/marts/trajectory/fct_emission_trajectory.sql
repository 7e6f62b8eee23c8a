-- Where a district stands on its way: the pace it needs, the pace it has, and what that makes likely.
with months as (
    select * from {{ ref('int_district_months') }}
),

years as (
    select * from {{ ref('int_emission_years') }}
),

paths as (
    select * from {{ ref('int_emission_path') }}
),

targets as (
    select * from {{ ref('int_target_months') }}
    where kpi_code = 'EMI11'
),

forecasts as (
    select * from {{ ref('int_emission_forecasts') }}
),

fits as (
    select
        *,
        144 * slope as slope_of_year,
        144 * {{ student_95('independent_degrees') }} * sqrt(variance / spread) as half_width
    from {{ ref('int_trend_fits') }}
    where reason is null
),

joined as (
    select
        months.district_id,
        months.month,
        months.month_index,
        targets.stands,
        paths.target_year,
        paths.baseline_tco2e,
        paths.path_tco2e,
        paths.target_tco2e,
        paths.budget_left_tco2e,
        years.energy_tco2e_12m,
        paths.target_year - paths.t as years_left,
        fits.slope,
        fits.slope_of_year,
        fits.slope_of_year - fits.half_width as slope_low,
        fits.slope_of_year + fits.half_width as slope_high,
        fits.independent_degrees,
        all_fits.months_seen,
        all_fits.autocorrelation,
        at_target.forecast,
        at_target.deviation,
        at_target.half_width as forecast_half_width,
        in_a_year.forecast as forecast_of_year,
        case
            when targets.district_id is null or targets.path is null then 'no_target'
            else paths.reason
        end as target_reason,
        case
            when years.energy_tco2e_12m is null then 'not_enough_months'
            else coalesce(all_fits.reason, case when all_fits.month is null then 'pace_too_short' end)
        end as pace_reason
    from months
    left join targets
        on months.district_id = targets.district_id and months.month = targets.month
    left join paths
        on months.district_id = paths.district_id and months.month = paths.month
    left join years
        on months.district_id = years.district_id and months.month = years.month
    left join {{ ref('int_trend_fits') }} as all_fits
        on months.district_id = all_fits.district_id and months.month = all_fits.month
    left join fits
        on
            months.district_id = fits.district_id and months.month = fits.month
            and years.energy_tco2e_12m is not null
    left join forecasts as at_target
        on
            months.district_id = at_target.district_id
            and months.month = at_target.month
            and paths.target_year * 12 + 12 = at_target.for_index
    left join forecasts as in_a_year
        on
            months.district_id = in_a_year.district_id
            and months.month = in_a_year.month
            and in_a_year.horizon = 12
),

-- Months until the line meets the target, from where it is expected to stand in a year.
reached as (
    select
        *,
        {% for name, pace in [('pace', 'slope_of_year'), ('fastest', 'slope_low'), ('slowest', 'slope_high')] -%}
        case
            when energy_tco2e_12m <= target_tco2e then 0e0
            when forecast_of_year <= {{ double('target_tco2e') }} then 12e0
            when {{ pace }} < 0
                then least(12 + (forecast_of_year - {{ double('target_tco2e') }}) / ({{ pace }} / -12), 12000e0)
        end as months_at_{{ name }},
        {% endfor -%}
        ({{ double('target_tco2e') }} - forecast) / nullif(deviation, 0) as student
    from joined
),

dated as (
    select
        *,
        {% for name in ['pace', 'fastest', 'slowest'] -%}
        cast(floor((month_index + ceil(months_at_{{ name }}) - 1) / 12) as integer) as year_at_{{ name }},
        {% endfor -%}
        {{ normal_below(normal_of_student('student', 'independent_degrees')) }} as likely
    from reached
)

select
    district_id,
    month,
    stands,
    cast(target_year as integer) as target_year,
    baseline_tco2e,
    path_tco2e,
    target_tco2e,
    energy_tco2e_12m,
    cast(
        case
            when years_left > 0
                then {{ round_half_up(
                    '(' ~ double('target_tco2e') ~ ' - ' ~ double('energy_tco2e_12m') ~ ') / years_left', 6
                ) }}
        end as decimal(28, 6)
    ) as required_slope_tco2e,
    cast({{ round_half_up('slope_of_year', 6) }} as decimal(28, 6)) as achieved_slope_tco2e,
    cast({{ round_half_up('slope_low', 6) }} as decimal(28, 6)) as achieved_slope_low_tco2e,
    cast({{ round_half_up('slope_high', 6) }} as decimal(28, 6)) as achieved_slope_high_tco2e,
    months_seen as months_of_pace,
    cast(case when slope_of_year is not null then {{ round_half_up('autocorrelation', 6) }} end as decimal(9, 6))
        as autocorrelation,
    cast({{ round_half_up('independent_degrees', 3) }} as decimal(9, 3)) as independent_degrees,
    cast({{ round_half_up('forecast', 6) }} as decimal(28, 6)) as forecast_tco2e,
    cast({{ round_half_up('forecast - forecast_half_width', 6) }} as decimal(28, 6)) as forecast_low_tco2e,
    cast({{ round_half_up('forecast + forecast_half_width', 6) }} as decimal(28, 6)) as forecast_high_tco2e,
    cast(
        case
            when years_left <= 0 then null
            when deviation = 0 then case when forecast <= {{ double('target_tco2e') }} then 1 else 0 end
            else {{ round_half_up('likely', 6) }}
        end as decimal(9, 6)
    ) as arrival_probability,
    case
        when energy_tco2e_12m <= target_tco2e then 'reached'
        when forecast_of_year is null or target_tco2e is null then null
        when months_at_pace is null then 'never'
        when year_at_pace > {{ var('pace_last_year') }} then 'beyond'
        else 'at_pace'
    end as arrival,
    case when year_at_pace <= {{ var('pace_last_year') }} then year_at_pace end as arrival_year,
    case when year_at_fastest <= {{ var('pace_last_year') }} then year_at_fastest end as arrival_earliest_year,
    case when year_at_slowest <= {{ var('pace_last_year') }} then year_at_slowest end as arrival_latest_year,
    budget_left_tco2e,
    -- Straight from today's twelve months, using up what is left of the budget by the end of the target year.
    cast(
        case
            when years_left > 0
                then {{ round_half_up(
                    '2 * (' ~ double('budget_left_tco2e') ~ ' - ' ~ double('energy_tco2e_12m')
                    ~ ' * years_left) / (years_left * years_left)', 6
                ) }}
        end as decimal(28, 6)
    ) as budget_slope_tco2e,
    target_reason,
    pace_reason
from dated
