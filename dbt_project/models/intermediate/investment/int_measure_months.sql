-- Each measure as it stood at the end of each month: its newest state up to then, as its register wrote it.
with states as (
    select
        months.district_id,
        months.month,
        months.month_end,
        measures.measure_id,
        measures.source_id,
        measures.as_of,
        measures.name,
        measures.action_field,
        measures.owner,
        measures.status,
        measures.starts_on,
        measures.ends_on,
        measures.capex_eur,
        measures.running_cost_change_eur,
        measures.lifetime_years,
        measures.saving_electricity_kwh,
        measures.saving_natural_gas_kwh,
        measures.saving_district_heat_kwh,
        measures.saving_water_m3,
        measures.declared_tco2e,
        measures.cup,
        measures.mv_option,
        measures.evidence,
        measures.known_at,
        row_number() over (
            partition by months.district_id, months.month, measures.measure_id
            order by measures.as_of desc, measures.flow_rank desc nulls last, measures.known_at desc
        ) as newest
    from {{ ref('int_district_months') }} as months
    inner join {{ ref('stg_measures') }} as measures
        on months.district_id = measures.district_id and months.month_end > measures.as_of
)

select
    district_id,
    month,
    measure_id,
    source_id,
    as_of,
    name,
    action_field,
    owner,
    status,
    starts_on,
    ends_on,
    capex_eur,
    running_cost_change_eur,
    lifetime_years,
    saving_electricity_kwh,
    saving_natural_gas_kwh,
    saving_district_heat_kwh,
    saving_water_m3,
    declared_tco2e,
    cup,
    mv_option,
    evidence,
    known_at,
    {{ add_days('ends_on', 1) }} as saves_from,
    -- First day on which it is no longer expected to save; whole months of its lifetime.
    case
        when lifetime_years is not null
            then
                {{ add_months(
                    add_days('ends_on', 1),
                    'cast(' ~ round_half_up('lifetime_years * 12', 0) ~ ' as integer)'
                ) }}
    end as saves_until,
    coalesce(status = 'completed' and ends_on < month_end, false) as in_operation,
    status in ('identified', 'planned', 'funded', 'in_progress') as ahead
from states
where newest = 1
