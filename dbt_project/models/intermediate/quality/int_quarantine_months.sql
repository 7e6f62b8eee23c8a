-- Rows set aside, by theme and month. A metering source is blamed in the themes whose carriers it delivers.
with quarantine as (
    select
        district_id,
        source_id,
        dataset,
        month,
        count(*) as row_count
    from {{ ref('stg_quarantine') }}
    group by district_id, source_id, dataset, month
),

themes as (
    select * from {{ ref('int_themes') }}
),

delivered as (
    select distinct
        district_id,
        source_id,
        carrier,
        flow
    from {{ ref('int_point_month_candidates') }}
),

source_themes as (
    select
        district_id,
        source_id,
        'energy' as theme
    from delivered
    where carrier not in ('water', 'waste_water')
    union
    select
        district_id,
        source_id,
        'emissions' as theme
    from delivered
    where carrier not in ('water', 'waste_water')
    union
    select
        district_id,
        source_id,
        'pv' as theme
    from delivered
    where flow = 'production'
    union
    select
        district_id,
        source_id,
        carrier as theme
    from delivered
    where carrier in ('electricity', 'natural_gas', 'district_heat', 'water')
),

silent_sources as (
    select distinct
        quarantine.district_id,
        quarantine.source_id
    from quarantine
    left join delivered
        on
            quarantine.district_id = delivered.district_id
            and quarantine.source_id = delivered.source_id
    where delivered.source_id is null
)

select
    quarantine.district_id,
    quarantine.month,
    themes.theme,
    cast(sum(quarantine.row_count) as bigint) as quarantined_rows
from quarantine
inner join themes
    on quarantine.dataset = themes.dataset
left join source_themes
    on
        quarantine.district_id = source_themes.district_id
        and quarantine.source_id = source_themes.source_id
        and themes.theme = source_themes.theme
left join silent_sources
    on
        quarantine.district_id = silent_sources.district_id
        and quarantine.source_id = silent_sources.source_id
where
    not themes.metered
    or source_themes.theme is not null
    -- A source of which nothing was accepted could have been about anything it measures.
    or silent_sources.source_id is not null
group by quarantine.district_id, quarantine.month, themes.theme
