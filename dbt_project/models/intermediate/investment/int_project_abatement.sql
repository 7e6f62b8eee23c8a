-- What a project's expected saving would emit at the factors of the month, and what its capital costs a year. It
-- counts only in districts that keep no ledger of measures.
with projects as (
    select
        project_months.*,
        months.calendar_year,
        months.month_end,
        thresholds.discount_rate
    from {{ ref('int_project_months') }} as project_months
    inner join {{ ref('int_district_months') }} as months
        on
            project_months.district_id = months.district_id
            and project_months.month = months.month
    cross join {{ ref('int_thresholds') }} as thresholds
    where
        project_months.counts
        and project_months.expected_saving_kwh is not null
        and project_months.expected_saving_carrier is not null
),

factors as (
    select * from {{ ref('int_use_factors') }}
    where use = 'commercial' and network = 'any'
),

savings as (
    select
        projects.district_id,
        projects.month,
        projects.source_id,
        projects.project_id,
        projects.capex_eur,
        projects.lifetime_years,
        projects.municipality_share,
        coalesce(projects.actual_end < projects.month_end, false) as finished,
        projects.discount_rate,
        cast(
            {{ round_half_up('projects.expected_saving_kwh * factors.kg_co2e_per_kwh * 0.001', 9) }} as decimal(28, 9)
        ) as annual_abatement_tco2e
    from projects
    left join factors
        on
            projects.district_id = factors.district_id
            and projects.calendar_year = factors.calendar_year
            and projects.expected_saving_carrier = factors.carrier
)

select
    district_id,
    month,
    source_id,
    project_id,
    cast({{ round_half_up('annual_abatement_tco2e * municipality_share', 9) }} as decimal(28, 9))
        as annual_abatement_tco2e,
    -- Cost and abatement go into one ratio: a project without either is in neither.
    case
        when annual_abatement_tco2e is not null and capex_eur is not null and lifetime_years > 0
            then cast(
                {{ double('capex_eur') }} * {{ double('municipality_share') }}
                * {{ capital_recovery_factor('lifetime_years', 'discount_rate') }} as decimal(18, 2)
            )
    end as annualised_cost_eur,
    case
        when finished
            then cast(
                {{ round_half_up('annual_abatement_tco2e * municipality_share / 12', 9) }}
                as decimal(28, 9)
            )
    end as avoided_tco2e
from savings
