-- noqa: disable=LT02
-- What the weather moved in a month of a modelled point, and what its baseline would have used: month by month, over
-- twelve months, and since the baseline ended, each with its uncertainty at 90 % confidence.
with point_months as (
    select * from {{ ref('int_point_months') }}
    where role = 'supply' and flow = 'import' and energy_kwh is not null
),

models as (
    select * from {{ ref('int_baseline_models') }}
    where model_grade != 'D'
),

weather as (
    select * from {{ ref('int_baseline_weather_months') }}
),

months as (
    select
        point_months.district_id,
        point_months.point_id,
        point_months.carrier,
        point_months.sector,
        point_months.month,
        point_months.month_index,
        point_months.energy_kwh,
        point_months.coverage_of_month * point_months.boundary_share as read_share,
        models.frequency,
        models.model_grade,
        models.variables,
        models.periods,
        models.cvrmse,
        coalesce(models.independent_periods, models.periods) as independent_periods,
        calendar.days,
        point_months.whole_month
        and calendar.month_start >= models.baseline_end
        and (models.output_driver is null or activity.value is not null) as after_baseline,
        case when models.heating_position is null then 0 else heats.heating_degree_days end as heating,
        case when models.heating_position is null then 0 else heats.reference_heating_degree_days end
            as normal_heating,
        case when models.cooling_position is null then 0 else cools.cooling_degree_days end as cooling,
        case when models.cooling_position is null then 0 else cools.reference_cooling_degree_days end
            as normal_cooling,
        models.base_kwh_per_day,
        models.kwh_per_heating_degree_day,
        models.kwh_per_cooling_degree_day,
        models.kwh_per_output,
        case when models.output_driver is null or models.kwh_per_output = 0 then 0 else activity.value end
            as output
    from point_months
    inner join models
        on
            point_months.district_id = models.district_id
            and point_months.point_id = models.point_id
            and point_months.carrier = models.carrier
    inner join {{ ref('int_district_months') }} as calendar
        on
            point_months.district_id = calendar.district_id
            and point_months.month = calendar.month
    left join weather as heats
        on
            point_months.district_id = heats.district_id
            and point_months.month = heats.month
            and models.heating_position = heats.position
    left join weather as cools
        on
            point_months.district_id = cools.district_id
            and point_months.month = cools.month
            and models.cooling_position = cools.position
    left join {{ ref('int_activity_months') }} as activity
        on
            point_months.district_id = activity.district_id
            and point_months.month = activity.month
            and models.output_driver = activity.driver
),

figures as (
    select
        *,
        -- A month that was read in part is moved in part.
        cast(
            {{ round_half_up(
                '(kwh_per_heating_degree_day * (normal_heating - heating)'
                ~ ' + kwh_per_cooling_degree_day * (normal_cooling - cooling)) * ' ~ double('read_share'), 6
            ) }} as decimal(28, 6)
        ) as adjustment_kwh,
        cast(
            {{ round_half_up(
                'base_kwh_per_day * days + kwh_per_heating_degree_day * heating'
                ~ ' + kwh_per_cooling_degree_day * cooling + kwh_per_output * ' ~ double('output'), 6
            ) }} as decimal(28, 6)
        ) as expected_kwh
    from months
    where heating is not null and cooling is not null
),

running as (
    select
        figures.*,
        case when after_baseline then expected_kwh end as baseline_expected_kwh,
        case when after_baseline then energy_kwh end as baseline_actual_kwh,
        sum(case when after_baseline then expected_kwh end) over since_baseline as expected_since_kwh,
        sum(case when after_baseline then energy_kwh end) over since_baseline as actual_since_kwh,
        sum(case when after_baseline then days end) over since_baseline as days_since,
        count(case when after_baseline then 1 end) over since_baseline as months_since,
        sum(case when after_baseline then expected_kwh end) over twelve_months as expected_of_year_kwh,
        sum(case when after_baseline then days end) over twelve_months as days_of_year,
        count(case when after_baseline then 1 end) over twelve_months as months_of_year
    from figures
    window
        since_baseline as (
            partition by district_id, point_id, carrier
            order by month_index asc
            range between unbounded preceding and current row
        ),
        twelve_months as (
            partition by district_id, point_id, carrier
            order by month_index asc
            range between 11 preceding and current row
        )
)

select
    district_id,
    point_id,
    carrier,
    sector,
    month,
    model_grade,
    energy_kwh,
    adjustment_kwh,
    baseline_expected_kwh,
    baseline_actual_kwh,
    cast(
        case when months_since > 0 then expected_since_kwh - actual_since_kwh end as decimal(28, 6)
    ) as cumulated_saving_kwh,
    {% for name, of, months, days in [
        ('uncertainty_kwh', 'baseline_expected_kwh', '1', 'days'),
        ('uncertainty_of_year_kwh', 'expected_of_year_kwh', 'months_of_year', 'days_of_year'),
        ('uncertainty_since_kwh', 'expected_since_kwh', 'months_since', 'days_since'),
    ] -%}
    cast(
        {{ round_half_up(
            double(of) ~ ' * '
            ~ savings_uncertainty('frequency', months, days, 'periods', 'independent_periods', 'variables', 'cvrmse'), 6
        ) }} as decimal(28, 6)
    ) as {{ name }}{{ ',' if not loop.last }}
    {% endfor -%}
from running
