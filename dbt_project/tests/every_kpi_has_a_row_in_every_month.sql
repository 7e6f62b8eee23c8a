select
    months.district_id,
    months.month,
    kpis.code
from {{ ref('int_district_months') }} as months
cross join {{ ref('stg_kpis') }} as kpis
left join {{ ref('fct_kpi_values') }} as kpi_values
    on
        months.district_id = kpi_values.district_id
        and months.month = kpi_values.month
        and kpis.code = kpi_values.kpi_code
where kpi_values.kpi_code is null
