-- What one kWh used in a district emits in a year, all gases and energy scopes together: what a kWh saved avoids.
-- Null where any gas has no factor, so that a part is never taken for the whole.
select
    district_id,
    calendar_year,
    carrier,
    use,
    network,
    case
        when max(case when factor_code is null or gwp is null then 1 else 0 end) = 0
            then cast(
                sum(
                    cast(
                        {{ round_half_up('cast(kg_per_kwh as decimal(28, 9)) * gwp', 9) }}
                        as decimal(28, 9)
                    )
                ) as decimal(28, 9)
            )
    end as kg_co2e_per_kwh
from {{ ref('int_emission_factors') }}
where scope in ('1', '2_location') and not biogenic
group by district_id, calendar_year, carrier, use, network
