-- Who stands behind a figure, without saying who. Amounts are absolute, zeros contribute nothing.
with contributions as (
    select
        district_id,
        month,
        measure,
        holder_group,
        holder_kind,
        abs(amount) as amount
    from {{ ref('int_contributions') }}
    where amount != 0
),

totals as (
    select
        district_id,
        month,
        measure,
        sum(amount) as total
    from contributions
    group by district_id, month, measure
),

ranked as (
    select
        *,
        row_number() over (
            partition by district_id, month, measure, holder_kind
            order by amount desc, holder_group asc
        ) as size
    from contributions
    where holder_kind in ('firm', 'household')
)

select
    ranked.district_id,
    ranked.month,
    ranked.measure,
    ranked.holder_kind as protected_kind,
    cast(count(*) as integer) as contributors,
    cast(max(case when ranked.size = 1 then ranked.amount end) as decimal(28, 6)) as largest,
    cast(max(case when ranked.size = 2 then ranked.amount end) as decimal(28, 6)) as second,
    cast(sum(ranked.amount) as decimal(28, 6)) as protected_total,
    cast(max(totals.total) as decimal(28, 6)) as total
from ranked
inner join totals
    on
        ranked.district_id = totals.district_id
        and ranked.month = totals.month
        and ranked.measure = totals.measure
group by ranked.district_id, ranked.month, ranked.measure, ranked.holder_kind
