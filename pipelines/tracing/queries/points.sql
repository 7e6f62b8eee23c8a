-- Final energy by the months of points it is made of: what a point drew; of a battery and of a roof the flows
-- that its difference is made of, each with its sign.
create view final_parts as
with drawn as (
    select
        final.district_id,
        final.month,
        final.point_id as final_point_id,
        final.site_id,
        final.carrier,
        final.sector,
        final.flow as final_flow,
        final.hourly,
        final.estimated_share,
        final.point_id,
        'import' as flow,
        final.energy_kwh as amount
    from int_final_energy as final
    inner join int_point_months as points
        using (district_id, month, point_id, carrier)
    where final.flow = 'import' and points.flow = 'import' and points.role = 'supply'
),

stored as (
    select
        final.district_id,
        final.month,
        final.point_id,
        final.site_id,
        final.carrier,
        final.sector,
        final.flow,
        final.hourly,
        final.estimated_share,
        points.point_id,
        points.flow,
        case when points.flow in ('import', 'storage_charge') then points.energy_kwh else -points.energy_kwh end
    from int_final_energy as final
    inner join int_point_months as points
        using (district_id, month, point_id, carrier)
    where
        final.method = 'difference' and final.flow = 'import'
        and points.role = 'storage' and points.energy_kwh is not null
        and points.flow in ('import', 'export', 'storage_charge', 'storage_discharge')
),

self_consumed as (
    select
        final.district_id,
        final.month,
        final.point_id,
        final.site_id,
        final.carrier,
        final.sector,
        final.flow,
        final.hourly,
        final.estimated_share,
        suns.point_id,
        suns.flow,
        case when suns.flow = 'export' then -suns.amount else suns.amount end
    from int_final_energy as final
    inner join sun_parts as suns
        on
            final.district_id = suns.district_id
            and final.month = suns.month
            and final.point_id = suns.site_id
    where final.flow = 'self_consumed'
)

select * from drawn
union all
select * from stored
union all
select * from self_consumed;
