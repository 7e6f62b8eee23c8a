-- What is missing, and who can send it: a source without its points or with some that cannot be read, a point
-- without a source, a register that has not spoken, a dataset that is not collected, the register of points itself.
with months as (
    select * from {{ ref('int_district_months') }}
),

as_of as (
    select * from {{ ref('stg_as_of') }}
),

sources as (
    select * from {{ ref('stg_sources') }}
),

themes as (
    select
        dataset,
        -- Meters serve many themes; what they miss is told under energy.
        case when max(case when metered then 1 else 0 end) = 1 then 'energy' else min(theme) end as theme
    from {{ ref('int_themes') }}
    group by dataset
),

metered_gaps as (
    select
        metered.district_id,
        metered.month,
        metered.source_id,
        coalesce(sources.dataset, 'metering_points') as dataset,
        metered.theme,
        metered.carrier,
        metered.points_missing,
        metered.points_expected,
        -- A point that no source ever delivered is the district's own to find.
        coalesce(sources.contact_name, districts.contact_name) as contact_name,
        coalesce(sources.contact_email, districts.contact_email) as contact_email,
        coalesce(sources.expected_after_days, 0) as expected_after_days,
        metered.reason_code,
        cast(null as varchar) as reason_it,
        cast(null as varchar) as reason_en
    from {{ ref('int_meter_gaps') }} as metered
    left join sources
        on metered.district_id = sources.district_id and metered.source_id = sources.source_id
    left join {{ ref('stg_districts') }} as districts
        on metered.district_id = districts.district_id
),

-- Sources that have never delivered anything at all.
spoken as (
    select
        district_id,
        source_id
    from {{ ref('int_point_month_candidates') }}
    union
    select
        district_id,
        source_id
    from {{ ref('int_register_spans') }}
),

silent_sources as (
    select
        months.district_id,
        months.month,
        sources.source_id,
        sources.dataset,
        themes.theme,
        cast(null as varchar) as carrier,
        cast(null as bigint) as points_missing,
        cast(null as bigint) as points_expected,
        sources.contact_name,
        sources.contact_email,
        sources.expected_after_days,
        'not_delivered' as reason_code,
        cast(null as varchar) as reason_it,
        cast(null as varchar) as reason_en
    from months
    inner join sources
        on months.district_id = sources.district_id and sources.collected
    inner join themes
        on sources.dataset = themes.dataset
    left join spoken
        on sources.district_id = spoken.district_id and sources.source_id = spoken.source_id
    left join {{ ref('int_lever_registers') }} as registers
        on sources.district_id = registers.district_id and sources.dataset = registers.dataset
    left join (select distinct
        district_id,
        source_id
    from {{ ref('stg_survey_answers') }}) as surveys
        on sources.district_id = surveys.district_id and sources.source_id = surveys.source_id
    where
        (
            sources.dataset in ('meter_intervals', 'meter_registers', 'utility_bills')
            and spoken.source_id is null
        )
        or (sources.dataset = 'survey_answers' and surveys.source_id is null)
        or (
            sources.dataset not in (
                'meter_intervals', 'meter_registers', 'utility_bills', 'survey_answers', 'renewable_surfaces',
                'district_activity', 'weather_daily'
            )
            and (registers.dataset is null or registers.first_dated_on >= months.month_end)
        )
),

not_collected as (
    select
        months.district_id,
        months.month,
        sources.source_id,
        sources.dataset,
        themes.theme,
        cast(null as varchar) as carrier,
        cast(null as bigint) as points_missing,
        cast(null as bigint) as points_expected,
        sources.contact_name,
        sources.contact_email,
        sources.expected_after_days,
        'not_collected' as reason_code,
        sources.reason_it,
        sources.reason_en
    from months
    inner join sources
        on months.district_id = sources.district_id and not sources.collected
    left join themes
        on sources.dataset = themes.dataset
),

-- Meters are read and nobody knows of how many: whoever keeps the list of points can send it.
registered as (
    select distinct district_id
    from {{ ref('int_points') }}
    where registered
),

with_meters as (
    select distinct district_id
    from sources
    where
        collected
        and dataset in ('meter_intervals', 'meter_registers', 'utility_bills', 'metering_points')
),

without_register as (
    select districts.*
    from {{ ref('stg_districts') }} as districts
    inner join with_meters
        on districts.district_id = with_meters.district_id
    left join registered
        on districts.district_id = registered.district_id
    where registered.district_id is null
),

registers_of_points as (
    select
        district_id,
        min(source_id) as source_id,
        min_by(contact_name, source_id) as contact_name,
        min_by(contact_email, source_id) as contact_email,
        max(case when collected then 0 else 1 end) as not_collected
    from sources
    where dataset = 'metering_points'
    group by district_id
),

missing_registers as (
    select
        months.district_id,
        months.month,
        registers_of_points.source_id,
        'metering_points' as dataset,
        'energy' as theme,
        cast(null as varchar) as carrier,
        cast(null as bigint) as points_missing,
        cast(null as bigint) as points_expected,
        coalesce(registers_of_points.contact_name, without_register.contact_name) as contact_name,
        coalesce(registers_of_points.contact_email, without_register.contact_email) as contact_email,
        0 as expected_after_days,
        'no_register' as reason_code,
        cast(null as varchar) as reason_it,
        cast(null as varchar) as reason_en
    from months
    inner join without_register
        on months.district_id = without_register.district_id
    left join registers_of_points
        on months.district_id = registers_of_points.district_id
    -- What is declared as not collected is told with the reason that the district gives.
    where coalesce(registers_of_points.not_collected, 0) = 0
),

gaps as (
    select * from metered_gaps
    union all
    select * from missing_registers
    union all
    select * from silent_sources
    union all
    select * from not_collected
),

dated as (
    select
        gaps.*,
        months.timezone,
        {{ add_days('months.month_end', 'gaps.expected_after_days') }} as due_on
    from gaps
    inner join months
        on gaps.district_id = months.district_id and gaps.month = months.month
)

select
    dated.district_id,
    dated.month,
    dated.source_id,
    dated.dataset,
    dated.theme,
    dated.carrier,
    cast(dated.points_missing as integer) as points_missing,
    cast(dated.points_expected as integer) as points_expected,
    dated.contact_name,
    dated.contact_email,
    dated.due_on,
    case
        when
            dated.reason_code = 'not_delivered'
            and cast({{ to_local('as_of.known_at', 'dated.timezone') }} as date) < dated.due_on
            then 'not_yet'
        else dated.reason_code
    end as reason_code,
    dated.reason_it,
    dated.reason_en
from dated
cross join as_of
