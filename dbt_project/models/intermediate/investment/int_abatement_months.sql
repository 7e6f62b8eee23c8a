-- Cost and abatement of a district: of its ledger of measures, or of its projects where it keeps no ledger. Never of
-- both: a measure is paid for by a project, and would count twice. What is abandoned or revoked counts nowhere.
with ledger as (
    select
        district_id,
        month,
        'ledger' as basis,
        1 as preference,
        sum(case when annual_abatement_tco2e is not null then annualised_cost_eur end) as annualised_cost_eur,
        sum(case when annualised_cost_eur is not null then annual_abatement_tco2e end) as annual_abatement_tco2e,
        sum(case when yearly_saving_eur > 0 then capex_eur end) as payback_capex_eur,
        sum(case when capex_eur is not null then yearly_saving_eur end) as yearly_saving_eur,
        sum(net_present_value_eur) as net_present_value_eur,
        cast(null as decimal(28, 9)) as avoided_tco2e
    from {{ ref('int_measure_abatement') }}
    where status != 'abandoned'
    group by district_id, month
),

projects as (
    select
        district_id,
        month,
        'projects' as basis,
        2 as preference,
        sum(annualised_cost_eur) as annualised_cost_eur,
        sum(case when annualised_cost_eur is not null then annual_abatement_tco2e end) as annual_abatement_tco2e,
        cast(null as decimal(18, 2)) as payback_capex_eur,
        cast(null as decimal(18, 2)) as yearly_saving_eur,
        cast(null as decimal(18, 2)) as net_present_value_eur,
        sum(avoided_tco2e) as avoided_tco2e
    from {{ ref('int_project_abatement') }}
    group by district_id, month
),

told as (
    select * from ledger
    union all
    select * from projects
),

preferred as (
    select
        *,
        row_number() over (partition by district_id, month order by preference asc) as place
    from told
),

-- By the meters where they tell it, else as expected.
by_measures as (
    select
        district_id,
        month,
        sum(avoided_tco2e) as avoided_tco2e
    from {{ ref('int_measure_avoided') }}
    group by district_id, month
)

select
    preferred.district_id,
    preferred.month,
    preferred.basis,
    cast(annualised_cost_eur as decimal(18, 2)) as annualised_cost_eur,
    -- A price of nothing avoided is no price.
    cast(case when annual_abatement_tco2e > 0 then annual_abatement_tco2e end as decimal(28, 9))
        as annual_abatement_tco2e,
    cast(payback_capex_eur as decimal(18, 2)) as payback_capex_eur,
    cast(yearly_saving_eur as decimal(18, 2)) as yearly_saving_eur,
    cast(net_present_value_eur as decimal(18, 2)) as net_present_value_eur,
    cast(
        case preferred.basis when 'ledger' then by_measures.avoided_tco2e else preferred.avoided_tco2e end
        as decimal(28, 9)
    ) as avoided_tco2e
from preferred
left join by_measures
    on preferred.district_id = by_measures.district_id and preferred.month = by_measures.month
where preferred.place = 1
