with calendar as (
    select * from {{ ref('stg_calendar') }}
    where is_complete
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
            and (boundaries.valid_from is null or boundaries.valid_from < calendar.month_end)
            and (boundaries.valid_to is null or boundaries.valid_to >= calendar.month_end)
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
