-- Kaplan-Meier median of the days from raising a decision to closing it; open and withdrawn ones are censored.
with months as (
    select * from {{ ref('int_district_months') }}
),

decisions as (
    select * from {{ ref('stg_cdtt_decisions') }}
),

durations as (
    select
        months.district_id,
        months.month,
        {{ days_between(
            'decisions.raised_on',
            'case when decisions.closed_on < months.month_end then decisions.closed_on else months.month_end end'
        ) }} as days,
        case
            when decisions.closed_on < months.month_end and decisions.outcome != 'withdrawn' then 1
            else 0
        end as closed
    from months
    inner join decisions
        on
            months.district_id = decisions.district_id
            and months.month_end > decisions.raised_on
),

by_days as (
    select
        district_id,
        month,
        days,
        sum(closed) as closed,
        count(*) as leaving
    from durations
    where days >= 0
    group by district_id, month, days
),

at_risk as (
    select
        *,
        sum(leaving) over (
            partition by district_id, month
            order by days desc
            rows between unbounded preceding and current row
        ) as at_risk
    from by_days
),

survival as (
    select
        *,
        -- A product as the exponential of a sum; when all that are at risk close, nothing survives.
        exp(
            sum(case when closed < at_risk then ln(1 - {{ double('closed') }} / at_risk) else -1e3 end)
                over (
                    partition by district_id, month
                    order by days asc
                    rows between unbounded preceding and current row
                )
        ) as open_share
    from at_risk
)

select
    district_id,
    month,
    cast(min(days) as integer) as median_days
from survival
where open_share <= 0.5 + 1e-9
group by district_id, month
