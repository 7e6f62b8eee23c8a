-- Decisions that say which edition was in front of the transition team, or when they are looked at again.
select
    months.district_id,
    months.month,
    decisions.decision_id,
    decisions.title,
    decisions.raised_on,
    case when decisions.closed_on < months.month_end then decisions.closed_on end as closed_on,
    case when decisions.closed_on < months.month_end then decisions.outcome else 'open' end as outcome,
    items.stage,
    items.timeliness,
    decisions.review_on,
    coalesce(decisions.review_on < months.month_end, false) as review_due,
    decisions.edition_seen,
    decisions.kpis_seen,
    decisions.evidence,
    decisions.evidence_ref,
    decisions.evidence_on
from {{ ref('int_district_months') }} as months
inner join {{ ref('stg_cdtt_decisions') }} as decisions
    on months.district_id = decisions.district_id and months.month_end > decisions.raised_on
inner join {{ ref('int_lever_items') }} as items
    on
        months.district_id = items.district_id
        and months.month = items.month
        and items.dataset = 'cdtt_decisions'
        and decisions.decision_id = items.item_id
where decisions.edition_seen is not null or decisions.kpis_seen is not null or decisions.review_on is not null
