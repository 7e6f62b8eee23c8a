-- The registers of a theme: how many are collected, how many have spoken, how old the newest delivery is.
with months as (
    select * from {{ ref('int_district_months') }}
),

themes as (
    select * from {{ ref('int_themes') }}
    where not metered
),

sources as (
    select
        district_id,
        dataset,
        max(
            case cadence
                when 'daily' then 1
                when 'monthly' then 31
                when 'quarterly' then 92
                when 'semi_annual' then 184
                when 'annual' then 366
            end
        ) as cadence_days
    from {{ ref('stg_sources') }}
    where collected
    group by district_id, dataset
),

register_rows as (
    select
        district_id,
        dataset,
        dated_on,
        claimed_on,
        known_at,
        has_evidence
    from {{ ref('int_register_rows') }}
    union all
    select
        district_id,
        'survey_answers' as dataset,
        submitted_on as dated_on,
        cast(null as date) as claimed_on,
        known_at,
        null as has_evidence
    from {{ ref('stg_survey_answers') }}
    union all
    select
        district_id,
        'renewable_surfaces' as dataset,
        coalesce(assessed_on, commissioned_on, cast(known_at as date)) as dated_on,
        coalesce(assessed_on, commissioned_on, cast(known_at as date)) as claimed_on,
        known_at,
        evidence is not null and trim(evidence) != '' as has_evidence
    from {{ ref('stg_renewable_surfaces') }}
    union all
    select
        district_id,
        'district_activity' as dataset,
        period_start as dated_on,
        cast(null as date) as claimed_on,
        known_at,
        null as has_evidence
    from {{ ref('stg_district_activity') }}
    union all
    -- A month of a station counts once.
    select
        district_id,
        'weather_daily' as dataset,
        max(day) as dated_on,
        cast(null as date) as claimed_on,
        max(known_at) as known_at,
        null as has_evidence
    from {{ ref('stg_weather_daily') }}
    where value is not null
    group by district_id, station_id, {{ month_of('day') }}
),

-- A register that was sent again unchanged is as old as its last arrival.
arrivals as (
    select
        district_id,
        dataset,
        max(cast(received_at as date)) as arrived_on
    from {{ ref('stg_deliveries') }}
    where outcome in ('accepted', 'unchanged')
    group by district_id, dataset
),

registers as (
    select
        months.district_id,
        months.month,
        themes.theme,
        themes.dataset,
        max(sources.cadence_days) as cadence_days,
        count(register_rows.district_id) as row_count,
        count(
            case when register_rows.has_evidence and register_rows.claimed_on < months.month_end then 1 end
        ) as proven,
        count(
            case
                when register_rows.has_evidence is not null and register_rows.claimed_on < months.month_end then 1
            end
        ) as provable,
        -- A project register dates its own state; of the others the newest delivery tells the age.
        {{ days_between(
            "max(case when themes.dataset = 'investment_projects' then register_rows.dated_on "
            ~ "else coalesce(arrivals.arrived_on, cast(register_rows.known_at as date)) end)",
            'max(months.month_end)'
        ) }} as age_days
    from months
    inner join sources
        on months.district_id = sources.district_id
    inner join themes
        on sources.dataset = themes.dataset
    left join register_rows
        on
            months.district_id = register_rows.district_id
            and themes.dataset = register_rows.dataset
            and months.month_end > register_rows.dated_on
    left join arrivals
        on months.district_id = arrivals.district_id and themes.dataset = arrivals.dataset
    group by months.district_id, months.month, themes.theme, themes.dataset
)

select
    district_id,
    month,
    theme,
    count(*) as expected,
    count(case when row_count > 0 then 1 end) as present,
    cast(sum(row_count) as bigint) as accepted_rows,
    max(case when age_days > 0 then age_days when age_days <= 0 then 0 end) as age_days,
    max(
        case
            when age_days > 0 then cast({{ safe_divide('age_days', 'cadence_days') }} as decimal(9, 4))
            when age_days <= 0 and cadence_days is not null then 0
        end
    ) as age_in_cadences,
    case
        when sum(provable) > 0
            then cast({{ safe_divide('sum(proven)', 'sum(provable)') }} as decimal(9, 6))
    end as evidence_share
from registers
group by district_id, month, theme
