-- The complete months that figures are made for, the same for every district. They begin with the first
-- month any meter tells of; weather and yearly quantities may reach further back and make no month.
with first_months as (
    select
        min(month) as month,
        1 as preference
    from {{ ref('stg_interval_parts') }}
    union all
    select
        min(month) as month,
        1 as preference
    from {{ ref('stg_meter_registers') }}
    union all
    select
        min(month) as month,
        1 as preference
    from {{ ref('stg_utility_bills') }}
    union all
    select
        min({{ month_of('dated_on') }}) as month,
        2 as preference
    from {{ ref('int_register_rows') }}
),

opening as (
    select
        coalesce(
            min(case when preference = 1 then month end), min(case when preference = 2 then month end)
        ) as month
    from first_months
),

calendar as (
    select declared.*
    from {{ ref('stg_calendar') }} as declared
    cross join opening
    where declared.is_complete and (opening.month is null or declared.month >= opening.month)
),

districts as (
    select * from {{ ref('stg_districts') }}
),

boundaries as (
    select * from {{ ref('stg_boundaries') }}
),

boundary_of_month as (
    select
        calendar.district_id,
        calendar.month,
        boundaries.boundary_version,
        row_number() over (
            partition by calendar.district_id, calendar.month
            order by boundaries.valid_from desc nulls last, boundaries.boundary_version desc
        ) as newest
    from calendar
    inner join boundaries
        on
            calendar.district_id = boundaries.district_id
            and (boundaries.valid_from is null or calendar.month_end > boundaries.valid_from)
            and (boundaries.valid_to is null or calendar.month_end <= boundaries.valid_to)
)

select
    calendar.district_id,
    calendar.month,
    calendar.month_start,
    calendar.month_end,
    calendar.days,
    calendar.working_days,
    calendar.quarter_hours,
    districts.timezone,
    districts.gwp_set,
    boundary_of_month.boundary_version,
    {{ month_index('calendar.month') }} as month_index,
    cast(substr(calendar.month, 1, 4) as integer) as calendar_year,
    cast(substr(calendar.month, 6, 2) as integer) as month_of_year
from calendar
inner join districts
    on calendar.district_id = districts.district_id
left join boundary_of_month
    on
        calendar.district_id = boundary_of_month.district_id
        and calendar.month = boundary_of_month.month
        and boundary_of_month.newest = 1
