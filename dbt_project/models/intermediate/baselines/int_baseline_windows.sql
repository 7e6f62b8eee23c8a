-- noqa: disable=LT02
-- The baselines of each point, 365 days each (of periods: the whole periods closest to it) that are complete enough,
-- beginning with a period that counts. Its own is the first there is, or the first from a declared day on, and later
-- data never moves it; where a measure acts, a second one is the last before the first measure begins (CalTRACK 2.2).
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

points as (
    select
        district_id,
        point_id,
        carrier,
        min(frequency) as frequency,
        max(output_driver) as output_driver,
        max(declared_start_number) as declared_start_number,
        count(case when has_meter then 1 end) as meter_periods,
        count(case when has_temperature then 1 end) as temperature_periods
    from periods
    group by district_id, point_id, carrier
),

first_measures as (
    select
        district_id,
        point_id,
        carrier,
        {{ days_between("cast('2000-01-01' as date)", 'min(starts_on)') }} as start_number
    from {{ ref('int_measure_spans') }}
    group by district_id, point_id, carrier
),

wanted as (
    select
        points.*,
        'first_year' as baseline_of,
        1 as direction,
        declared_start_number as not_before,
        cast(null as integer) as ends_after,
        cast(null as integer) as ends_by
    from points
    where carrier not in ('water', 'waste_water')
    union all
    select
        points.*,
        'before_measures' as baseline_of,
        -1 as direction,
        cast(null as integer) as not_before,
        first_measures.start_number - case points.frequency
            when 'billing_bimonthly' then {{ var('baseline_longest_bimonth') }}
            else {{ var('baseline_longest_month') }}
        end as ends_after,
        first_measures.start_number as ends_by
    from points
    inner join first_measures
        on
            points.district_id = first_measures.district_id
            and points.point_id = first_measures.point_id
            and points.carrier = first_measures.carrier
),

judged as (
    select
        windows.*,
        wanted.baseline_of,
        wanted.direction,
        cast(
            greatest(windows.end_of_window - windows.start_number, {{ var('baseline_days') }}) as decimal(9, 3)
        ) * {{ var('baseline_minimum_coverage') }} as days_needed
    from windows
    inner join wanted
        on
            windows.district_id = wanted.district_id
            and windows.point_id = wanted.point_id
            and windows.carrier = wanted.carrier
            and windows.start_number >= coalesce(wanted.not_before, windows.start_number)
            and windows.end_of_window > coalesce(wanted.ends_after, windows.end_of_window - 1)
            and windows.end_of_window <= coalesce(wanted.ends_by, windows.end_of_window)
    where windows.counts
),

found as (
    select
        *,
        row_number() over (
            partition by district_id, point_id, carrier, baseline_of
            order by start_number * direction asc
        ) as place
    from judged
    where long_enough and days_of_window >= days_needed
),

best as (
    select
        district_id,
        point_id,
        carrier,
        baseline_of,
        max(case when long_enough then 1 else 0 end) as is_long_enough,
        max(case when long_enough and meter_days_of_window >= days_needed then 1 else 0 end) as has_meter,
        max(case when long_enough and temperature_days_of_window >= days_needed then 1 else 0 end)
            as has_temperature
    from judged
    group by district_id, point_id, carrier, baseline_of
)

select
    row_number() over (
        order by wanted.district_id asc, wanted.point_id asc, wanted.carrier asc, wanted.baseline_of asc
    ) as series_number,
    wanted.district_id,
    wanted.point_id,
    wanted.carrier,
    wanted.baseline_of,
    wanted.frequency,
    wanted.output_driver,
    found.start_number,
    found.end_of_window as end_number,
    {{ add_days("cast('2000-01-01' as date)", 'found.start_number') }} as baseline_start,
    {{ add_days("cast('2000-01-01' as date)", 'found.end_of_window') }} as baseline_end,
    cast(found.days_of_window as decimal(12, 6)) as baseline_days,
    case
        when found.start_number is not null then null
        when wanted.meter_periods = 0 then 'no_data'
        when wanted.temperature_periods = 0 then 'too_many_days_with_missing_temperature_data'
        when coalesce(best.is_long_enough, 0) = 0 then 'incorrect_number_of_total_days'
        when best.has_meter = 0 then 'too_many_days_with_missing_meter_data'
        when best.has_temperature = 0 then 'too_many_days_with_missing_temperature_data'
        else 'too_many_days_with_missing_data'
    end as insufficiency
from wanted
left join found
    on
        wanted.district_id = found.district_id
        and wanted.point_id = found.point_id
        and wanted.carrier = found.carrier
        and wanted.baseline_of = found.baseline_of
        and found.place = 1
left join best
    on
        wanted.district_id = best.district_id
        and wanted.point_id = best.point_id
        and wanted.carrier = best.carrier
        and wanted.baseline_of = best.baseline_of
