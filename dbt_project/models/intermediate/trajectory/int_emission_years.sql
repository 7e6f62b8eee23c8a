-- Emissions of the twelve months up to each month; null unless all twelve are known.
with months as (
    select * from {{ ref('int_district_months') }}
),

emissions as (
    select * from {{ ref('int_emission_months') }}
)

select
    months.district_id,
    months.month,
    months.month_index,
    cast(
        case when count(emissions.energy_tco2e) = 12 then sum(emissions.energy_tco2e) end as decimal(28, 9)
    ) as energy_tco2e_12m
from months
inner join emissions
    on
        months.district_id = emissions.district_id
        and emissions.month_index between months.month_index - 11 and months.month_index
group by months.district_id, months.month, months.month_index
