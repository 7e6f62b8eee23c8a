-- Why energy and emissions changed: a month against the same month a year before, and twelve months against the twelve
-- before them, which are the sum of their months.
with monthly as (
    select * from {{ ref('int_change_months') }}
),

years as (
    select
        now.district_id,
        now.month,
        now.measure,
        now.part,
        sum(each_month.from_value) as from_value,
        sum(each_month.to_value) as to_value,
        sum(each_month.value) as value,
        min(each_month.reason) as reason,
        count(*) as months
    from monthly as now
    inner join monthly as each_month
        on
            now.district_id = each_month.district_id
            and now.measure = each_month.measure
            and now.part = each_month.part
            and each_month.month_index between now.month_index - 11 and now.month_index
    group by now.district_id, now.month, now.measure, now.part
),

periods as (
    select
        district_id,
        month,
        'month' as period,
        measure,
        part,
        from_value,
        to_value,
        value,
        reason
    from monthly
    union all
    select
        district_id,
        month,
        'year' as period,
        measure,
        part,
        from_value,
        to_value,
        value,
        reason
    from years
    where months = 12
)

select
    district_id,
    month,
    period,
    measure,
    part,
    case measure when 'energy' then 'MWh' else 'tCO2e' end as unit,
    cast(from_value as decimal(28, 9)) as from_value,
    cast(to_value as decimal(28, 9)) as to_value,
    cast(value as decimal(28, 9)) as value,
    case when part = 'not_separable' and value = 0 then null else reason end as reason
from periods
