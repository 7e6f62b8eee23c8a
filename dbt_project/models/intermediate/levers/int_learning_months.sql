-- Courses speak once an edition has ended: its people, and what they gained where both tests exist.
with months as (
    select * from {{ ref('int_district_months') }}
),

registers as (
    select * from {{ ref('int_lever_registers') }}
),

editions as (
    select
        district_id,
        edition_id,
        max(ended_on) as ended_on,
        count(*) as enrolled,
        count(case when completed then 1 end) as completed,
        -- Attendance is told where it was written down for everybody.
        case when count(sessions_attended) = count(*) then sum(sessions_held) end as sessions,
        case when count(sessions_held) = count(*) then sum(sessions_attended) end as sessions_attended,
        count(score_after - score_before) as pairs,
        count(case when score_after is null then score_before end) as before_only,
        count(case when score_before is null then score_after end) as after_only,
        {{ double('avg(score_after - score_before)') }} as gain,
        {{ double('stddev_samp(score_after - score_before)') }} as gain_deviation
    from {{ ref('stg_course_enrolments') }}
    group by district_id, edition_id
),

intervals as (
    select
        *,
        case
            when pairs > 1 then {{ student_t_975('(pairs - 1)') }} * gain_deviation / sqrt(pairs)
        end as margin
    from editions
),

editions_of_month as (
    select
        months.month,
        intervals.*,
        row_number() over (
            partition by months.district_id, months.month
            order by intervals.ended_on desc, intervals.edition_id desc
        ) as newest
    from months
    inner join intervals
        on months.district_id = intervals.district_id and months.month_end > intervals.ended_on
),

activities as (
    select
        months.district_id,
        months.month,
        coalesce(
            sum(
                case
                    when
                        activities.held_on >= months.month_start
                        and activities.held_on < months.month_end
                        and activities.activity_type in ('workshop', 'learning_by_doing')
                        then activities.hours * activities.participants
                end
            ), 0
        ) as learning_hours,
        count(
            case
                when
                    activities.held_on >= months.month_start
                    and activities.held_on < months.month_end
                    and activities.activity_type = 'exchange'
                    then 1
            end
        ) as exchanges
    from months
    inner join registers
        on
            months.district_id = registers.district_id
            and registers.dataset = 'learning_activities'
            and months.month_end > registers.first_dated_on
    left join {{ ref('stg_learning_activities') }} as activities
        on months.district_id = activities.district_id
    group by months.district_id, months.month
)

select
    months.district_id,
    months.month,
    editions_of_month.edition_id,
    editions_of_month.ended_on as edition_ended_on,
    editions_of_month.enrolled as course_enrolled,
    editions_of_month.completed as course_completed,
    case when editions_of_month.sessions_attended is not null then editions_of_month.sessions end as course_sessions,
    case when editions_of_month.sessions is not null then editions_of_month.sessions_attended end
        as course_sessions_attended,
    cast({{ round_half_up('editions_of_month.gain', 6) }} as decimal(18, 6)) as competence_gain,
    cast({{ round_half_up('editions_of_month.gain - editions_of_month.margin', 6) }} as decimal(18, 6))
        as competence_gain_low,
    cast({{ round_half_up('editions_of_month.gain + editions_of_month.margin', 6) }} as decimal(18, 6))
        as competence_gain_high,
    editions_of_month.pairs as competence_pairs,
    editions_of_month.before_only as competence_before_only,
    editions_of_month.after_only as competence_after_only,
    activities.learning_hours,
    activities.exchanges
from months
left join editions_of_month
    on
        months.district_id = editions_of_month.district_id
        and months.month = editions_of_month.month
        and editions_of_month.newest = 1
left join activities
    on months.district_id = activities.district_id and months.month = activities.month
