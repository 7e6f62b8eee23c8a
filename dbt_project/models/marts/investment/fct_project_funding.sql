-- Money of the projects that count, by who pays it and how far it is. Stages are of one euro and never added.
with funding as (
    select * from {{ ref('int_project_funding') }}
    where amount_eur > 0
),

projects as (
    select * from {{ ref('int_project_months') }}
),

-- What no public body pays is one firm's business; what one pays is public, and so is what it pays for.
by_holder as (
    select
        funding.*,
        coalesce(projects.public_eur, 0) = 0
        and (coalesce(projects.private_eur, 0) > 0 or coalesce(projects.programme, '') = 'private') as of_a_firm
    from funding
    inner join projects
        on
            funding.district_id = projects.district_id
            and funding.month = projects.month
            and funding.source_id = projects.source_id
            and funding.project_id = projects.project_id
),

sized as (
    select
        *,
        row_number() over (
            partition by district_id, month, funding_source, stage, of_a_firm
            order by amount_eur desc, source_id asc, project_id asc
        ) as size
    from by_holder
)

select
    district_id,
    month,
    funding_source,
    stage,
    cast(sum(amount_eur) as decimal(18, 2)) as amount_eur,
    cast(count(*) as integer) as projects,
    cast(count(case when of_a_firm then project_id end) as integer) as firms,
    cast(sum(case when of_a_firm then amount_eur else 0 end) as decimal(18, 2)) as firms_eur,
    cast(max(case when of_a_firm and size = 1 then amount_eur end) as decimal(18, 2)) as largest_eur,
    cast(max(case when of_a_firm and size = 2 then amount_eur end) as decimal(18, 2)) as second_eur,
    min(as_of) as as_of_first,
    max(as_of) as as_of_last
from sized
group by district_id, month, funding_source, stage
