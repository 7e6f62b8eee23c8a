-- Final energy by point: what supply points drew, what batteries of their own connection lost, and what sites
-- consumed of their own sun. Sub-meters, plants, production, export and shared energy never add here, and the
-- fuel of exported power and heat is taken out.
with transformed as (
    select
        district_id,
        drawn_by_point_id as point_id,
        carrier,
        month,
        sum(transformation_kwh) as transformation_kwh
    from {{ ref('int_conversion_months') }}
    group by district_id, drawn_by_point_id, carrier, month
),

drawn as (
    select
        point_months.*,
        cast(
            point_months.energy_kwh - coalesce(transformed.transformation_kwh, 0) as decimal(28, 6)
        ) as final_kwh,
        cast(
            point_months.quantity - coalesce(
                {{ round_half_up(
                    'point_months.quantity * ' ~ safe_divide(
                        'transformed.transformation_kwh', 'point_months.energy_kwh'
                    ), 6
                ) }}, 0
            ) as decimal(28, 6)
        ) as final_quantity
    from {{ ref('int_point_months') }} as point_months
    left join transformed
        on
            point_months.district_id = transformed.district_id
            and point_months.point_id = transformed.point_id
            and point_months.carrier = transformed.carrier
            and point_months.month = transformed.month
    where
        point_months.role = 'supply' and point_months.flow = 'import'
        and point_months.energy_kwh is not null
),

-- A battery takes in and gives back: only the difference is used up, and only where both are known.
stored as (
    select
        district_id,
        month,
        point_id,
        min(site_id) as site_id,
        carrier,
        min(sector) as sector,
        min(holder_group) as holder_group,
        min(holder_kind) as holder_kind,
        cast(
            sum(
                case when flow in ('import', 'storage_charge') then energy_kwh else -energy_kwh end
            ) as decimal(28, 6)
        ) as net_kwh,
        cast(
            {{ safe_divide('sum(cast(energy_kwh * estimated_share as decimal(28, 6)))', 'sum(energy_kwh)') }}
            as decimal(9, 6)
        ) as estimated_share,
        min(coverage_of_month) as coverage_of_month,
        max(known_at) as known_at
    from {{ ref('int_point_months') }}
    where
        role = 'storage' and energy_kwh is not null
        and flow in ('import', 'export', 'storage_charge', 'storage_discharge')
    group by district_id, month, point_id, carrier
    having
        count(case when flow in ('import', 'storage_charge') and fully_covered then 1 end) > 0
        and count(case when flow in ('export', 'storage_discharge') and fully_covered then 1 end) > 0
),

self_consumed as (
    select * from {{ ref('int_pv_site_months') }}
    where self_consumed_kwh is not null
)

select
    district_id,
    month,
    point_id,
    site_id,
    carrier,
    sector,
    flow,
    holder_group,
    holder_kind,
    method,
    final_quantity as quantity,
    unit,
    final_kwh as energy_kwh,
    estimated_share,
    allocated_share,
    coverage_of_month,
    hourly,
    gas_use,
    registered,
    known_at
from drawn

union all

select
    district_id,
    month,
    point_id,
    site_id,
    carrier,
    sector,
    'import' as flow,
    holder_group,
    holder_kind,
    'difference' as method,
    net_kwh as quantity,
    'kWh' as unit,
    net_kwh as energy_kwh,
    coalesce(estimated_share, 0) as estimated_share,
    cast(0 as decimal(9, 6)) as allocated_share,
    coverage_of_month,
    false as hourly,
    cast(null as {{ text_type() }}) as gas_use,
    true as registered,
    known_at
from stored

union all

select
    district_id,
    month,
    site_id as point_id,
    site_id,
    'electricity' as carrier,
    sector,
    'self_consumed' as flow,
    holder_group,
    holder_kind,
    'difference' as method,
    self_consumed_kwh as quantity,
    'kWh' as unit,
    self_consumed_kwh as energy_kwh,
    estimated_share,
    cast(0 as decimal(9, 6)) as allocated_share,
    least(production_coverage, export_coverage) as coverage_of_month,
    false as hourly,
    cast(null as {{ text_type() }}) as gas_use,
    true as registered,
    known_at
from self_consumed
