-- What figures are set against, by month: a stock as it last stood, a flow spread over its days.
with activity as (
    select
        *,
        driver in (
            'output_kg', 'output_eur', 'water_input_m3', 'water_output_m3', 'water_cycle_kwh',
            'water_treated_m3', 'rainwater_collected_m3'
        ) as is_flow
    from {{ ref('stg_district_activity') }}
    where period_end > period_start
),

months as (
    select * from {{ ref('int_district_months') }}
),

stocks as (
    select
        months.district_id,
        months.month,
        activity.driver,
        activity.value,
        row_number() over (
            partition by months.district_id, months.month, activity.driver
            order by
                activity.period_start desc, activity.period_end desc, activity.flow_rank desc nulls last,
                activity.source_id asc
        ) as newest
    from months
    inner join activity
        on
            months.district_id = activity.district_id
            and months.month_end > activity.period_start
    where not activity.is_flow
),

-- Where two sources tell one flow of one period, the first by rank and name counts.
flow_rows as (
    select
        activity.*,
        row_number() over (
            partition by activity.district_id, activity.driver, activity.period_start, activity.period_end
            order by activity.flow_rank desc nulls last, activity.source_id asc
        ) as preference
    from activity
    where activity.is_flow
),

flows as (
    select
        months.district_id,
        months.month,
        flow_rows.driver,
        sum(
            cast(
                {{ round_half_up(
                    double('flow_rows.value') ~ ' * '
                    ~ days_between(
                        'greatest(flow_rows.period_start, months.month_start)',
                        'least(flow_rows.period_end, months.month_end)'
                    ) ~ ' / ' ~ days_between('flow_rows.period_start', 'flow_rows.period_end'), 6
                ) }} as decimal(28, 6)
            )
        ) as value
    from months
    inner join flow_rows
        on
            months.district_id = flow_rows.district_id
            and months.month_end > flow_rows.period_start
            and months.month_start < flow_rows.period_end
    where flow_rows.preference = 1
    group by months.district_id, months.month, flow_rows.driver
)

select
    district_id,
    month,
    driver,
    cast(value as decimal(28, 6)) as value
from stocks
where newest = 1

union all

select
    district_id,
    month,
    driver,
    cast(value as decimal(28, 6)) as value
from flows
