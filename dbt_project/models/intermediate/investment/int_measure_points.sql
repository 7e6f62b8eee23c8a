-- The points that each measure acts on; a site stands for its points of the carriers that the measure saves.
with named as (
    select
        *,
        row_number() over (
            partition by district_id, measure_id, scope, code
            order by flow_rank desc nulls last, known_at desc, source_id asc, source_row asc
        ) as newest
    from {{ ref('stg_measure_points') }}
),

points as (
    select * from {{ ref('int_points') }}
),

carriers as (
    select distinct
        district_id,
        measure_id,
        carrier
    from {{ ref('int_measure_savings') }}
),

reached as (
    select
        named.district_id,
        named.measure_id,
        points.point_id,
        points.carrier,
        named.valid_from,
        named.valid_to,
        -- A point that is named itself says more than its site.
        row_number() over (
            partition by named.district_id, named.measure_id, points.point_id
            order by case when named.scope = 'point' then 0 else 1 end asc, named.code asc
        ) as preference
    from named
    inner join points
        on
            named.district_id = points.district_id
            and (
                (named.scope = 'point' and named.code = points.point_id)
                or (named.scope = 'site' and named.code = points.site_id and points.role in ('supply', 'conversion'))
            )
    left join carriers
        on
            named.district_id = carriers.district_id
            and named.measure_id = carriers.measure_id
            and points.carrier = carriers.carrier
    where named.newest = 1 and (named.scope = 'point' or carriers.carrier is not null)
)

select
    district_id,
    measure_id,
    point_id,
    carrier,
    valid_from,
    valid_to
from reached
where preference = 1
