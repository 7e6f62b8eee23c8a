-- A rolling sum in the KPI table is the sum of the twelve months in the theme mart.
with years as (
    select
        later.district_id,
        later.month,
        sum(earlier.energy_tco2e) as energy_tco2e,
        count(earlier.energy_tco2e) as months_known
    from {{ ref('int_emission_months') }} as later
    inner join {{ ref('int_emission_months') }} as earlier
        on
            later.district_id = earlier.district_id
            and earlier.month_index between later.month_index - 11 and later.month_index
    group by later.district_id, later.month
)

select
    kpis.district_id,
    kpis.month,
    kpis.value,
    years.energy_tco2e
from {{ ref('fct_kpi_values') }} as kpis
left join years
    on kpis.district_id = years.district_id and kpis.month = years.month and years.months_known = 12
where
    kpis.kpi_code = 'EMI11'
    -- Too little of the boundary: the sum is there and withheld.
    and coalesce(kpis.reason, '') != 'withheld'
    and coalesce(kpis.value, -1) != coalesce(years.energy_tco2e, -1)
