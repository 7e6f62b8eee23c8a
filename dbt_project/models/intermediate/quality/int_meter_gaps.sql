-- Points that a source is expected to read and has not, or not so that it makes a figure.
with months as (
    select * from {{ ref('int_district_months') }}
),

expected as (
    select
        district_id,
        month,
        point_id,
        carrier,
        flow,
        family,
        coverage_of_month is null as silent
    from {{ ref('int_expected_point_months') }}
),

-- A source answers for the points that it ever delivered.
source_points as (
    select
        district_id,
        source_id,
        point_id,
        carrier,
        flow
    from {{ ref('int_point_month_candidates') }}
    union
    select
        district_id,
        source_id,
        point_id,
        carrier,
        flow
    from {{ ref('int_register_spans') }}
),

-- What came and still makes no figure.
unreadable as (
    select
        district_id,
        source_id,
        point_id,
        carrier,
        flow,
        month,
        case when counted_twice then 'intervals_overlap' else 'interval_beyond_month' end as reason_code
    from {{ ref('int_point_month_candidates') }}
    where not usable
    union all
    select
        spans.district_id,
        spans.source_id,
        spans.point_id,
        spans.carrier,
        spans.flow,
        months.month,
        'reading_lower' as reason_code
    from {{ ref('int_register_spans') }} as spans
    inner join months
        on
            spans.district_id = months.district_id
            and spans.span_start < {{ to_utc('months.month_end', 'months.timezone') }}
            and spans.span_end > {{ to_utc('months.month_start', 'months.timezone') }}
    where spans.quantity is null
),

reasons as (
    select
        district_id,
        source_id,
        point_id,
        carrier,
        flow,
        month,
        min(reason_code) as reason_code
    from unreadable
    group by district_id, source_id, point_id, carrier, flow, month
),

of_sources as (
    select
        expected.district_id,
        expected.month,
        expected.silent,
        expected.carrier,
        expected.family as theme,
        source_points.source_id,
        coalesce(reasons.reason_code, 'not_delivered') as reason_code,
        count(*) over (
            partition by
                expected.district_id, expected.month, source_points.source_id, expected.family
        ) as points_expected
    from expected
    left join source_points
        on
            expected.district_id = source_points.district_id
            and expected.point_id = source_points.point_id
            and expected.carrier = source_points.carrier
            and expected.flow = source_points.flow
    left join reasons
        on
            source_points.district_id = reasons.district_id
            and source_points.source_id = reasons.source_id
            and source_points.point_id = reasons.point_id
            and source_points.carrier = reasons.carrier
            and source_points.flow = reasons.flow
            and expected.month = reasons.month
),

metered as (
    select
        district_id,
        month,
        source_id,
        theme,
        reason_code,
        case when min(carrier) = max(carrier) then min(carrier) end as carrier,
        count(*) as points_missing,
        max(points_expected) as points_expected
    from of_sources
    where silent
    group by district_id, month, source_id, theme, reason_code
)

select * from metered
