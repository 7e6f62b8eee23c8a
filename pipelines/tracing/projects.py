"""Measures of money: what each project that counts at a month's end gives.

Belongs here: one line per measure. Does not belong here: which extraction counts (`int_project_months`).
"""

from __future__ import annotations

_NEW_MODELS = "('EPC', 'PPP', 'energy_community', 'shared_service')"

MONEY = {
    "pipeline_capex_eur": "case when p.active then p.capex_eur end",
    "capex_eur": "p.capex_eur",
    "funded_eur": "p.funded_eur",
    "committed_eur": "p.committed_eur",
    "paid_eur": "p.paid_eur",
    "public_eur": "case when p.private_eur is not null then p.public_eur end",
    "private_eur": "case when p.public_eur is not null then p.private_eur end",
    "funding_gap_eur": "case when p.active then greatest(p.capex_eur - p.funded_eur, 0) end",
    "new_model_capex_eur": f"case when p.contract_form in {_NEW_MODELS} then p.capex_eur"
    " when p.contract_form is not null then 0 end",
    "funded_where_cost_told_eur": "case when p.capex_eur is not null then p.funded_eur end",
    "capex_where_grant_told_eur": "case when p.funded_eur is not null then p.capex_eur end",
    "paid_where_commitment_told_eur": "case when p.committed_eur is not null then p.paid_eur end",
    "committed_where_payment_told_eur": "case when p.paid_eur is not null then p.committed_eur end",
    "capex_where_form_told_eur": "case when p.contract_form is not null then p.capex_eur end",
    "aligned_capex_eur": "case when p.taxonomy_aligned then p.capex_eur else 0 end",
    "projects_late": "case when p.active and p.planned_end is not null then"
    " case when p.planned_end < m.month_end and p.actual_end is null then 1 else 0 end end",
}
"""What a project gives to each measure; null where it gives nothing, not even nought."""
_COUNTS = ("projects_late",)


def query(measure: str) -> str:
    """The projects that count in the months asked for, with what each gives to the measure."""
    share = "1" if measure in _COUNTS else "p.municipality_share"
    return f"""
        select 'investment_projects' as dataset, p.month, r.source_id, r.sha256, r.member, r.source_row,
               p.project_id || ' ' || coalesce(p.title, '') as subject, cast(p.as_of as varchar) as dated,
               cast({MONEY[measure]} as double) as value,
               cast(round(({MONEY[measure]}) * {share}, 2) as double) as amount,
               'project_as_extracted' as why
        from int_project_months as p
        inner join int_district_months as m
            on p.district_id = m.district_id and p.month = m.month
        inner join rows_investment_projects as r
            on p.district_id = r.district_id and p.source_id = r.source_id
            and p.project_id = r.project_id and p.as_of = r.as_of
        where p.counts and p.district_id = $district and list_contains($months, p.month)
          and ({MONEY[measure]}) is not null
    """  # noqa: S608 - our own declarations, no word of a reader
