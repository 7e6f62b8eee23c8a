-- When each measure was put in place at each of its supply points, by what its register says last; the end is open
-- while it lasts. Works reach a point on the day from which its register has the measure act there, or when they begin.
-- What is planned or given up is not here.
with states as (
    select
        *,
        row_number() over (partition by district_id, measure_id order by month desc) as newest
    from {{ ref('int_measure_months') }}
)

select
    points.district_id,
    points.measure_id,
    points.point_id,
    points.carrier,
    greatest(states.starts_on, points.valid_from) as starts_on,
    case when states.status = 'completed' then states.ends_on end as ends_on,
    case when states.status = 'completed' then least(states.saves_until, points.valid_to) end as saves_until
from {{ ref('int_measure_points') }} as points
inner join states
    on
        points.district_id = states.district_id
        and points.measure_id = states.measure_id
        and states.newest = 1
        and states.status in ('in_progress', 'completed')
        and states.starts_on is not null
