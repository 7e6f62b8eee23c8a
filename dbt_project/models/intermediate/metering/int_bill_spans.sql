-- Bills with their sign, and which of them a later one replaces.
with bills as (
    select * from {{ ref('stg_utility_bills') }}
    where period_end > period_start
),

settled as (
    select * from bills
    where bill_kind = 'settlement'
),

replaced as (
    select distinct
        bills.district_id,
        bills.source_id,
        bills.point_id,
        bills.bill_id,
        bills.period_start,
        bills.period_end
    from bills
    inner join settled
        on
            bills.district_id = settled.district_id
            and bills.source_id = settled.source_id
            and bills.point_id = settled.point_id
            and bills.period_start < settled.period_end
            and bills.period_end > settled.period_start
    where
        bills.bill_kind = 'advance'
        or (bills.bill_kind = 'regular' and bills.quality = 'estimated')
)

select
    bills.district_id,
    bills.source_id,
    bills.point_id,
    bills.carrier,
    bills.bill_id,
    bills.bill_kind,
    bills.unit,
    bills.flow_rank,
    bills.known_at,
    bills.period_start,
    bills.period_end,
    {{ to_utc('bills.period_start', 'districts.timezone') }} as span_start,
    {{ to_utc('bills.period_end', 'districts.timezone') }} as span_end,
    coalesce(calendarisations.method, 'days') as allocation,
    bills.quality in ('estimated', 'corrected') or bills.bill_kind = 'advance' as estimated,
    replaced.bill_id is not null as superseded,
    cast(
        case
            when bills.bill_kind = 'credit' then -abs(bills.quantity)
            else bills.quantity
        end as decimal(28, 6)
    ) as quantity,
    cast(
        case
            when bills.bill_kind = 'credit' then -abs(bills.amount_net_eur)
            else bills.amount_net_eur
        end as decimal(28, 6)
    ) as amount_net_eur,
    case when bills.bill_kind = 'credit' then -1 else 1 end as period_sign
from bills
inner join {{ ref('stg_districts') }} as districts
    on bills.district_id = districts.district_id
left join {{ ref('stg_calendarisations') }} as calendarisations
    on
        bills.district_id = calendarisations.district_id
        and bills.source_id = calendarisations.source_id
        and bills.carrier = calendarisations.carrier
left join replaced
    on
        bills.district_id = replaced.district_id
        and bills.source_id = replaced.source_id
        and bills.point_id = replaced.point_id
        and bills.bill_id = replaced.bill_id
        and bills.period_start = replaced.period_start
        and bills.period_end = replaced.period_end
