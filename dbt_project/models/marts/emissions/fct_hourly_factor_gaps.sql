-- Local days of a month with hourly factors that lack some of their hours; a day of March has 23 and one
-- of October 25.
with hours as (
    select
        district_id,
        month,
        cast(local_time as date) as day,
        count(*) as known
    from {{ ref('int_grid_factor_hours') }}
    group by district_id, month, cast(local_time as date)
),

months as (
    select distinct
        months.district_id,
        months.month,
        months.month_start,
        months.days,
        months.timezone
    from {{ ref('int_district_months') }} as months
    inner join hours
        on months.district_id = hours.district_id and months.month = hours.month
),

numbers as (
    {% for number in range(31) -%}
    select {{ number }} as number{{ ' union all' if not loop.last }}
    {% endfor -%}
),

days as (
    select
        months.district_id,
        months.month,
        months.timezone,
        {{ add_days('months.month_start', 'numbers.number') }} as day
    from months
    inner join numbers on months.days > numbers.number
),

expected as (
    select
        *,
        cast(
            {{ seconds_between(to_utc('day', 'timezone'), to_utc(add_days('day', 1), 'timezone')) }} / 3600 as integer
        ) as hours
    from days
)

select
    expected.district_id,
    expected.month,
    expected.day,
    cast(expected.hours - coalesce(hours.known, 0) as integer) as hours_missing
from expected
left join hours
    on expected.district_id = hours.district_id and expected.day = hours.day
where coalesce(hours.known, 0) < expected.hours
