-- Activity times factor times warming potential, per point, month, scope and gas.
with used as (
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
        used.flow,
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
),

activity as (
    select
        *,
        'any' as instrument,
        'any' as contract_id,
        cast(null as decimal(18, 9)) as declared_kg_co2e_per_kwh
    from used
    -- The sun on one's own roof has no factor and needs none.
    where flow = 'import'
),

-- Market-based, electricity falls to what proves its origin.
bought as (
    select
        used.district_id,
        used.month,
        used.calendar_year,
        used.point_id,
        used.site_id,
        used.carrier,
        used.sector,
        used.holder_group,
        used.holder_kind,
        used.flow,
        used.network,
        parts.energy_kwh,
        used.estimated_share,
        used.method,
        used.use,
        parts.instrument,
        parts.contract_id,
        parts.kg_co2e_per_kwh as declared_kg_co2e_per_kwh
    from used
    inner join {{ ref('int_market_parts') }} as parts
        on
            used.district_id = parts.district_id
            and used.month = parts.month
            and used.point_id = parts.point_id
            and used.flow = parts.flow
    where used.carrier = 'electricity'
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

-- Without a factor of the residual mix the grid's average stands for it, and says so.
residual as (
    select
        market.district_id,
        market.calendar_year,
        market.network,
        market.use,
        max(case when market.kg_per_kwh is not null then 1 else 0 end) as known
    from factors as market
    where market.scope = '2_market' and market.carrier = 'electricity'
    group by market.district_id, market.calendar_year, market.network, market.use
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
    where not (factors.scope = '2_market' and factors.carrier = 'electricity')

    union all

    select
        bought.district_id,
        bought.month,
        bought.calendar_year,
        bought.point_id,
        bought.site_id,
        bought.carrier,
        bought.sector,
        bought.holder_group,
        bought.holder_kind,
        bought.flow,
        bought.network,
        bought.energy_kwh,
        bought.estimated_share,
        bought.method,
        bought.use,
        case
            when bought.instrument = 'residual_mix' and residual.known = 0 then 'grid_average'
            else bought.instrument
        end as instrument,
        bought.contract_id,
        bought.declared_kg_co2e_per_kwh,
        factors.by_use,
        '2_market' as scope,
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
    from bought
    inner join residual
        on
            bought.district_id = residual.district_id
            and bought.calendar_year = residual.calendar_year
            and bought.network = residual.network
            and bought.use = residual.use
    inner join factors
        on
            bought.district_id = factors.district_id
            and bought.calendar_year = factors.calendar_year
            and bought.carrier = factors.carrier
            and bought.use = factors.use
            and bought.network = factors.network
            and case when residual.known = 1 then '2_market' else '2_location' end = factors.scope
    where bought.instrument in ('residual_mix', 'guarantee_sold')

    union all

    select
        bought.*,
        false as by_use,
        '2_market' as scope,
        'CO2e' as gas,
        'contract' as basis,
        bought.instrument as series,
        cast(null as {{ text_type() }}) as slot,
        bought.contract_id as factor_code,
        bought.declared_kg_co2e_per_kwh as kg_per_kwh,
        bought.calendar_year as factor_year,
        bought.network as factor_place,
        0 as factor_age_years,
        cast(null as {{ text_type() }}) as gwp_set,
        cast(1 as decimal(18, 6)) as gwp,
        false as biogenic
    from bought
    where bought.instrument in ('guarantee_of_origin', 'contract', 'supplier_mix')

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
    instrument,
    contract_id,
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
