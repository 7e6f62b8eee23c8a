-- Who pays for the projects that count, at the newest extraction of each register of funding, times the share of the
-- project that is of the district. Rows under the project's own code win over those of another register with its CUP.
with extractions as (
    select
        months.district_id,
        months.month,
        funding.source_id,
        max(funding.as_of) as as_of
    from {{ ref('int_district_months') }} as months
    inner join {{ ref('stg_project_funding') }} as funding
        on months.district_id = funding.district_id and months.month_end > funding.as_of
    group by months.district_id, months.month, funding.source_id
),

funding as (
    select
        extractions.month,
        rows_of_funding.*
    from extractions
    inner join {{ ref('stg_project_funding') }} as rows_of_funding
        on
            extractions.district_id = rows_of_funding.district_id
            and extractions.source_id = rows_of_funding.source_id
            and extractions.as_of = rows_of_funding.as_of
),

projects as (
    select * from {{ ref('int_project_months') }}
    where counts
),

matched as (
    select
        projects.district_id,
        projects.month,
        projects.source_id,
        projects.project_id,
        projects.municipality_share,
        funding.funding_source,
        funding.stage,
        funding.amount_eur,
        funding.as_of,
        dense_rank() over (
            partition by projects.district_id, projects.month, projects.source_id, projects.project_id
            order by
                case when projects.project_id = funding.project_id then 0 else 1 end asc,
                funding.as_of desc,
                funding.source_id asc
        ) as preference
    from projects
    inner join funding
        on
            projects.district_id = funding.district_id
            and projects.month = funding.month
            and (projects.project_id = funding.project_id or projects.cup = funding.cup)
)

select
    district_id,
    month,
    source_id,
    project_id,
    funding_source,
    stage,
    as_of,
    cast(
        {{ round_half_up('cast(amount_eur as decimal(28, 2)) * municipality_share', 2) }} as decimal(18, 2)
    ) as amount_eur
from matched
where preference = 1
