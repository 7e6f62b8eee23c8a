-- Activity times factor times warming potential, per point, month, scope and gas.
with activity as (
    select
        used.district_id,
        used.month,
        cast(substr(used.month, 1, 4) as integer) as calendar_year,
        used.point_id,
        used.site_id,
        used.carrier,
        used.sector,
        used.holder_group,
        used.holder_kind,
        coalesce(points.network, 'any') as network,
        used.energy_kwh,
        used.estimated_share,
        used.method,
        coalesce(
            used.gas_use,
            case used.sector
                when 'industry' then 'industrial'
                when 'residential' then 'residential'
                when 'agriculture' then 'residential'
                else 'commercial'
            end
        ) as use
    from {{ ref('int_final_energy') }} as used
    left join {{ ref('int_points') }} as points
        on
            used.district_id = points.district_id
            and used.point_id = points.point_id
            and used.carrier = points.carrier
    -- The sun on one's own roof has no factor and needs none.
    where used.flow = 'import'
),

factors as (
    select * from {{ ref('int_emission_factors') }}
),

-- A carrier for which no path is declared still has emissions, which nobody estimated.
scopes as (
    select distinct
        scope,
        carrier
    from factors
),

unpathed as (
    select distinct
        activity.carrier,
        case
            when activity.carrier in ('electricity', 'district_heat') then '2_location'
            else '1'
        end as scope
    from activity
    left join scopes
        on activity.carrier = scopes.carrier
    where scopes.carrier is null
),

lines as (
    select
        activity.*,
        factors.by_use,
        factors.scope,
        factors.gas,
        factors.basis,
        factors.series,
        factors.slot,
        factors.factor_code,
        factors.kg_per_kwh,
        factors.factor_year,
        factors.factor_place,
        factors.factor_age_years,
        factors.gwp_set,
        factors.gwp,
        factors.biogenic
    from activity
    inner join factors
        on
            activity.district_id = factors.district_id
            and activity.calendar_year = factors.calendar_year
            and activity.carrier = factors.carrier
            and activity.use = factors.use
            and activity.network = factors.network

    union all

    select
        activity.*,
        false as by_use,
        unpathed.scope,
        cast(null as {{ text_type() }}) as gas,
        cast(null as {{ text_type() }}) as basis,
        cast(null as {{ text_type() }}) as series,
        cast(null as {{ text_type() }}) as slot,
        cast(null as {{ text_type() }}) as factor_code,
        cast(null as decimal(18, 9)) as kg_per_kwh,
        cast(null as integer) as factor_year,
        cast(null as {{ text_type() }}) as factor_place,
        cast(null as integer) as factor_age_years,
        cast(null as {{ text_type() }}) as gwp_set,
        cast(null as decimal(18, 6)) as gwp,
        false as biogenic
    from activity
    inner join unpathed
        on activity.carrier = unpathed.carrier
),

weighed as (
    select
        *,
        cast({{ round_half_up('energy_kwh * kg_per_kwh', 9) }} as decimal(28, 9)) as kg_gas
    from lines
)

select
    district_id,
    month,
    point_id,
    site_id,
    carrier,
    sector,
    holder_group,
    holder_kind,
    network,
    scope,
    coalesce(gas, 'all') as gas,
    case when by_use then use else 'any' end as use,
    basis,
    series,
    slot,
    factor_code,
    kg_per_kwh,
    factor_year,
    factor_place,
    factor_age_years,
    gwp_set,
    gwp,
    coalesce(biogenic, false) as biogenic,
    energy_kwh,
    kg_gas,
    cast({{ round_half_up('kg_gas * gwp', 9) }} as decimal(28, 9)) as kg_co2e,
    -- 5 read and a recent factor of the country … 1 neither: what was read (a bill 1 less, mostly
    -- estimated 2 less), less 1 for a factor older than three years or a world default.
    greatest(
        1,
        5
        - case when method = 'bill' then 1 else 0 end
        - case when estimated_share > 0.5 then 2 else 0 end
        - case when coalesce(factor_age_years, 4) > 3 then 1 else 0 end
    ) as data_quality
from weighed
