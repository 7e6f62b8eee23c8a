-- Money of the projects that count, by who pays it and how far it is. Stages are of one euro and never added.
with funding as (
    select
        *,
        row_number() over (
            partition by district_id, month, funding_source, stage
            order by amount_eur desc, source_id asc, project_id asc
        ) as size
    from {{ ref('int_project_funding') }}
    where amount_eur > 0
)

select
    district_id,
    month,
    funding_source,
    stage,
    cast(sum(amount_eur) as decimal(18, 2)) as amount_eur,
    cast(count(*) as integer) as projects,
    cast(max(case when size = 1 then amount_eur end) as decimal(18, 2)) as largest_eur,
    cast(max(case when size = 2 then amount_eur end) as decimal(18, 2)) as second_eur,
    min(as_of) as as_of_first,
    max(as_of) as as_of_last
from funding
group by district_id, month, funding_source, stage
