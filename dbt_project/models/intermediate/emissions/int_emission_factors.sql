-- The factor of every path, year and use: same year, or the nearest earlier one of the same series.
-- A path that no factor fills stays, without a value, so that the gap shows.
with years as (
    select distinct
        district_id,
        calendar_year,
        gwp_set
    from {{ ref('int_district_months') }}
),

paths as (
    select * from {{ ref('stg_factor_paths') }}
),

uses as (
    select 'industrial' as use
    union all
    select 'commercial' as use
    union all
    select 'residential' as use
),

wanted as (
    select
        years.district_id,
        years.calendar_year,
        years.gwp_set,
        paths.scope,
        paths.carrier,
        paths.factor_carrier,
        paths.gas,
        paths.basis,
        paths.series,
        paths.by_use,
        paths.biogenic,
        paths.ages,
        uses.use
    from years
    cross join paths
    cross join uses
),

factors as (
    select * from {{ ref('stg_factors') }}
    where kind = 'emission' and kg_per_kwh is not null
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
        wanted.basis,
        wanted.series,
        wanted.use,
        factors.factor_code,
        factors.kg_per_kwh,
        factors.valid_year,
        row_number() over (
            partition by
                wanted.district_id, wanted.calendar_year, wanted.scope, wanted.carrier, wanted.gas,
                wanted.use
            order by factors.valid_year desc nulls last, factors.factor_code asc
        ) as nearest
    from wanted
    inner join factors
        on
            wanted.factor_carrier = factors.carrier
            and wanted.gas = factors.gas
            and wanted.series = factors.series
            and (wanted.basis is null or wanted.basis = factors.basis)
            and (not wanted.by_use or wanted.use = factors.use)
            and coalesce(factors.valid_year, 0) <= wanted.calendar_year
)

select
    wanted.district_id,
    wanted.calendar_year,
    wanted.scope,
    wanted.carrier,
    wanted.gas,
    wanted.series,
    wanted.biogenic,
    wanted.ages,
    wanted.by_use,
    wanted.use,
    candidates.factor_code,
    cast(candidates.kg_per_kwh as decimal(18, 9)) as kg_per_kwh,
    candidates.valid_year as factor_year,
    case
        when wanted.ages then wanted.calendar_year - candidates.valid_year
    end as factor_age_years,
    cast(
        case when wanted.gas in ('CO2', 'CO2e') then 1 else gwp.gwp end as decimal(18, 6)
    ) as gwp
from wanted
left join candidates
    on
        wanted.district_id = candidates.district_id
        and wanted.calendar_year = candidates.calendar_year
        and wanted.scope = candidates.scope
        and wanted.carrier = candidates.carrier
        and coalesce(wanted.gas, '') = coalesce(candidates.gas, '')
        and wanted.use = candidates.use
        and candidates.nearest = 1
left join gwp
    on wanted.gas = gwp.gas and wanted.gwp_set = gwp.gwp_set
