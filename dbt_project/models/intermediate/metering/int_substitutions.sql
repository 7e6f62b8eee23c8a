-- What stands for the gaps of curves whose source declares a substitution, by gap and month. Nothing is
-- substituted that is not declared, longer than declared, or open on one side.
with gaps as (
    select
        gaps.*,
        substitutions.method
    from {{ ref('int_interval_gaps') }} as gaps
    inner join {{ ref('stg_substitutions') }} as substitutions
        on
            gaps.district_id = substitutions.district_id
            and gaps.source_id = substitutions.source_id
    where
        gaps.bounded
        and gaps.gap_seconds <= substitutions.up_to_hours * 3600
),

-- 52 weeks are a day or two less than a year: they lead to the same month or to the one after it. Only these are read.
asked as (
    {% for months in [-12, -11] -%}
    select
        *,
        {{ month_of(add_months("cast(concat(month, '-01') as date)", months)) }} as asked_month
    from gaps
    where method = 'last_year'
    {{ 'union all' if not loop.last }}
    {% endfor -%}
),

-- The same hours 52 weeks before, so that a weekday stands for a weekday.
last_year as (
    select
        asked.district_id,
        asked.source_id,
        asked.point_id,
        asked.carrier,
        asked.flow,
        asked.unit,
        asked.starts_at,
        sum(intervals.quantity) as quantity,
        sum({{ seconds_between('intervals.interval_start', 'intervals.interval_end') }})
            as read_seconds
    from asked
    inner join {{ ref('stg_meter_intervals') }} as intervals
        on
            asked.asked_month = intervals.month
            and asked.district_id = intervals.district_id
            and asked.source_id = intervals.source_id
            and asked.point_id = intervals.point_id
            and asked.carrier = intervals.carrier
            and asked.flow = intervals.flow
            and asked.unit = intervals.unit
            and intervals.interval_start >= asked.starts_at - interval '364' day
            and intervals.interval_end <= asked.ends_at - interval '364' day
    group by
        asked.district_id, asked.source_id, asked.point_id, asked.carrier, asked.flow, asked.unit,
        asked.starts_at
),

filled as (
    select
        gaps.*,
        case gaps.method
            when 'linear'
                then
                    cast(
                        {{ round_half_up(
                            '(gaps.rate_before + gaps.rate_after) * gaps.missing_seconds / 2', 6
                        ) }} as decimal(28, 6)
                    )
            when 'last_year'
                then
                    case
                        when last_year.read_seconds = gaps.missing_seconds
                            then cast(last_year.quantity as decimal(28, 6))
                    end
        end as quantity
    from gaps
    left join last_year
        on
            gaps.district_id = last_year.district_id
            and gaps.source_id = last_year.source_id
            and gaps.point_id = last_year.point_id
            and gaps.carrier = last_year.carrier
            and gaps.flow = last_year.flow
            and gaps.unit = last_year.unit
            and gaps.starts_at = last_year.starts_at
)

select
    district_id,
    source_id,
    point_id,
    carrier,
    flow,
    unit,
    month,
    starts_at,
    ends_at,
    missing_seconds,
    method,
    quantity
from filled
where quantity is not null
