-- Degree days of each balance point by month, and those of the same calendar month in the first year there is: normal
-- weather stays what it was when the first figure was adjusted to it.
with months as (
    select * from {{ ref('int_district_months') }}
),

degree_days as (
    select
        months.district_id,
        months.month,
        months.month_index,
        months.month_of_year,
        months.days,
        starts.position,
        ends.temperatures_before - starts.temperatures_before as days_with_temperature,
        {{ double('ends.heating_before - starts.heating_before') }} as heating,
        {{ double('ends.cooling_before - starts.cooling_before') }} as cooling
    from months
    inner join {{ ref('int_balance_point_days') }} as starts
        on months.district_id = starts.district_id and months.month_start = starts.day
    inner join {{ ref('int_balance_point_days') }} as ends
        on
            months.district_id = ends.district_id
            and months.month_end = ends.day
            and starts.position = ends.position
),

-- A few missing days count like the others of their month.
completed as (
    select
        district_id,
        month,
        month_index,
        month_of_year,
        position,
        heating / days_with_temperature * days as heating,
        cooling / days_with_temperature * days as cooling,
        row_number() over (
            partition by district_id, month_of_year, position
            order by month asc
        ) as place
    from degree_days
    where days_with_temperature > 0 and days_with_temperature >= {{ var('weather_minimum_days') }} * days
)

select
    completed.district_id,
    completed.month,
    completed.month_index,
    completed.position,
    completed.heating as heating_degree_days,
    completed.cooling as cooling_degree_days,
    reference.heating as reference_heating_degree_days,
    reference.cooling as reference_cooling_degree_days
from completed
inner join completed as reference
    on
        completed.district_id = reference.district_id
        and completed.month_of_year = reference.month_of_year
        and completed.position = reference.position
        and reference.place = 1
