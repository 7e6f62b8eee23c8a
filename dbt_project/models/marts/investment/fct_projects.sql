select
    projects.district_id,
    projects.month,
    projects.source_id,
    projects.project_id,
    projects.cup,
    projects.as_of,
    projects.title,
    projects.programme,
    projects.mission,
    projects.owner,
    projects.action_field,
    projects.status,
    projects.contract_form,
    projects.capex_eur,
    projects.funded_eur,
    projects.committed_eur,
    projects.paid_eur,
    projects.planned_paid_eur,
    projects.public_eur,
    projects.private_eur,
    projects.planned_end,
    projects.actual_end,
    -- Whole months since the planned end of the phase; null where it is not late.
    case
        when projects.active and projects.actual_end is null and projects.planned_end < months.month_end
            then
                cast(
                    {{ round_half_up(
                        days_between('projects.planned_end', 'months.month_end') ~ ' / ' ~ var('days_of_month') ~ 'e0', 0
                    ) }} as integer
                )
    end as months_late,
    projects.expected_saving_kwh,
    projects.expected_saving_carrier,
    projects.lifetime_years,
    projects.evidence,
    projects.taxonomy_aligned,
    projects.municipality_share,
    projects.active,
    projects.counts
from {{ ref('int_project_months') }} as projects
inner join {{ ref('int_district_months') }} as months
    on projects.district_id = months.district_id and projects.month = months.month
