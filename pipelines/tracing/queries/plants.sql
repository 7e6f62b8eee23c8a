-- What the plants of the water cycle used and treated, where both are metered.
create temp table plant_parts as
with plants as (
    select
        district_id,
        month
    from int_point_months
    where role = 'plant'
    group by district_id, month
    having count(case when flow = 'import' then energy_kwh end) > 0 and count(volume_m3) > 0
)

select points.district_id, points.month, 'water_cycle_kwh' as measure, points.point_id, points.carrier,
    points.flow, points.energy_kwh as amount
from int_point_months as points
inner join plants using (district_id, month)
where points.role = 'plant' and points.flow = 'import' and points.energy_kwh is not null
union all
select points.district_id, points.month, 'water_cycle_m3', points.point_id, points.carrier, points.flow,
    points.volume_m3
from int_point_months as points
inner join plants using (district_id, month)
where points.role = 'plant' and points.volume_m3 is not null;
