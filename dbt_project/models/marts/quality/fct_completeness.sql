select
    district_id,
    month,
    theme,
    expected,
    present,
    coverage,
    estimated_share,
    quarantined_rows,
    accepted_rows,
    age_days,
    factor_age_years,
    evidence_share,
    grade_coverage,
    grade_estimated,
    grade_quarantine,
    grade_age,
    grade_factor_age,
    grade_evidence,
    grade,
    reason
from {{ ref('int_completeness') }}
where period = 'month'
