-- Every month of a point since a measure began there, held against the year before the first one (IPMVP option C): what
-- was saved, or why it is not known. However many measures act there, the saving of a point is measured once.
with spans as (
    select * from {{ ref('int_measure_spans') }}
),

points as (
    select
        district_id,
        point_id,
        carrier,
        min(starts_on) as first_start
    from spans
    group by district_id, point_id, carrier
),

months as (
    select
        points.district_id,
        points.point_id,
        points.carrier,
        months.month,
        months.month_index,
        months.month_start,
        months.month_end
    from points
    inner join {{ ref('int_district_months') }} as months
        on points.district_id = months.district_id and points.first_start < months.month_end
),

-- Works silence the months they overlap at the points they have reached, and no others: before them, and after them,
-- what is in place is measured.
works as (
    select
        months.district_id,
        months.point_id,
        months.carrier,
        months.month,
        min(spans.measure_id) as works_of
    from months
    inner join spans
        on
            months.district_id = spans.district_id
            and months.point_id = spans.point_id
            and months.carrier = spans.carrier
            and months.month_end > spans.starts_on
            and (spans.ends_on is null or months.month_start <= spans.ends_on)
    group by months.district_id, months.point_id, months.carrier, months.month
),

events as (
    select distinct
        months.district_id,
        months.point_id,
        months.carrier,
        months.month
    from months
    inner join {{ ref('int_non_routine_spans') }} as events
        on
            months.district_id = events.district_id
            and months.point_id = events.point_id
            and months.carrier = events.carrier
            and months.month_end > events.starts_on
            and (events.over_from is null or months.month_start < events.over_from)
),

read as (
    select * from {{ ref('int_point_months') }}
    where role = 'supply' and flow = 'import'
),

models as (
    select * from {{ ref('int_baseline_models') }}
    where baseline_of = 'before_measures'
),

judged as (
    select
        months.*,
        models.series_number,
        models.model_grade,
        expected.expected_kwh as baseline,
        coalesce(read.energy_kwh, read.volume_m3) as used,
        expected.days,
        expected.heating,
        expected.cooling,
        expected.output,
        models.reason as model_reason,
        works.works_of,
        case
            when works.month is not null then 'blackout'
            when
                models.series_number is null
                or coalesce(models.reason, 'none') not in ('none', 'no_qualified_candidate')
                then 'not_enough_before'
            when models.model_grade not in ('A', 'B') then 'model_grade_c_or_d'
            when events.month is not null then 'non_routine_event'
            when not coalesce(read.fully_covered, false) or coalesce(read.energy_kwh, read.volume_m3) is null then 'gap'
            when expected.expected_kwh is null then 'too_few_temperatures'
            when not expected.after_baseline then 'no_output'
        end as reason
    from months
    left join models
        on
            months.district_id = models.district_id
            and months.point_id = models.point_id
            and months.carrier = models.carrier
    left join read
        on
            months.district_id = read.district_id
            and months.point_id = read.point_id
            and months.carrier = read.carrier
            and months.month = read.month
    left join {{ ref('int_baseline_expected_months') }} as expected
        on models.series_number = expected.series_number and months.month = expected.month
    left join works
        on
            months.district_id = works.district_id
            and months.point_id = works.point_id
            and months.carrier = works.carrier
            and months.month = works.month
    left join events
        on
            months.district_id = events.district_id
            and months.point_id = events.point_id
            and months.carrier = events.carrier
            and months.month = events.month
)

select
    district_id,
    point_id,
    carrier,
    month,
    month_index,
    month_start,
    month_end,
    series_number,
    model_grade,
    model_reason,
    works_of,
    days,
    heating,
    cooling,
    output,
    case when reason is null then baseline end as baseline,
    case when reason is null then used end as used,
    cast(case when reason is null then baseline - used end as decimal(28, 6)) as saving,
    reason
from judged
