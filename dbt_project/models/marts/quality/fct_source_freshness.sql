-- Up to which month each source has spoken by the end of each month, and how far behind its own pace that is.
with sources as (
    select
        district_id,
        source_id,
        dataset,
        cadence,
        -- A file that comes once and a wave of a survey do not go on, so they are never behind.
        case
            when cadence = 'once' or dataset = 'survey_answers' then null
            when cadence = 'quarterly' then 3
            when cadence = 'semi_annual' then 6
            when cadence = 'annual' then 12
            else 1
        end as cadence_months
    from {{ ref('stg_sources') }}
    where collected
),

spoken as (
    select
        deliveries.district_id,
        deliveries.source_id,
        coalesce(deliveries.first_month, {{ month_of('deliveries.received_at') }}) as first_month,
        coalesce(deliveries.last_month, {{ month_of('deliveries.received_at') }}) as last_month,
        deliveries.received_at
    from {{ ref('stg_deliveries') }} as deliveries
    where deliveries.outcome in ('accepted', 'unchanged')
),

newest as (
    select
        months.district_id,
        months.month,
        months.month_index,
        sources.source_id,
        sources.dataset,
        sources.cadence,
        sources.cadence_months,
        max(least(spoken.last_month, months.month)) as newest_month,
        max(spoken.received_at) as last_received_at
    from {{ ref('int_district_months') }} as months
    inner join sources
        on months.district_id = sources.district_id
    left join spoken
        on
            sources.district_id = spoken.district_id
            and sources.source_id = spoken.source_id
            and months.month >= spoken.first_month
    group by
        months.district_id, months.month, months.month_index, sources.source_id, sources.dataset,
        sources.cadence, sources.cadence_months
)

select
    newest.district_id,
    newest.month,
    newest.source_id,
    newest.dataset,
    newest.cadence,
    newest.newest_month,
    newest.last_received_at,
    cast(newest.month_index - {{ month_index('newest.newest_month') }} as integer) as months_behind,
    case
        when newest.newest_month is null then true
        else coalesce(
            newest.month_index - {{ month_index('newest.newest_month') }}
            >= thresholds.stale_after_cadences * newest.cadence_months, false
        )
    end as stale
from newest
cross join {{ ref('int_thresholds') }} as thresholds
