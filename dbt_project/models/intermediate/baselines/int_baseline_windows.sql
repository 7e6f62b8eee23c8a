-- noqa: disable=LT02
-- The baseline of each point: the first 365 days (of periods: the whole periods closest to it) that are complete
-- enough, beginning with a period that counts. Later data never moves it.
{%- set reaches = [('daily', 1), ('billing_monthly', 15), ('billing_bimonthly', 30)] %}

with periods as (
    select
        *,
        meter_reason is null as has_meter,
        temperature_reason is null as has_temperature,
        meter_reason is null and temperature_reason is null as counts
    from {{ ref('int_baseline_periods') }}
),

-- A period belongs to the baseline while more of it lies inside than outside, so one that begins less than half of
-- its usual length before the end does not.
{% for frequency, reach in reaches -%}
windows_{{ frequency }} as (
    select
        district_id,
        point_id,
        carrier,
        start_number,
        counts,
        declared_start_number,
        max(end_number) over point - start_number
        >= {{ (var('baseline_days') | int) - reach + 1 }} as long_enough,
        sum(case when counts then days else 0 end) over reach as days_of_window,
        sum(case when has_meter then days else 0 end) over reach as meter_days_of_window,
        sum(case when has_temperature then days else 0 end) over reach as temperature_days_of_window,
        max(end_number) over reach as end_of_window
    from periods
    where frequency = '{{ frequency }}'
    window
        point as (partition by district_id, point_id, carrier),
        reach as (
            partition by district_id, point_id, carrier
            order by start_number asc
            range between current row and {{ (var('baseline_days') | int) - reach }} following
        )
),

{% endfor -%}
windows as (
    {% for frequency, reach in reaches -%}
    select * from windows_{{ frequency }}
    {{ 'union all' if not loop.last }}
    {% endfor -%}
),

judged as (
    select
        *,
        cast(greatest(end_of_window - start_number, {{ var('baseline_days') }}) as decimal(9, 3))
        * {{ var('baseline_minimum_coverage') }} as days_needed
    from windows
    where counts and start_number >= coalesce(declared_start_number, start_number)
),

found as (
    select
        *,
        row_number() over (
            partition by district_id, point_id, carrier
            order by start_number asc
        ) as place
    from judged
    where long_enough and days_of_window >= days_needed
),

best as (
    select
        district_id,
        point_id,
        carrier,
        max(case when long_enough then 1 else 0 end) as is_long_enough,
        max(case when long_enough and meter_days_of_window >= days_needed then 1 else 0 end) as has_meter,
        max(case when long_enough and temperature_days_of_window >= days_needed then 1 else 0 end)
            as has_temperature
    from judged
    group by district_id, point_id, carrier
),

points as (
    select
        district_id,
        point_id,
        carrier,
        min(frequency) as frequency,
        max(output_driver) as output_driver,
        count(case when has_meter then 1 end) as meter_periods,
        count(case when has_temperature then 1 end) as temperature_periods
    from periods
    group by district_id, point_id, carrier
)

select
    row_number() over (
        order by points.district_id asc, points.point_id asc, points.carrier asc
    ) as series_number,
    points.district_id,
    points.point_id,
    points.carrier,
    points.frequency,
    points.output_driver,
    found.start_number,
    found.end_of_window as end_number,
    {{ add_days("cast('2000-01-01' as date)", 'found.start_number') }} as baseline_start,
    {{ add_days("cast('2000-01-01' as date)", 'found.end_of_window') }} as baseline_end,
    cast(found.days_of_window as decimal(12, 6)) as baseline_days,
    case
        when found.start_number is not null then null
        when points.meter_periods = 0 then 'no_data'
        when points.temperature_periods = 0 then 'too_many_days_with_missing_temperature_data'
        when coalesce(best.is_long_enough, 0) = 0 then 'incorrect_number_of_total_days'
        when best.has_meter = 0 then 'too_many_days_with_missing_meter_data'
        when best.has_temperature = 0 then 'too_many_days_with_missing_temperature_data'
        else 'too_many_days_with_missing_data'
    end as insufficiency
from points
left join found
    on
        points.district_id = found.district_id
        and points.point_id = found.point_id
        and points.carrier = found.carrier
        and found.place = 1
left join best
    on
        points.district_id = best.district_id
        and points.point_id = best.point_id
        and points.carrier = best.carrier
