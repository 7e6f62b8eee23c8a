-- Every line of GPC's inventory in every month: an amount, or the notation key that says why there is none.
with months as (
    select * from {{ ref('int_district_months') }}
),

gpc_lines as (
    select * from {{ ref('stg_gpc_lines') }}
),

emitted as (
    select
        district_id,
        month,
        gpc_ref,
        kg_co2e,
        reason
    from {{ ref('fct_emission_lines') }}
    -- Market-based is another view of location-based: never beside it in one table.
    where scope != '2_market' and not biogenic
    union all
    select
        district_id,
        month,
        gpc_ref,
        kg_co2e,
        reason
    from {{ ref('fct_activity_emission_lines') }}
    where not biogenic
),

amounts as (
    select
        district_id,
        month,
        gpc_ref,
        sum(kg_co2e) as kg_co2e,
        count(*) as line_count,
        count(reason) as lines_without_factor
    from emitted
    group by district_id, month, gpc_ref
),

keys as (
    select
        months.district_id,
        months.month,
        declared.gpc_ref,
        declared.notation_key,
        declared.reason,
        row_number() over (
            partition by months.district_id, months.month, declared.gpc_ref
            order by declared.period_start desc, declared.source_id asc, declared.activity asc
        ) as newest
    from months
    inner join {{ ref('stg_activity_data') }} as declared
        on
            months.district_id = declared.district_id
            and months.month_start >= declared.period_start
            and months.month_end <= declared.period_end
    where declared.notation_key is not null
)

select
    months.district_id,
    months.month,
    gpc_lines.gpc_ref,
    gpc_lines.position,
    gpc_lines.scope,
    gpc_lines.level,
    cast(amounts.kg_co2e as decimal(28, 9)) as kg_co2e,
    case when amounts.kg_co2e is null then coalesce(keys.notation_key, 'NE') end as notation_key,
    case
        when amounts.kg_co2e is not null and amounts.lines_without_factor > 0 then 'in_part'
        when amounts.kg_co2e is not null then null
        when keys.notation_key is not null then 'declared'
        when amounts.line_count > 0 then 'no_factor'
        else 'not_collected'
    end as reason,
    case when amounts.kg_co2e is null then keys.reason end as reason_text
from months
cross join gpc_lines
left join amounts
    on
        months.district_id = amounts.district_id
        and months.month = amounts.month
        and gpc_lines.gpc_ref = amounts.gpc_ref
left join keys
    on
        months.district_id = keys.district_id
        and months.month = keys.month
        and gpc_lines.gpc_ref = keys.gpc_ref
        and keys.newest = 1
