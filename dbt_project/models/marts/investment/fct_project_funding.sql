-- Money of the projects that count, by who pays it and how far it is. Stages are of one euro and never added.
select
    district_id,
    month,
    funding_source,
    stage,
    cast(sum(amount_eur) as decimal(18, 2)) as amount_eur,
    cast(count(*) as integer) as projects,
    cast(max(amount_eur) as decimal(18, 2)) as largest_eur,
    min(as_of) as as_of_first,
    max(as_of) as as_of_last
from {{ ref('int_project_funding') }}
where amount_eur > 0
group by district_id, month, funding_source, stage
