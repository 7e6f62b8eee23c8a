-- Final energy by point: what supply points drew, and what sites consumed of their own sun.
-- Sub-meters, plants, production and export never add here.
with drawn as (
    select * from {{ ref('int_point_months') }}
    where role = 'supply' and flow = 'import' and energy_kwh is not null
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
    quantity,
    unit,
    energy_kwh,
    estimated_share,
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
    least(production_coverage, export_coverage) as coverage_of_month,
    false as hourly,
    cast(null as {{ text_type() }}) as gas_use,
    true as registered,
    known_at
from self_consumed
