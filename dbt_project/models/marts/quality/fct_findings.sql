with collected as (
    select * from {{ ref('stg_collected_findings') }}
),

warehouse as (
    select * from {{ ref('int_warehouse_findings') }}
    union all
    select * from {{ ref('int_emission_findings') }}
    union all
    select * from {{ ref('int_theory_findings') }}
)

select
    district_id,
    source_id,
    dataset,
    month,
    point_id,
    code,
    severity,
    cast(count as bigint) as count,
    detail_it,
    detail_en,
    sha256,
    known_at
from collected

union all

select
    district_id,
    source_id,
    dataset,
    month,
    point_id,
    code,
    severity,
    finding_count as count,
    detail_it,
    detail_en,
    cast(null as {{ text_type() }}) as sha256,
    known_at
from warehouse
