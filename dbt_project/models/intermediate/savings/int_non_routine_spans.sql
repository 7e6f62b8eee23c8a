-- Declared changes at supply points that are no evidence of a saving; the last day is within, an open end lasts.
with named as (
    select
        *,
        row_number() over (
            partition by district_id, event_id
            order by flow_rank desc nulls last, known_at desc, source_id asc, source_row asc
        ) as newest
    from {{ ref('stg_non_routine_events') }}
)

select
    named.district_id,
    named.event_id,
    points.point_id,
    points.carrier,
    named.starts_on,
    {{ add_days('named.ends_on', 1) }} as over_from
from named
inner join {{ ref('int_points') }} as points
    on
        named.district_id = points.district_id
        and points.role = 'supply'
        and case named.scope when 'site' then points.site_id else points.point_id end = named.code
where named.newest = 1
