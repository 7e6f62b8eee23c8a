-- One row per district, source, place, variable, unit and local month. Sum, mean, least and greatest stand side by side
-- because the unit alone does not say which of them speaks.
with series as (
    select * from {{ ref('stg_context_series') }}
),

monthly as (
    select
        district_id,
        source_id,
        place,
        variable,
        unit,
        month,
        count(*) as interval_count,
        count(quantity) as value_count,
        cast(sum(quantity) as decimal(28, 6)) as value_sum,
        cast(sum(quantity) / nullif(count(quantity), 0) as decimal(28, 6)) as value_mean,
        min(quantity) as value_min,
        max(quantity) as value_max,
        max(known_at) as known_at
    from series
    group by district_id, source_id, place, variable, unit, month
)

select * from monthly
