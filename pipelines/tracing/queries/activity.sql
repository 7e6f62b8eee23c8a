-- What figures are set against: the stock that stood last, a flow by its days; each driver by district and month.
create view driven as
with rows as (
    select
        * exclude (month),
        driver in (
            'output_kg', 'output_eur', 'water_input_m3', 'water_output_m3', 'water_cycle_kwh',
            'water_treated_m3', 'rainwater_collected_m3'
        ) as is_flow
    from rows_district_activity
    where period_end > period_start
),

stocks as (
    select
        months.month,
        months.days,
        rows.*,
        rows.value as amount,
        'newest_stock' as why
    from int_district_months as months
    inner join rows
        on months.district_id = rows.district_id and months.month_end > rows.period_start
    where not rows.is_flow
    qualify row_number() over (
        partition by months.district_id, months.month, rows.driver
        order by
            rows.period_start desc, rows.period_end desc, rows.flow_rank desc nulls last, rows.source_id asc
    ) = 1
),

told_once as (
    select * from rows
    where is_flow
    qualify row_number() over (
        partition by district_id, driver, period_start, period_end
        order by flow_rank desc nulls last, source_id asc
    ) = 1
),

flows as (
    select
        months.month,
        months.days,
        told_once.*,
        round(
            cast(told_once.value as double) * date_diff(
                'day',
                greatest(told_once.period_start, months.month_start),
                least(told_once.period_end, months.month_end)
            ) / date_diff('day', told_once.period_start, told_once.period_end), 6
        ) as amount,
        'days_of_the_month' as why
    from int_district_months as months
    inner join told_once
        on
            months.district_id = told_once.district_id
            and months.month_end > told_once.period_start
            and months.month_start < told_once.period_end
)

select * from (
    select * replace (cast(amount as double) as amount) from stocks
    union all
    select * replace (cast(amount as double) as amount) from flows
);
