-- Heated floor area of the sites that were read in a month, and the energy of the same sites.
with areas as (
    select
        points.district_id,
        points.site_id,
        months.month,
        max(points.floor_area_m2) as floor_area_m2
    from {{ ref('int_points') }} as points
    inner join {{ ref('int_district_months') }} as months
        on
            points.district_id = months.district_id
            and (points.valid_from is null or points.valid_from < months.month_end)
            and (points.valid_to is null or points.valid_to > months.month_start)
    where points.floor_area_m2 > 0
    group by points.district_id, points.site_id, months.month
),

energy as (
    select
        district_id,
        site_id,
        month,
        min(holder_group) as holder_group,
        min(holder_kind) as holder_kind,
        sum(energy_kwh) as energy_kwh
    from {{ ref('int_final_energy') }}
    group by district_id, site_id, month
)

select
    areas.district_id,
    areas.month,
    areas.site_id,
    energy.holder_group,
    energy.holder_kind,
    areas.floor_area_m2,
    cast(energy.energy_kwh as decimal(28, 6)) as energy_kwh
from areas
inner join energy
    on
        areas.district_id = energy.district_id
        and areas.site_id = energy.site_id
        and areas.month = energy.month
