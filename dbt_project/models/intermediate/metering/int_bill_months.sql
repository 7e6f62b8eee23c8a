-- Bills in force prorated by days. Credits take back quantity, amount and days.
with bills as (
    select * from {{ ref('int_bill_spans') }}
    where not superseded
),

months as (
    select * from {{ ref('int_district_months') }}
),

parts as (
    select
        bills.*,
        months.month,
        {{ days_between('bills.period_start', 'bills.period_end') }} as period_days,
        {{ days_between(
            'greatest(bills.period_start, months.month_start)',
            'least(bills.period_end, months.month_end)'
        ) }} as part_days
    from bills
    inner join months
        on
            bills.district_id = months.district_id
            and bills.period_start < months.month_end
            and bills.period_end > months.month_start
),

prorated as (
    select
        *,
        cast(
            {{ round_half_up(
                double('quantity') ~ ' * part_days / period_days', 6
            ) }} as decimal(28, 6)
        ) as part_quantity,
        cast(
            {{ round_half_up(
                double('amount_net_eur') ~ ' * part_days / period_days', 6
            ) }} as decimal(28, 6)
        ) as part_amount_eur
    from parts
)

select
    district_id,
    source_id,
    point_id,
    carrier,
    unit,
    month,
    max(flow_rank) as flow_rank,
    cast(sum(part_quantity) as decimal(28, 6)) as quantity,
    cast(sum(abs(part_quantity)) as decimal(28, 6)) as absolute_quantity,
    cast(
        coalesce(sum(case when estimated then abs(part_quantity) end), 0) as decimal(28, 6)
    ) as estimated_quantity,
    cast(
        sum(case when quantity is null then 0 else part_days * period_sign end) * 86400 as bigint
    ) as covered_seconds,
    cast(
        sum(case when amount_net_eur is not null then part_quantity end) as decimal(28, 6)
    ) as priced_quantity,
    cast(
        sum(case when quantity is not null then part_amount_eur end) as decimal(28, 6)
    ) as priced_amount_eur,
    count(*) as row_count,
    max(known_at) as known_at
from prorated
group by district_id, source_id, point_id, carrier, unit, month
