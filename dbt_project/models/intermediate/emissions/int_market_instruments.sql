-- What proves where electricity was made, and why some of it proves nothing (GHG Protocol Scope 2 Guidance, ch. 7).
with contracts as (
    select * from {{ ref('stg_energy_contracts') }}
),

points as (
    select * from {{ ref('int_points') }}
    where carrier = 'electricity'
),

placed as (
    select
        contracts.*,
        points.site_id,
        points.holder_group,
        points.holder_kind,
        points.role,
        contracts.instrument in ('guarantee_of_origin', 'guarantee_sold') as is_guarantee,
        -- Guarantees are of a year's production and serve the consumption of that year.
        cast(substr(cast(contracts.valid_from as {{ text_type() }}), 1, 4) as integer) as vintage,
        cast(
            substr(
                cast({{ add_days('coalesce(contracts.valid_to, contracts.valid_from)', -1) }} as {{ text_type() }}),
                1, 4
            ) as integer
        ) as last_year,
        cast(
            case
                when contracts.factor_g_co2e_per_kwh is not null
                    then contracts.factor_g_co2e_per_kwh * 0.001
                when
                    contracts.instrument = 'guarantee_of_origin'
                    and contracts.technology in ('photovoltaic', 'wind', 'hydro')
                    then 0
            end as decimal(18, 9)
        ) as kg_co2e_per_kwh
    from contracts
    left join points
        on contracts.district_id = points.district_id and contracts.point_id = points.point_id
)

select
    district_id,
    source_id,
    contract_id,
    point_id,
    site_id,
    holder_group,
    holder_kind,
    instrument,
    valid_from,
    valid_to,
    vintage,
    energy_kwh,
    technology,
    kg_co2e_per_kwh,
    cancelled_on,
    evidence,
    case
        when role is null then 'point_unknown'
        when (instrument = 'guarantee_sold') != (role = 'generation') then 'point_of_another_role'
        when evidence is null then 'no_evidence'
        when is_guarantee and cancelled_on is null then 'not_cancelled'
        when is_guarantee and valid_to is not null and last_year > vintage then 'several_vintages'
        when is_guarantee and energy_kwh is null then 'no_amount'
        when instrument != 'guarantee_sold' and kg_co2e_per_kwh is null then 'no_factor'
    end as why_not,
    known_at
from placed
