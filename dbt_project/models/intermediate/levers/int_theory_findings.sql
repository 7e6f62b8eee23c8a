-- Rows of the register of links that no declared Theory of Change knows.
with months as (
    select * from {{ ref('int_district_months') }}
)

select
    links.district_id,
    links.source_id,
    'change_links' as dataset,
    links.month,
    cast(null as {{ text_type() }}) as point_id,
    'LINK_NOT_DECLARED' as code,
    'warning' as severity,
    cast(count(*) as bigint) as finding_count,
    'Il registro parla del nesso ' || links.link_id
    || ', che la teoria del cambiamento non dichiara: non conta.' as detail_it,
    'The register tells of link ' || links.link_id
    || ', which the Theory of Change does not declare: it does not count.' as detail_en,
    max(links.known_at) as known_at
from {{ ref('stg_change_links') }} as links
inner join months
    on links.district_id = months.district_id and links.month = months.month
left join {{ ref('stg_theory_links') }} as declared
    on links.district_id = declared.district_id and links.link_id = declared.link_id
where declared.link_id is null
group by links.district_id, links.source_id, links.month, links.link_id
