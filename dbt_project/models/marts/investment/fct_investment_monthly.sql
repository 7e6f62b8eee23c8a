-- State of the projects of a district at the end of each month. Revoked projects count nowhere. A ratio is of the
-- projects that tell both of its terms: what an empty cell means nobody said, and it is no nought.
{% set money = {
    'pipeline_capex_eur': 'case when active then capex_eur end',
    'capex_eur': 'capex_eur',
    'funded_eur': 'funded_eur',
    'committed_eur': 'committed_eur',
    'paid_eur': 'paid_eur',
    'planned_paid_eur': 'planned_paid_eur',
    'public_eur': 'case when private_eur is not null then public_eur end',
    'private_eur': 'case when public_eur is not null then private_eur end',
    'funding_gap_eur': 'case when active and funded_eur <= capex_eur then capex_eur - funded_eur when active and funded_eur > capex_eur then 0 end',
    'new_model_capex_eur':
        "case when contract_form in ('EPC', 'PPP', 'energy_community', 'shared_service') then capex_eur
        when contract_form is not null then 0 end",
    'funded_where_cost_told_eur': 'case when capex_eur is not null then funded_eur end',
    'capex_where_grant_told_eur': 'case when funded_eur is not null then capex_eur end',
    'paid_where_commitment_told_eur': 'case when committed_eur is not null then paid_eur end',
    'committed_where_payment_told_eur': 'case when paid_eur is not null then committed_eur end',
    'capex_where_form_told_eur': 'case when contract_form is not null then capex_eur end',
    'aligned_capex_eur': 'case when taxonomy_aligned then capex_eur when any_assessed then 0 end',
} -%}
with projects as (
    select
        project_months.*,
        months.month_end,
        -- Where nobody has assessed a project the share is not nought, it is not known.
        max(case when project_months.taxonomy_assessed then 1 else 0 end) over (
            partition by project_months.district_id, project_months.month
        ) = 1 as any_assessed
    from {{ ref('int_project_months') }} as project_months
    inner join {{ ref('int_district_months') }} as months
        on
            project_months.district_id = months.district_id
            and project_months.month = months.month
    where project_months.counts
),

totals as (
    select
        district_id,
        month,
        {% for name, expression in money.items() -%}
        cast(
            sum(
                cast(
                    {{ round_half_up('cast(' ~ expression ~ ' as decimal(28, 2)) * municipality_share', 2) }}
                    as decimal(18, 2)
                )
            )
            as decimal(18, 2)
        ) as {{ name }},
        {% endfor -%}
        count(case when active then project_id end) as projects,
        count(case when funded_eur is null or capex_eur is null then project_id end) as projects_without_grant,
        count(case when paid_eur is null or committed_eur is null then project_id end) as projects_without_payment,
        count(*) as projects_that_count,
        -- Null where no active project tells when it should end.
        sum(
            case
                when not active or planned_end is null then null
                when planned_end < month_end and actual_end is null then 1
                else 0
            end
        ) as projects_late,
        min(as_of) as as_of
    from projects
    group by district_id, month
),

abatement as (
    select * from {{ ref('int_abatement_months') }}
)

select
    months.district_id,
    months.month,
    {% for name in money -%}
    totals.{{ name }},
    {% endfor -%}
    cast(totals.projects as integer) as projects,
    cast(totals.projects_late as integer) as projects_late,
    cast(totals.projects_that_count as integer) as projects_that_count,
    cast(totals.projects_without_grant as integer) as projects_without_grant,
    cast(totals.projects_without_payment as integer) as projects_without_payment,
    totals.as_of,
    abatement.basis as abatement_basis,
    abatement.annualised_cost_eur,
    abatement.annual_abatement_tco2e,
    abatement.payback_capex_eur,
    abatement.yearly_saving_eur,
    abatement.net_present_value_eur
from {{ ref('int_district_months') }} as months
left join totals
    on months.district_id = totals.district_id and months.month = totals.month
left join abatement
    on months.district_id = abatement.district_id and months.month = abatement.month
