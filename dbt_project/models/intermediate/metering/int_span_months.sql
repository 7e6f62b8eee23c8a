-- How the time between two readings, or the period of a bill, falls to the months: two marks on a measuring
-- stick of whole numbers, so that the parts of a quantity add up to it exactly. The stick counts seconds
-- (readings), local days (bills) or degree days; without a temperature for every day it does not count those.
with asked as (
    select
        district_id,
        point_id,
        allocation,
        span_start,
        span_end
    from {{ ref('int_register_spans') }}
    where quantity is not null
    union
    select
        district_id,
        point_id,
        allocation,
        span_start,
        span_end
    from {{ ref('int_bill_spans') }}
    where not superseded
),

-- Points that were read together share their spans; what reaches beyond the boundary counts only within it.
counted as (
    select distinct
        asked.district_id,
        asked.allocation,
        asked.span_start,
        asked.span_end,
        coalesce(windows.counts_from, asked.span_start) as counts_from,
        coalesce(windows.counts_until, asked.span_end) as counts_until
    from asked
    left join {{ ref('int_span_windows') }} as windows
        on
            asked.district_id = windows.district_id
            and asked.point_id = windows.point_id
            and asked.span_start = windows.span_start
            and asked.span_end = windows.span_end
    where
        windows.point_id is null
        or windows.counts_until > windows.counts_from
        or (windows.counts_until = windows.counts_from and windows.span_start = windows.span_end)
),

spans as (
    select
        counted.*,
        districts.timezone,
        cast({{ to_local('counted.span_start', 'districts.timezone') }} as date) as starts_on,
        cast({{ to_local('counted.span_end', 'districts.timezone') }} as date) as ends_on,
        cast({{ to_local('counted.counts_from', 'districts.timezone') }} as date) as counts_from_on,
        cast({{ to_local('counted.counts_until', 'districts.timezone') }} as date) as counts_until_on
    from counted
    inner join {{ ref('stg_districts') }} as districts
        on counted.district_id = districts.district_id
),

-- A day that lies in the span in part counts in part.
day_parts as (
    select
        spans.district_id,
        spans.span_start,
        spans.span_end,
        spans.counts_from,
        spans.counts_until,
        spans.counts_from_on,
        spans.counts_until_on,
        weather.day,
        weather.month,
        weather.hdd,
        -- Millionths of a degree day times millionths of the day.
        cast(cast(weather.hdd as decimal(28, 6)) * 1000000 as bigint) * cast(
            cast(
                {{ safe_divide(
                    seconds_between(
                        'greatest(spans.span_start, ' ~ to_utc('weather.day', 'spans.timezone') ~ ')',
                        'least(spans.span_end, '
                        ~ to_utc(add_days('weather.day', 1), 'spans.timezone') ~ ')'
                    ),
                    seconds_between(
                        to_utc('weather.day', 'spans.timezone'),
                        to_utc(add_days('weather.day', 1), 'spans.timezone')
                    )
                ) }} as decimal(9, 6)
            ) * 1000000 as bigint
        ) as weight
    from spans
    inner join {{ ref('int_weather_days') }} as weather
        on
            spans.district_id = weather.district_id
            and spans.starts_on <= weather.day
            and spans.ends_on >= weather.day
            and spans.span_end > {{ to_utc('weather.day', 'spans.timezone') }}
    where spans.allocation = 'degree_days'
),

warm_months as (
    select
        district_id,
        span_start,
        span_end,
        counts_from,
        counts_until,
        month,
        sum(weight) as weight,
        sum(case when day < counts_from_on then weight else 0 end) as weight_not_yet,
        sum(case when day >= counts_until_on and counts_until < span_end then weight else 0 end)
            as weight_no_longer,
        count(hdd) as days_known
    from day_parts
    group by district_id, span_start, span_end, counts_from, counts_until, month
),

