-- The factor of every path, year, use and network: the network operator's own, else that of the region and of
-- what the region lies in, else the world's; of the nearest of these, the year's vintage or the nearest earlier
-- one of the same series. A path that no factor fills stays, without a value, so that the gap shows.
with years as (
    select distinct
        months.district_id,
        months.calendar_year,
        months.gwp_set,
        districts.region
    from {{ ref('int_district_months') }} as months
    inner join {{ ref('stg_districts') }} as districts
        on months.district_id = districts.district_id
),

declared_paths as (
    select * from {{ ref('stg_factor_paths') }}
),

-- What a network loses is emitted where location-based Scope 2 is, gas by gas.
paths as (
    select
        declared_paths.scope,
        declared_paths.carrier,
        declared_paths.factor_carrier,
        coalesce(located.gas, declared_paths.gas) as gas,
        declared_paths.basis,
        declared_paths.series,
        declared_paths.by_use,
        declared_paths.biogenic,
        declared_paths.ages,
        declared_paths.slot
    from declared_paths
    left join declared_paths as located
        on
            declared_paths.scope = '3'
            and located.scope = '2_location'
            and declared_paths.carrier = located.carrier
),

uses as (
    select 'industrial' as use
    union all
    select 'commercial' as use
    union all
    select 'residential' as use
),

-- No network is named, or one of those that points of the district name.
networks as (
    select distinct
        district_id,
        carrier,
        network
    from {{ ref('stg_metering_points') }}
    where network is not null
),

wanted as (
    select
        years.district_id,
        years.calendar_year,
        years.gwp_set,
        years.region,
        'any' as network,
        paths.*,
        uses.use
    from years
    cross join paths
    cross join uses

    union all

    select
        years.district_id,
        years.calendar_year,
        years.gwp_set,
        years.region,
        networks.network,
        paths.*,
        uses.use
    from years
    inner join networks
        on years.district_id = networks.district_id
    inner join paths
        on networks.carrier = paths.carrier
    cross join uses
),

factors as (
    select
        *,
        coalesce(region, 'WORLD') as place,
        coalesce(kg_per_kwh, lost_share) as working_value,
        case when lost_share is null then 'emission' else 'loss' end as works_as
    from {{ ref('stg_factors') }}
    where (kind = 'emission' and kg_per_kwh is not null) or lost_share is not null
),

gwp as (
    select
        gas,
        gwp_set,
        max(value) as gwp
    from {{ ref('stg_factors') }}
    where kind = 'gwp'
    group by gas, gwp_set
),

candidates as (
    select
        wanted.district_id,
        wanted.calendar_year,
        wanted.scope,
        wanted.carrier,
        wanted.gas,
        wanted.use,
        wanted.network,
        factors.factor_code,
        factors.working_value,
        factors.valid_year,
        factors.operator,
        factors.place,
        row_number() over (
            partition by
                wanted.district_id, wanted.calendar_year, wanted.scope, wanted.carrier, wanted.gas,
                wanted.use, wanted.network
            order by
                case
                    when factors.operator is not null then 0
                    when factors.place = 'WORLD' then 9
                    else 8 - length(factors.place)
                end asc,
                factors.valid_year desc nulls last,
                factors.factor_code asc
        ) as nearest
    from wanted
    inner join factors
        on
            wanted.factor_carrier = factors.carrier
            and wanted.series = factors.series
            and case when wanted.scope = '3' then 'loss' else 'emission' end = factors.works_as
            and (wanted.scope = '3' or wanted.gas = factors.gas)
            and (wanted.basis is null or wanted.basis = factors.basis)
            and (not wanted.by_use or wanted.use = factors.use)
            and coalesce(factors.valid_year, 0) <= wanted.calendar_year
            and (
                wanted.network = factors.operator
                or (
                    factors.operator is null
                    and (
                        factors.place = 'WORLD'
                        or substr(wanted.region, 1, length(factors.place)) = factors.place
                    )
                )
            )
),

resolved as (
    select
        wanted.*,
        candidates.factor_code,
        candidates.working_value,
        candidates.valid_year as factor_year,
        coalesce(candidates.operator, candidates.place) as factor_place
    from wanted
    left join candidates
        on
            wanted.district_id = candidates.district_id
            and wanted.calendar_year = candidates.calendar_year
            and wanted.scope = candidates.scope
            and wanted.carrier = candidates.carrier
            and wanted.gas = candidates.gas
            and wanted.use = candidates.use
            and wanted.network = candidates.network
            and candidates.nearest = 1
)

select
    resolved.district_id,
    resolved.calendar_year,
    resolved.scope,
    resolved.carrier,
    resolved.gas,
    resolved.basis,
    resolved.series,
    resolved.biogenic,
    resolved.ages,
    resolved.by_use,
    resolved.use,
    resolved.network,
    resolved.slot,
    resolved.factor_code,
    cast(
        case
            when resolved.scope = '3'
                then {{ round_half_up(
                    'cast(resolved.working_value as decimal(28, 9)) * cast(grid.working_value as decimal(28, 9))', 9
                ) }}
            else resolved.working_value
        end as decimal(18, 9)
    ) as kg_per_kwh,
    resolved.factor_year,
    resolved.factor_place,
    case
        when resolved.ages then resolved.calendar_year - resolved.factor_year
    end as factor_age_years,
    resolved.gwp_set,
    cast(
        case when resolved.gas in ('CO2', 'CO2e') then 1 else gwp.gwp end as decimal(18, 6)
    ) as gwp
from resolved
left join resolved as grid
    on
        resolved.scope = '3'
        and grid.scope = '2_location'
        and resolved.district_id = grid.district_id
        and resolved.calendar_year = grid.calendar_year
        and resolved.carrier = grid.carrier
        and resolved.gas = grid.gas
        and resolved.use = grid.use
        and resolved.network = grid.network
left join gwp
    on resolved.gas = gwp.gas and resolved.gwp_set = gwp.gwp_set
