-- Each project as it stood at the end of each month, once, with the share of it that is of the district.
with months as (
    select * from {{ ref('int_district_months') }}
),

projects as (
    select * from {{ ref('stg_investment_projects') }}
),

extractions as (
    select
        months.district_id,
        months.month,
        projects.source_id,
        max(projects.as_of) as as_of
    from months
    inner join projects
        on months.district_id = projects.district_id and months.month_end > projects.as_of
    group by months.district_id, months.month, projects.source_id
),

municipalities as (
    select
        months.district_id,
        months.month,
        boundary_municipalities.municipality_code
    from months
    inner join {{ ref('stg_boundary_municipalities') }} as boundary_municipalities
        on
            months.district_id = boundary_municipalities.district_id
            and months.boundary_version = boundary_municipalities.boundary_version
),

locations as (
    select distinct
        district_id,
        project_id,
        municipality_code
    from {{ ref('stg_project_locations') }}
),

shares as (
    select
        months.district_id,
        months.month,
        locations.project_id,
        count(*) as municipality_count,
        count(municipalities.municipality_code) as own_municipalities
    from months
    inner join locations
        on months.district_id = locations.district_id
    left join municipalities
        on
            months.district_id = municipalities.district_id
            and months.month = municipalities.month
            and locations.municipality_code = municipalities.municipality_code
    group by months.district_id, months.month, locations.project_id
),

states as (
    select
        extractions.month,
        projects.*,
        shares.municipality_count,
        shares.own_municipalities
    from extractions
    inner join projects
        on
            extractions.district_id = projects.district_id
            and extractions.source_id = projects.source_id
            and extractions.as_of = projects.as_of
    left join shares
        on
            extractions.district_id = shares.district_id
            and extractions.month = shares.month
            and projects.project_id = shares.project_id
),

-- A national register is placed by a file beside it, project by project as its sender calls them; what is
-- not placed is elsewhere. A municipality's own register has codes of its own and is all of the district.
located_sources as (
    select distinct
        district_id,
        month,
        source_id
    from states
    where municipality_count is not null
),

placed as (
    select
        states.*,
        located_sources.source_id is not null as national_register,
        case
            when located_sources.source_id is null then cast(1 as decimal(28, 9))
            else coalesce({{ safe_divide('states.own_municipalities', 'states.municipality_count') }}, 0)
        end as municipality_share
    from states
    left join located_sources
        on
            states.district_id = located_sources.district_id
            and states.month = located_sources.month
            and states.source_id = located_sources.source_id
),

preferred as (
    select
        *,
        row_number() over (
            partition by district_id, month, coalesce(cup, source_id || ':' || project_id)
            order by
                flow_rank desc nulls last,
                case when national_register then 1 else 0 end asc,
                case when programme = 'municipal' then 0 else 1 end asc,
                as_of desc,
                source_id asc,
                project_id asc
        ) as preference
    from placed
    where municipality_share > 0
)

select
    district_id,
    month,
    source_id,
    project_id,
    cup,
    as_of,
    title,
    programme,
    mission,
    owner,
    action_field,
    status,
    contract_form,
    capex_eur,
    funded_eur,
    committed_eur,
    paid_eur,
    planned_paid_eur,
    public_eur,
    private_eur,
    planned_end,
    actual_end,
    expected_saving_kwh,
    expected_saving_carrier,
    lifetime_years,
    evidence,
    taxonomy_activity is not null
    or taxonomy_contributes is not null
    or taxonomy_no_harm is not null
    or taxonomy_safeguards is not null as taxonomy_assessed,
    -- All three, and a document that proves them.
    coalesce(
        taxonomy_contributes and taxonomy_no_harm and taxonomy_safeguards
        and trim(coalesce(taxonomy_evidence, '')) != '', false
    ) as taxonomy_aligned,
    cast(municipality_share as decimal(9, 6)) as municipality_share,
    status in ('identified', 'planned', 'funded', 'in_progress') as active,
    status != 'revoked' as counts
from preferred
where preference = 1