warm_spans as (
    select
        *,
        sum(weight) over (
            partition by district_id, span_start, span_end, counts_from, counts_until order by month asc
        ) as weight_after,
        sum(weight) over (partition by district_id, span_start, span_end, counts_from, counts_until)
            as weight_whole,
        sum(days_known) over (
            partition by district_id, span_start, span_end, counts_from, counts_until
        ) as days_known_whole
    from warm_months
),

parts as (
    select
        spans.*,
        months.month,
        {{ seconds_between(
            'greatest(spans.counts_from, ' ~ to_utc('months.month_start', 'months.timezone') ~ ')',
            'least(spans.counts_until, ' ~ to_utc('months.month_end', 'months.timezone') ~ ')'
        ) }} as part_seconds,
        {{ seconds_between('spans.span_start', 'spans.span_end') }} as span_seconds,
        {{ seconds_between(
            'spans.span_start',
            'greatest(spans.counts_from, ' ~ to_utc('months.month_start', 'months.timezone') ~ ')'
        ) }} as seconds_before,
        {{ days_between(
            'greatest(spans.counts_from_on, months.month_start)',
            'least(spans.counts_until_on, months.month_end)'
        ) }} as part_days,
        {{ days_between('spans.starts_on', 'spans.ends_on') }} as span_days,
        -- The day on which a span ends is one of its days unless it ends at midnight.
        {{ days_between('spans.starts_on', 'spans.ends_on') }}
        + case when {{ to_utc('spans.ends_on', 'spans.timezone') }} < spans.span_end then 1 else 0 end
            as days_touched,
        {{ days_between('spans.starts_on', 'greatest(spans.counts_from_on, months.month_start)') }}
            as days_before
    from spans
    inner join {{ ref('int_district_months') }} as months
        on
            spans.district_id = months.district_id
            and spans.counts_from < {{ to_utc('months.month_end', 'months.timezone') }}
            and (
                spans.counts_until > {{ to_utc('months.month_start', 'months.timezone') }}
                -- Two readings of one moment lie in the month of that moment.
                or (
                    spans.span_end = spans.span_start
                    and spans.span_start = {{ to_utc('months.month_start', 'months.timezone') }}
                )
            )
),

warmed as (
    select
        parts.*,
        case
            when
                parts.allocation = 'degree_days'
                and warm_spans.weight_whole > 0
                and warm_spans.days_known_whole = parts.days_touched
                then 'degree_days'
            when parts.allocation = 'degree_days' then 'days'
            else parts.allocation
        end as method,
        warm_spans.weight_after - warm_spans.weight + warm_spans.weight_not_yet as warm_before,
        warm_spans.weight_after - warm_spans.weight_no_longer as warm_after,
        warm_spans.weight_whole as warm_whole
    from parts
    left join warm_spans
        on
            parts.district_id = warm_spans.district_id
            and parts.span_start = warm_spans.span_start
            and parts.span_end = warm_spans.span_end
            and parts.counts_from = warm_spans.counts_from
            and parts.counts_until = warm_spans.counts_until
            and parts.month = warm_spans.month
)

select
    district_id,
    allocation,
    span_start,
    span_end,
    counts_from,
    counts_until,
    month,
    method,
    part_seconds,
    part_days,
    cast(
        case
            when span_seconds = 0 then 0
            when method = 'degree_days' then warm_before
            when method = 'days' and span_days > 0 then days_before
            else seconds_before
        end as bigint
    ) as mark_before,
    cast(
        case
            when span_seconds = 0 then 1
            when method = 'degree_days' then warm_after
            when method = 'days' and span_days > 0 then days_before + part_days
            else seconds_before + part_seconds
        end as bigint
    ) as mark_after,
    cast(
        case
            when span_seconds = 0 then 1
            when method = 'degree_days' then warm_whole
            when method = 'days' and span_days > 0 then span_days
            else span_seconds
        end as bigint
    ) as mark_end
from warmed
