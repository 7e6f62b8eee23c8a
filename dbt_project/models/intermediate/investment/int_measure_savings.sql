-- What each measure is expected to save in a year, one row per carrier that it declares.
{% set savings = {
    'electricity': ('saving_electricity_kwh', 'kWh'),
    'natural_gas': ('saving_natural_gas_kwh', 'kWh'),
    'district_heat': ('saving_district_heat_kwh', 'kWh'),
    'water': ('saving_water_m3', 'm3'),
} -%}
{% for carrier, (column, unit) in savings.items() -%}
select
    district_id,
    month,
    measure_id,
    '{{ carrier }}' as carrier,
    {{ column }} as expected_saving,
    '{{ unit }}' as unit
from {{ ref('int_measure_months') }}
where {{ column }} is not null
{{ 'union all' if not loop.last }}
{% endfor -%}
