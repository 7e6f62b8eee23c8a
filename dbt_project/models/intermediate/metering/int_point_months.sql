-- One quantity per point, carrier, flow and month: interval before register before bill, never added.
with candidates as (
    select * from {{ ref('int_point_month_candidates') }}
    where preference = 1 and usable and valid_days > 0
),

points as (
    select * from {{ ref('int_points') }}
),

conversions as (
    select * from {{ ref('int_energy_conversions') }}
)

select
    candidates.district_id,
    candidates.month,
    candidates.month_index,
    candidates.calendar_year,
    candidates.point_id,
    points.site_id,
    candidates.carrier,
    points.sector,
    candidates.flow,
    points.role,
    points.holder_group,
    points.holder_kind,
    points.water_source,
    points.gas_use,
    points.registered,
    candidates.method,
    candidates.source_id,
    candidates.quantity,
    candidates.unit,
    case
        when candidates.carrier in ('water', 'waste_water') then null
        when candidates.unit = 'kWh' then candidates.quantity
        else cast(
            {{ round_half_up('candidates.quantity * conversions.kwh_per_unit', 6) }}
            as decimal(28, 6)
        )
    end as energy_kwh,
    case
        when candidates.carrier in ('water', 'waste_water') and candidates.unit = 'm3'
            then candidates.quantity
    end as volume_m3,
    candidates.estimated_share,
    candidates.allocated_share,
    candidates.allocation,
    candidates.substituted_share,
    -- The worst that holds of any part of the figure.
    case
        when candidates.substituted_share > 0 then 'substituted'
        when candidates.estimated_share > 0 then 'estimated'
        when candidates.allocated_share > 0 then 'allocated'
        else 'measured'
    end as value_status,
    candidates.coverage_of_month,
    candidates.coverage_of_month >= {{ var('full_coverage') }} as fully_covered,
    -- Fully covered is of the days in the boundary; whole is a month all of whose days are within.
    candidates.coverage_of_month >= {{ var('full_coverage') }}
    and candidates.valid_days = candidates.days as whole_month,
    cast({{ safe_divide('candidates.valid_days', 'candidates.days') }} as decimal(9, 6)) as boundary_share,
    candidates.hourly,
    candidates.row_count,
    candidates.known_at
from candidates
inner join points
    on candidates.district_id = points.district_id and candidates.point_id = points.point_id
left join conversions
    on
        candidates.carrier = conversions.carrier
        and candidates.unit = conversions.from_unit
        and candidates.calendar_year = conversions.calendar_year
