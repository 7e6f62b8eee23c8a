with final_energy as (
    select
        district_id,
        month,
        carrier,
        sector,
        flow,
        point_id,
        quantity,
        unit,
        energy_kwh,
        estimated_share,
        allocated_share,
        true as adds_to_total
    from {{ ref('int_final_energy') }}
),

memo as (
    select
        district_id,
        month,
        carrier,
        sector,
        flow,
        point_id,
        quantity,
        unit,
        energy_kwh,
        estimated_share,
        allocated_share,
        false as adds_to_total
    from {{ ref('int_point_months') }}
    where
        energy_kwh is not null
        and carrier = 'electricity'
        and ((role = 'generation' and flow = 'production') or (role = 'supply' and flow = 'export'))
    union all
    select
        district_id,
        month,
        carrier,
        sector,
        'transformation' as flow,
        point_id,
        transformation_kwh as quantity,
        'kWh' as unit,
        transformation_kwh as energy_kwh,
        cast(0 as decimal(9, 6)) as estimated_share,
        cast(0 as decimal(9, 6)) as allocated_share,
        false as adds_to_total
    from {{ ref('int_conversion_months') }}
    where transformation_kwh > 0
    union all
    -- Plants of the water cycle draw through supply points, in which their energy is included.
    select
        district_id,
        month,
        carrier,
        sector,
        'water_cycle' as flow,
        point_id,
        quantity,
        unit,
        energy_kwh,
        estimated_share,
        allocated_share,
        false as adds_to_total
    from {{ ref('int_point_months') }}
    where role = 'plant' and flow = 'import' and energy_kwh is not null
    union all
    -- What other statistics count under their own headings, and what communities share on paper.
    select
        point_months.district_id,
        point_months.month,
        point_months.carrier,
        point_months.sector,
        case when point_months.role = 'virtual' then 'shared' else points.end_use end as flow,
        point_months.point_id,
        point_months.quantity,
        point_months.unit,
        point_months.energy_kwh,
        point_months.estimated_share,
        point_months.allocated_share,
        false as adds_to_total
    from {{ ref('int_point_months') }} as point_months
    inner join {{ ref('int_points') }} as points
        on
            point_months.district_id = points.district_id
            and point_months.point_id = points.point_id
    where
        point_months.energy_kwh is not null and point_months.flow = 'import'
        and (
            point_months.role = 'virtual'
            or (points.end_use is not null and point_months.role in ('supply', 'submeter'))
        )
),

adjustments as (
    select
        district_id,
        month,
        carrier,
        sector,
        'import' as flow,
        sum(adjustment_kwh) as adjustment_kwh
    from {{ ref('int_baseline_point_months') }}
    group by district_id, month, carrier, sector
),

flows as (
    select * from final_energy
    union all
    select * from memo
),

summed as (
    select
        district_id,
        month,
        carrier,
        sector,
        flow,
        adds_to_total,
        count(distinct point_id) as points,
        sum(energy_kwh) as energy_kwh,
        sum(cast(energy_kwh * (1 - estimated_share) as decimal(28, 6))) as actual_read_kwh,
        sum(cast(abs(energy_kwh) * allocated_share as decimal(28, 6))) as allocated_kwh,
        -- Quantities add only where all points of the cell tell the same unit.
        case when min(unit) = max(unit) then sum(quantity) end as quantity,
        case when min(unit) = max(unit) then min(unit) end as unit
    from flows
    group by district_id, month, carrier, sector, flow, adds_to_total
)

select
    summed.district_id,
    summed.month,
    summed.carrier,
    summed.sector,
    summed.flow,
    summed.adds_to_total,
    cast(summed.points as integer) as points,
    cast(summed.energy_kwh as decimal(28, 6)) as energy_kwh,
    cast(summed.energy_kwh + coalesce(adjustments.adjustment_kwh, 0) as decimal(28, 6))
        as energy_adjusted_kwh,
    cast(summed.actual_read_kwh as decimal(28, 6)) as actual_read_kwh,
    cast(summed.allocated_kwh as decimal(28, 6)) as allocated_kwh,
    cast(summed.quantity as decimal(28, 6)) as quantity,
    summed.unit
from summed
left join adjustments
    on
        summed.district_id = adjustments.district_id
        and summed.month = adjustments.month
        and summed.carrier = adjustments.carrier
        and summed.sector = adjustments.sector
        and summed.flow = adjustments.flow
