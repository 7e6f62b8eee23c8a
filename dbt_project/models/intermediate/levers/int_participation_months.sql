with months as (
    select * from {{ ref('int_district_months') }}
),

registers as (
    select * from {{ ref('int_lever_registers') }}
),

contributions as (
    select
        *,
        {{ add_days('received_on', var('answer_days')) }} as answer_due_on,
        {{ days_between('received_on', 'answered_on') }} as answered_after_days
    from {{ ref('stg_contributions') }}
),

events as (
    select
        months.district_id,
        months.month,
        -- Twelve months up to this one; people who come for themselves are not organisations.
        count(
            distinct case
                when
                    events.event_type = 'co_design'
                    and events.organisation_class != 'citizen'
                    and events.organisation_id is not null
                    and events.organisation_id != ''
                    and events.held_on < months.month_end
                    and events.held_on >= {{ add_months('months.month_start', -11) }}
                    then events.organisation_id
            end
        ) as organisations_participating,
        coalesce(
            sum(
                case
                    when events.held_on >= months.month_start and events.held_on < months.month_end
                        then events.participants
                end
            ), 0
        ) as participants,
        coalesce(
            sum(
                case
                    when
                        events.organisation_class = 'citizen'
                        and events.held_on >= months.month_start
                        and events.held_on < months.month_end
                        then events.participants
                end
            ), 0
        ) as citizen_participants
    from months
    inner join registers
        on
            months.district_id = registers.district_id
            and registers.dataset = 'participation_events'
            and months.month_end > registers.first_dated_on
    left join {{ ref('stg_participation_events') }} as events
        on months.district_id = events.district_id
    group by months.district_id, months.month
),

answers as (
    select
        months.district_id,
        months.month,
        count(
            case when received_on >= month_start and received_on < month_end then 1 end
        ) as contributions_received,
        count(
            case when answer_due_on >= month_start and answer_due_on < month_end then 1 end
        ) as contributions_answer_due,
        count(
            case
                when
                    answer_due_on >= month_start
                    and answer_due_on < month_end
                    and answered_after_days <= {{ var('answer_days') }}
                    and reasons_given
                    then 1
            end
        ) as contributions_answered_in_60_days,
        count(
            case
                when answered_on >= month_start and answered_on < month_end and outcome != 'pending' then 1
            end
        ) as contributions_decided,
        count(
            case
                when
                    answered_on >= month_start
                    and answered_on < month_end
                    and outcome in ('accepted', 'partly_accepted')
                    then 1
            end
        ) as contributions_accepted,
        count(
            case
                when
                    answered_on >= month_start
                    and answered_on < month_end
                    and outcome in ('accepted', 'partly_accepted')
                    and coalesce(trim(used_in), '') != ''
                    then 1
            end
        ) as contributions_used
    from months
    inner join registers
        on
            months.district_id = registers.district_id
            and registers.dataset = 'contributions'
            and months.month_end > registers.first_dated_on
    left join contributions
        on months.district_id = contributions.district_id
    group by months.district_id, months.month
),

links as (
    select
        district_id,
        month,
        count(*) as change_links,
        count(evidence_on) as change_links_evidenced
    from {{ ref('int_change_link_months') }}
    group by district_id, month
)

select
    months.district_id,
    months.month,
    events.organisations_participating,
    events.participants,
    events.citizen_participants,
    answers.contributions_received,
    answers.contributions_answer_due,
    answers.contributions_answered_in_60_days,
    answers.contributions_decided,
    answers.contributions_accepted,
    answers.contributions_used,
    links.change_links,
    links.change_links_evidenced
from months
left join events
    on months.district_id = events.district_id and months.month = events.month
left join answers
    on months.district_id = answers.district_id and months.month = answers.month
left join links
    on months.district_id = links.district_id and months.month = links.month
