-- Tonnes by the months of points they are of: what a point drew, in the proportion in which it emits.
create view emitted_parts as
with emitted as (
    select
        district_id,
        month,
        point_id,
        carrier,
        scope,
        cast(sum(kg_co2e) * 0.001 as decimal(28, 9)) as tonnes,
        cast(sum(kg_co2e * data_quality) * 0.001 as decimal(28, 9)) as quality_weighted
    from int_emission_point_lines
    where not biogenic and kg_co2e is not null
    group by district_id, month, point_id, carrier, scope
),

parts as (
    select
        *,
        sum(amount) over (
            partition by district_id, month, final_point_id, carrier
        ) as whole
    from final_parts
    where final_flow = 'import'
)

select
    emitted.district_id,
    emitted.month,
    parts.site_id,
    emitted.scope,
    emitted.carrier,
    parts.point_id,
    parts.flow,
    emitted.tonnes * coalesce(parts.amount / nullif(parts.whole, 0), 0) as tonnes,
    emitted.quality_weighted * coalesce(parts.amount / nullif(parts.whole, 0), 0) as quality_weighted
from emitted
inner join parts
    on
        emitted.district_id = parts.district_id
        and emitted.month = parts.month
        and emitted.point_id = parts.final_point_id
        and emitted.carrier = parts.carrier;
