-- What each month shows of each KPI: its own value where it is due, else the last due one.
with kpi_months as (
    select * from {{ ref('int_kpi_months') }}
),

changes as (
    select
        *,
        -- An edition is due when its people changed, that is when a new one has ended.
        coalesce(
            due_by_calendar,
            coalesce(numerator, -1) != coalesce(lag(numerator) over months, -1)
            or coalesce(denominator, -1) != coalesce(lag(denominator) over months, -1)
            or coalesce(interval_low, -1) != coalesce(lag(interval_low) over months, -1)
        ) as due
    from kpi_months
    window months as (
        partition by district_id, kpi_code
        order by month_index asc
    )
),

last_due as (
    select
        *,
        max(case when due then month_index end) over (
            partition by district_id, kpi_code
            order by month_index asc
            rows between unbounded preceding and current row
        ) as shown_index
    from changes
)

select
    last_due.district_id,
    last_due.month,
    last_due.month_index,
    last_due.kpi_code,
    last_due.unit,
    last_due.direction,
    last_due.theme,
    last_due.due,
    last_due.shown_index,
    coalesce(shown.month_end, last_due.month_end) as shown_month_end,
    coalesce(shown.period_start, last_due.period_start) as period_start,
    coalesce(shown.period_end, last_due.period_end) as period_end,
    shown.value,
    shown.value_adjusted,
    shown.interval_low,
    shown.interval_high,
    shown.numerator,
    shown.denominator,
    shown.coverage,
    shown.grade,
    shown.estimated_share,
    shown.factor_age_years,
    shown.theme_reason,
    case
        when last_due.due then shown.reason
        -- What is not collected or not computed is so in every month, due or not.
        when last_due.reason in ('not_collected', 'not_computed', 'no_target') then last_due.reason
        when last_due.reason = 'no_factor' and last_due.value is null then last_due.reason
        when shown.value is not null then 'off_month'
        when shown.reason is not null then shown.reason
        when last_due.cadence = 'edition' then last_due.reason
        else 'not_yet'
    end as reason,
    {{ add_months('last_due.month_end', 'last_due.months_to_next') }} as next_due
from last_due
left join kpi_months as shown
    on
        last_due.district_id = shown.district_id
        and last_due.kpi_code = shown.kpi_code
        and last_due.shown_index = shown.month_index
