with source as (
    select * from {{ source('declared', 'kpis') }}
)

select
    code,
    lever,
    theme,
    maturity,
    computed,
    name_it,
    name_en,
    unit,
    direction,
    cadence,
    mart,
    numerator,
    denominator,
    scale,
    period,
    decimals,
    minimum_cases,
    value_kind,
    adjusted_numerator,
    interval_low,
    interval_high,
    completeness,
    withheld_below_line,
    evidence_dataset,
    disclosure_rule,
    disclosure_contributions,
    reason_not_computed
from source
