-- Renewable production, export and what stays on site, by site and month. Self-consumption needs both meters.
-- What an engine makes of fuel is no final energy of its own: the fuel was counted.
with flows as (
    select
        point_months.*,
        coalesce(points.generator, '') = 'chp' as of_fuel
    from {{ ref('int_point_months') }} as point_months
    inner join {{ ref('int_points') }} as points
        on
            point_months.district_id = points.district_id
            and point_months.point_id = points.point_id
    where
        point_months.carrier = 'electricity'
        and point_months.energy_kwh is not null
        and (
            (point_months.role = 'generation' and point_months.flow in ('production', 'export'))
            or (point_months.role = 'supply' and point_months.flow = 'export')
        )
),

sites as (
    select
        district_id,
        site_id,
        month,
        sum(case when flow = 'production' and not of_fuel then energy_kwh end) as production_kwh,
        sum(case when flow = 'production' then energy_kwh end) as all_production_kwh,
        min(case when flow = 'production' then coverage_of_month end) as production_coverage,
        sum(case when flow = 'export' and role = 'supply' then energy_kwh end) as exchange_export_kwh,
        sum(case when flow = 'export' and role = 'generation' then energy_kwh end)
            as generation_export_kwh,
        min(case when flow = 'export' and role = 'supply' then coverage_of_month end)
            as exchange_coverage,
        min(case when flow = 'export' and role = 'generation' then coverage_of_month end)
            as generation_coverage,
        sum(cast(energy_kwh * estimated_share as decimal(28, 6))) as estimated_kwh,
        sum(energy_kwh) as flow_kwh,
        max(known_at) as known_at
    from flows
    group by district_id, site_id, month
),

exporting as (
    select
        *,
        -- The exchange meter is the one the network bills by; a generator's own export is second best.
        coalesce(exchange_export_kwh, generation_export_kwh) as site_export_kwh,
        case
            when exchange_export_kwh is not null then exchange_coverage
            else generation_coverage
        end as export_coverage
    from sites
),

-- Where an engine stands beside the roof, what leaves the site is of both in proportion to what they made.
balanced as (
    select
        *,
        case
            when coalesce(production_kwh = all_production_kwh, all_production_kwh is null)
                then site_export_kwh
            else cast(
                {{ round_half_up(
                    'site_export_kwh * ' ~ safe_divide('production_kwh', 'all_production_kwh'), 6
                ) }} as decimal(28, 6)
            )
        end as export_kwh
    from exporting
),

holders as (
    select
        district_id,
        site_id,
        min(sector) as sector,
        min(holder_group) as holder_group,
        min(holder_kind) as holder_kind
    from {{ ref('int_points') }}
    where carrier = 'electricity' and role in ('supply', 'generation')
    group by district_id, site_id
)

select
    balanced.district_id,
    balanced.site_id,
    balanced.month,
    holders.sector,
    holders.holder_group,
    holders.holder_kind,
    cast(balanced.production_kwh as decimal(28, 6)) as production_kwh,
    cast(balanced.export_kwh as decimal(28, 6)) as export_kwh,
    balanced.production_coverage,
    balanced.export_coverage,
    cast(
        case
            when
                balanced.production_coverage >= {{ var('full_coverage') }}
                and balanced.export_coverage >= {{ var('full_coverage') }}
                and balanced.production_kwh >= balanced.export_kwh
                then balanced.production_kwh - balanced.export_kwh
        end as decimal(28, 6)
    ) as self_consumed_kwh,
    coalesce(balanced.production_kwh < balanced.export_kwh, false) as exports_more_than_it_makes,
    cast(
        least(coalesce({{ safe_divide('balanced.estimated_kwh', 'balanced.flow_kwh') }}, 0), 1)
        as decimal(9, 6)
    ) as estimated_share,
    balanced.known_at
from balanced
inner join holders
    on balanced.district_id = holders.district_id and balanced.site_id = holders.site_id
