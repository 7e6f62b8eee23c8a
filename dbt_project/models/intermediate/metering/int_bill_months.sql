-- Bills in force cut at the month. Credits take back quantity, amount and days.
with bills as (
    select * from {{ ref('int_bill_spans') }}
    where not superseded
),

parts as (
    select
        bills.*,
        cuts.month,
        cuts.method,
        cuts.part_days,
        {{ part_of('bills.quantity', 'cuts.mark_before', 'cuts.mark_after', 'cuts.mark_end') }}
            as part_quantity,
        {{ part_of('bills.amount_net_eur', 'cuts.mark_before', 'cuts.mark_after', 'cuts.mark_end') }}
            as part_amount_eur
    from bills
    left join {{ ref('int_span_windows') }} as windows
        on
            bills.district_id = windows.district_id
            and bills.point_id = windows.point_id
            and bills.span_start = windows.span_start
            and bills.span_end = windows.span_end
    inner join {{ ref('int_span_months') }} as cuts
        on
            bills.district_id = cuts.district_id
            and bills.allocation = cuts.allocation
            and bills.span_start = cuts.span_start
            and bills.span_end = cuts.span_end
            and coalesce(windows.counts_from, bills.span_start) = cuts.counts_from
            and coalesce(windows.counts_until, bills.span_end) = cuts.counts_until
),

-- Bills of one period stand for it together: what a credit takes back weighs in no share.
periods as (
    select
        district_id,
        source_id,
        point_id,
        carrier,
        unit,
        month,
        span_start,
        span_end,
        max(flow_rank) as flow_rank,
        min(method) as method,
        sum(quantity) as quantity,
        sum(part_quantity) as part_quantity,
        sum(case when estimated then part_quantity else 0 end) as estimated_part,
        sum(case when quantity is null then 0 else part_days * period_sign end) as part_days,
        sum(case when amount_net_eur is not null then part_quantity end) as priced_quantity,
        sum(case when quantity is not null then part_amount_eur end) as priced_amount_eur,
        count(*) as row_count,
        max(known_at) as known_at
    from parts
    group by
        district_id, source_id, point_id, carrier, unit, month, span_start, span_end
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
        coalesce(
            sum(
                case
                    when part_quantity >= 0 then least(greatest(estimated_part, 0), part_quantity)
                    else least(greatest(-estimated_part, 0), -part_quantity)
                end
            ), 0
        ) as decimal(28, 6)
    ) as estimated_quantity,
    cast(
        coalesce(sum({{ allocated_of('quantity', 'part_quantity') }}), 0) as decimal(28, 6)
    ) as allocated_quantity,
    case
        when
            min(case when part_quantity != quantity then method end)
            = max(case when part_quantity != quantity then method end)
            then min(case when part_quantity != quantity then method end)
        when min(case when part_quantity != quantity then method end) is not null then 'several'
    end as allocation,
    cast(sum(part_days) * 86400 as bigint) as covered_seconds,
    cast(sum(priced_quantity) as decimal(28, 6)) as priced_quantity,
    cast(sum(priced_amount_eur) as decimal(28, 6)) as priced_amount_eur,
    cast(sum(row_count) as bigint) as row_count,
    max(known_at) as known_at
from periods
group by district_id, source_id, point_id, carrier, unit, month
