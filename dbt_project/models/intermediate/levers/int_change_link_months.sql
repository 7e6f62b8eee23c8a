-- Each declared link as its register stood at the end of each month: the newest state, and the newest evidence. A
-- month before the register says anything has none; later, a link without a row has not been recorded.
with months as (
    select * from {{ ref('int_district_months') }}
),

links as (
    select
        months.district_id,
        months.month,
        months.month_end,
        declared.link_id,
        declared.kpi_code,
        declared.boundary_version
    from months
    inner join {{ ref('stg_theory_links') }} as declared
        on months.district_id = declared.district_id and months.month_end > declared.declared_on
    inner join {{ ref('int_lever_registers') }} as registers
        on
            months.district_id = registers.district_id
            and registers.dataset = 'change_links'
            and months.month_end > registers.first_dated_on
),

states as (
    select
        links.district_id,
        links.month,
        links.link_id,
        rows_of.as_of,
        rows_of.stage,
        rows_of.timeliness,
        row_number() over (
            partition by links.district_id, links.month, links.link_id
            order by
                rows_of.as_of desc, rows_of.flow_rank desc nulls last, rows_of.known_at desc, rows_of.source_id asc,
                rows_of.source_row asc
        ) as newest
    from links
    inner join {{ ref('stg_change_links') }} as rows_of
        on
            links.district_id = rows_of.district_id
            and links.link_id = rows_of.link_id
            and links.month_end > rows_of.as_of
),

proofs as (
    select
        links.district_id,
        links.month,
        links.link_id,
        rows_of.evidence_on,
        rows_of.evidence,
        rows_of.evidence_ref,
        row_number() over (
            partition by links.district_id, links.month, links.link_id
            order by
                rows_of.evidence_on desc, rows_of.as_of desc, rows_of.flow_rank desc nulls last,
                rows_of.known_at desc, rows_of.source_id asc, rows_of.source_row asc
        ) as newest
    from links
    inner join {{ ref('stg_change_links') }} as rows_of
        on
            links.district_id = rows_of.district_id
            and links.link_id = rows_of.link_id
            and links.month_end > rows_of.as_of
            and links.month_end > rows_of.evidence_on
    where trim(coalesce(rows_of.evidence, '')) != '' or trim(coalesce(rows_of.evidence_ref, '')) != ''
)

select
    links.district_id,
    links.month,
    links.link_id,
    links.kpi_code,
    links.boundary_version,
    states.as_of,
    states.stage,
    states.timeliness,
    proofs.evidence_on,
    proofs.evidence,
    proofs.evidence_ref
from links
left join states
    on
        links.district_id = states.district_id
        and links.month = states.month
        and links.link_id = states.link_id
        and states.newest = 1
left join proofs
    on
        links.district_id = proofs.district_id
        and links.month = proofs.month
        and links.link_id = proofs.link_id
        and proofs.newest = 1
