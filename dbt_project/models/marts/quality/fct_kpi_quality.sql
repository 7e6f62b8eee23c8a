-- What the grade of every KPI is made of in every month: the parts of its theme over the period that it speaks of.
with shown as (
    select
        shown.district_id,
        shown.month,
        shown.kpi_code,
        shown.grade,
        shown.theme,
        kpis.evidence_dataset,
        case when kpis.period = 'rolling_12' then 'rolling_12' else 'month' end as period,
        coalesce(shown.shown_index, shown.month_index) as month_index
    from {{ ref('int_kpi_shown') }} as shown
    inner join {{ ref('stg_kpis') }} as kpis
        on shown.kpi_code = kpis.code
),

completeness as (
    select
        *,
        {{ month_index('month') }} as month_index
    from {{ ref('int_completeness') }}
),

evidence as (
    select
        *,
        {{ month_index('month') }} as month_index
    from {{ ref('int_kpi_evidence') }}
)

select
    shown.district_id,
    shown.month,
    shown.kpi_code,
    shown.theme,
    shown.period,
    completeness.month as shown_month,
    completeness.coverage,
    completeness.points,
    completeness.points_full,
    completeness.points_silent,
    completeness.expected_intervals,
    completeness.present_intervals,
    completeness.estimated_share,
    completeness.substituted_share,
    completeness.allocated_share,
    completeness.allocation,
    completeness.quarantined_share,
    completeness.quarantined_rows,
    completeness.age_days,
    completeness.age_in_cadences,
    completeness.factor_age_years,
    case when shown.evidence_dataset is null then completeness.evidence_share else evidence.evidence_share end
        as evidence_share,
    evidence.claims as evidence_claims,
    evidence.proven as evidence_proven,
    evidence.referenced as evidence_referenced,
    completeness.grade_coverage,
    completeness.grade_estimated,
    completeness.grade_quarantine,
    completeness.grade_age,
    completeness.grade_factor_age,
    case when shown.evidence_dataset is null then completeness.grade_evidence else evidence.grade_evidence end
        as grade_evidence,
    coalesce(shown.grade, completeness.grade) as grade,
    completeness.reason
from shown
left join evidence
    on
        shown.district_id = evidence.district_id
        and shown.kpi_code = evidence.kpi_code
        and shown.month_index = evidence.month_index
inner join completeness
    on
        shown.district_id = completeness.district_id
        and shown.month_index = completeness.month_index
        and shown.theme = completeness.theme
        and shown.period = completeness.period
