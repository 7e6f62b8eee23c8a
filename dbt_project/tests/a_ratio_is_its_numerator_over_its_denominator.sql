-- What is printed as numerator and denominator gives the printed value back.
select
    kpi_values.district_id,
    kpi_values.month,
    kpi_values.kpi_code,
    kpi_values.value
from {{ ref('fct_kpi_values') }} as kpi_values
inner join {{ ref('stg_kpis') }} as kpis
    on kpi_values.kpi_code = kpis.code
where
    kpis.value_kind = 'ratio'
    and kpi_values.value is not null
    and (
        kpi_values.denominator is null
        or kpi_values.denominator = 0
        or abs(
            {{ double('kpi_values.value') }}
            - {{ double('kpis.scale') }} * {{ double('kpi_values.numerator') }}
            / {{ double('kpi_values.denominator') }}
        ) > 0.00000001 * (1 + abs({{ double('kpi_values.value') }}))
    )
