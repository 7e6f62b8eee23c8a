select
    measure_months.district_id,
    measure_months.month,
    measure_months.measure_id,
    measure_months.as_of,
    measure_months.name,
    measure_months.action_field,
    measure_months.owner,
    measure_months.status,
    measure_months.starts_on,
    measure_months.ends_on,
    measure_months.saves_from,
    measure_months.saves_until,
    measure_months.in_operation,
    measure_months.ahead,
    measure_months.capex_eur,
    measure_months.running_cost_change_eur,
    measure_months.lifetime_years,
    abatement.discount_rate,
    abatement.with_outlook,
    abatement.expected_saving_kwh,
    abatement.expected_saving_m3,
    abatement.annual_abatement_tco2e,
    measure_months.declared_tco2e,
    abatement.annualised_cost_eur,
    abatement.cost_per_tonne_eur,
    abatement.yearly_saving_eur,
    abatement.payback_years,
    abatement.net_present_value_eur,
    abatement.reason,
    measure_months.cup,
    measure_months.mv_option,
    measure_months.evidence
from {{ ref('int_measure_months') }} as measure_months
inner join {{ ref('int_measure_abatement') }} as abatement
    on
        measure_months.district_id = abatement.district_id
        and measure_months.month = abatement.month
        and measure_months.measure_id = abatement.measure_id
