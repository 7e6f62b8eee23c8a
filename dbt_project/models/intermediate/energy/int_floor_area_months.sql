-- Heated floor area of the sites that were read in a month, the energy of the same sites, and what normal weather
-- would have changed of it.
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
),

adjustments as (
    select
        baselines.district_id,
        points.site_id,
        baselines.month,
        sum(baselines.adjustment_kwh) as adjustment_kwh
    from {{ ref('int_baseline_point_months') }} as baselines
    inner join {{ ref('int_points') }} as points
        on baselines.district_id = points.district_id and baselines.point_id = points.point_id
    group by baselines.district_id, points.site_id, baselines.month
)

select
    areas.district_id,
    areas.month,
    areas.site_id,
    energy.holder_group,
    energy.holder_kind,
    areas.floor_area_m2,
    cast(energy.energy_kwh as decimal(28, 6)) as energy_kwh,
    cast(coalesce(adjustments.adjustment_kwh, 0) as decimal(28, 6)) as adjustment_kwh
from areas
inner join energy
    on
        areas.district_id = energy.district_id
        and areas.site_id = energy.site_id
        and areas.month = energy.month
left join adjustments
    on
        areas.district_id = adjustments.district_id
        and areas.site_id = adjustments.site_id
        and areas.month = adjustments.month
