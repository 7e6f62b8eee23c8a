-- noqa: disable=LT02
-- What each model says of every month of its point: what the weather moved, and what would have been used.
with point_months as (
    select
        *,
        coalesce(energy_kwh, volume_m3) as used
    from {{ ref('int_point_months') }}
    where role = 'supply' and flow = 'import' and coalesce(energy_kwh, volume_m3) is not null
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
        models.series_number,
        point_months.district_id,
        point_months.point_id,
        point_months.carrier,
        point_months.sector,
        point_months.month,
        point_months.month_index,
        point_months.used as energy_kwh,
        point_months.coverage_of_month * point_months.boundary_share as read_share,
        calendar.days,
        calendar.month_start,
        calendar.month_end,
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
)

select
    series_number,
    district_id,
    point_id,
    carrier,
    sector,
    month,
    month_index,
    month_start,
    month_end,
    days,
    energy_kwh,
    after_baseline,
    -- Widths that add up exactly over months.
    cast(heating as decimal(28, 9)) as heating,
    cast(cooling as decimal(28, 9)) as cooling,
    cast(output as decimal(28, 6)) as output,
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
