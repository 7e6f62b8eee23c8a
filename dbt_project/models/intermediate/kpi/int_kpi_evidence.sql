-- What proves the figures that rest on one register: its claims up to each month's end, and the grade that they earn.
select
    kpis.code as kpi_code,
    evidence.district_id,
    evidence.month,
    evidence.claims,
    evidence.proven,
    evidence.referenced,
    evidence.evidence_share,
    {{ grade_at_least('evidence.evidence_share', 'evidence') }} as grade_evidence
from {{ ref('stg_kpis') }} as kpis
inner join {{ ref('int_register_evidence') }} as evidence
    on kpis.evidence_dataset = evidence.dataset
cross join {{ ref('int_thresholds') }} as thresholds
