with months as (
    select * from {{ ref('int_district_months') }}
),

registers as (
    select * from {{ ref('int_lever_registers') }}
),

decisions as (
    select
        months.district_id,
        months.month,
        count(
            case when decisions.due_on >= months.month_start and decisions.due_on < months.month_end then 1 end
        ) as decisions_due,
        count(
            case
                when
                    decisions.due_on >= months.month_start
                    and decisions.due_on < months.month_end
                    and decisions.closed_on <= decisions.due_on
                    then 1
            end
        ) as decisions_closed_on_time
    from months
    inner join registers
        on
            months.district_id = registers.district_id
            and registers.dataset = 'cdtt_decisions'
            and months.month_end > registers.first_dated_on
    left join {{ ref('stg_cdtt_decisions') }} as decisions
        on months.district_id = decisions.district_id and decisions.outcome != 'withdrawn'
    group by months.district_id, months.month
),

sandboxes as (
    select
        months.district_id,
        months.month,
        count(case when sandboxes.closed_on < months.month_end then 1 end) as sandboxes_closed,
        count(
            case when sandboxes.closed_on < months.month_end and sandboxes.outcome = 'adopted' then 1 end
        ) as sandboxes_adopted,
        median(
            case
                when sandboxes.closed_on < months.month_end
                    then sandboxes.ordinary_days - sandboxes.sandbox_days
            end
        ) as sandbox_days_saved
    from months
    inner join {{ ref('stg_policy_sandboxes') }} as sandboxes
        on months.district_id = sandboxes.district_id and months.month_end > sandboxes.opened_on
    group by months.district_id, months.month
),

meetings as (
    select
        months.district_id,
        months.month,
        coalesce(
            sum(
                case
                    when meetings.held_on >= months.month_start and meetings.held_on < months.month_end
                        then meetings.foreseen
                end
            ), 0
        ) as cdtt_foreseen,
        coalesce(
            sum(
                case
                    when meetings.held_on >= months.month_start and meetings.held_on < months.month_end
                        then meetings.present
                end
            ), 0
        ) as cdtt_present,
        count(
            case
                when
                    meetings.held_on >= months.month_start and meetings.held_on < months.month_end
                    and meetings.foreseen > 0
                    then 1
            end
        ) as cdtt_classes_foreseen,
        count(
            case
                when
                    meetings.held_on >= months.month_start and meetings.held_on < months.month_end
                    and meetings.foreseen > 0 and meetings.present > 0
                    then 1
            end
        ) as cdtt_classes_present
    from months
    inner join registers
        on
            months.district_id = registers.district_id
            and registers.dataset = 'cdtt_meetings'
            and months.month_end > registers.first_dated_on
    left join {{ ref('stg_cdtt_meetings') }} as meetings
        on months.district_id = meetings.district_id
    group by months.district_id, months.month
),

priorities as (
    select
        months.district_id,
        months.month,
        count(distinct case when priorities.adopted_on < months.month_end then priorities.priority_id end)
            as priorities_adopted
    from months
    inner join registers
        on
            months.district_id = registers.district_id
            and registers.dataset = 'shared_priorities'
            and months.month_end > registers.first_dated_on
    left join {{ ref('stg_shared_priorities') }} as priorities
        on months.district_id = priorities.district_id
    group by months.district_id, months.month
),

-- A step counts only where a document proves it.
proven as (
    select distinct
        district_id,
        claim_id
    from {{ ref('int_register_rows') }}
    where dataset = 'management_system' and has_evidence
),

criteria as (
    select
        months.district_id,
        months.month,
        max(case when criterion = 'guideline_adopted' and proven.claim_id is not null then 1 else 0 end) as step_1,
        max(case when criterion = 'firms_in_scope' and proven.claim_id is not null then 1 else 0 end) as step_2,
        max(case when criterion = 'baseline_set' and proven.claim_id is not null then 1 else 0 end) as step_3,
        max(case when criterion = 'internal_audit' and proven.claim_id is not null then 1 else 0 end) as step_4,
        max(case when criterion = 'certificate' and proven.claim_id is not null then 1 else 0 end) as step_5
    from months
    inner join {{ ref('stg_management_system') }} as system
        on months.district_id = system.district_id
    left join proven
        on
            system.district_id = proven.district_id
            and system.criterion = proven.claim_id
            and months.month_end > system.met_on
    group by months.district_id, months.month
)

select
    months.district_id,
    months.month,
    decisions.decisions_due,
    decisions.decisions_closed_on_time,
    lead_time.median_days as decision_lead_time_days,
    sandboxes.sandboxes_closed,
    sandboxes.sandboxes_adopted,
    sandboxes.sandbox_days_saved,
    meetings.cdtt_foreseen,
    meetings.cdtt_present,
    meetings.cdtt_classes_foreseen,
    meetings.cdtt_classes_present,
    priorities.priorities_adopted,
    -- A step counts only where all steps before it are met.
    criteria.step_1
    + criteria.step_1 * criteria.step_2
    + criteria.step_1 * criteria.step_2 * criteria.step_3
    + criteria.step_1 * criteria.step_2 * criteria.step_3 * criteria.step_4
    + criteria.step_1 * criteria.step_2 * criteria.step_3 * criteria.step_4 * criteria.step_5
        as management_stage
from months
left join decisions
    on months.district_id = decisions.district_id and months.month = decisions.month
left join {{ ref('int_decision_lead_time') }} as lead_time
    on months.district_id = lead_time.district_id and months.month = lead_time.month
left join sandboxes
    on months.district_id = sandboxes.district_id and months.month = sandboxes.month
left join meetings
    on months.district_id = meetings.district_id and months.month = meetings.month
left join priorities
    on months.district_id = priorities.district_id and months.month = priorities.month
left join criteria
    on months.district_id = criteria.district_id and months.month = criteria.month
