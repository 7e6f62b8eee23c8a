-- Barriers, opportunities and risks that are open at the end of the month. What a register does not mark as public
-- stays there.
with findings as (
    select
        *,
        row_number() over (
            partition by district_id, finding_id
            order by flow_rank desc nulls last, known_at desc, source_id asc, source_row asc
        ) as newest
    from {{ ref('stg_finance_barriers') }}
)

select
    months.district_id,
    months.month,
    findings.finding_id,
    findings.kind,
    findings.pestle_class,
    findings.identified_on,
    case when findings.mitigated_on < months.month_end then findings.mitigated_on end as mitigated_on,
    findings.due_on,
    coalesce(findings.due_on < months.month_end, false) as overdue,
    coalesce(findings.public, false) as is_public,
    case when findings.public then findings.title end as title,
    case when findings.public then findings.owner end as owner,
    case when findings.public then findings.measure_id end as measure_id,
    case when findings.public then findings.evidence end as evidence
from {{ ref('int_district_months') }} as months
inner join findings
    on
        months.district_id = findings.district_id
        and months.month_end > findings.identified_on
        and (findings.closed_on is null or months.month_end <= findings.closed_on)
where findings.newest = 1
