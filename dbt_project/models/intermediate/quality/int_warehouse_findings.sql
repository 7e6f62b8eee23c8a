-- What only the warehouse can see: readings set beside each other, points beside their register.
with months as (
    select * from {{ ref('int_district_months') }}
),

point_months as (
    select * from {{ ref('int_point_months') }}
),

candidates as (
    select * from {{ ref('int_point_month_candidates') }}
    where preference = 1
),

estimated as (
    select
        district_id,
        source_id,
        month,
        point_id,
        'ESTIMATED_READING' as code,
        'info' as severity,
        row_count as finding_count,
        'Parte del mese è stimata dal fornitore.' as detail_it,
        'Part of the month was estimated by the provider.' as detail_en,
        method,
        known_at
    from point_months
    where estimated_share > substituted_share
),

overlapping_bills as (
    select
        candidates.district_id,
        candidates.source_id,
        candidates.month,
        candidates.point_id,
        'BILLS_OVERLAP' as code,
        'warning' as severity,
        row_count as finding_count,
        'Le bollette in vigore coprono più giorni di quelli del mese.' as detail_it,
        'The bills in force cover more days than the month has.' as detail_en,
        method,
        known_at
    from candidates
    where method = 'bill' and covered_seconds > month_seconds
),

sun as (
    select
        district_id,
        cast(null as {{ text_type() }}) as source_id,
        month,
        site_id as point_id,
        'EXPORT_ABOVE_PRODUCTION' as code,
        'warning' as severity,
        1 as finding_count,
        'Il sito immette più di quanto produce: autoconsumo non calcolato.' as detail_it,
        'The site exports more than it makes: self-consumption was not computed.' as detail_en,
        'difference' as method,
        known_at
    from {{ ref('int_pv_site_months') }}
    where exports_more_than_it_makes
),

unbalanced as (
    select
        district_id,
        cast(null as {{ text_type() }}) as source_id,
        month,
        point_id,
        'CONVERSION_NOT_BALANCED' as code,
        'warning' as severity,
        1 as finding_count,
        'Non si sa quanta parte del combustibile esce dal sito: conta tutto come energia finale.' as detail_it,
        'It is not known how much of the fuel leaves the site: all of it counts as final energy.' as detail_en,
        'difference' as method,
        known_at
    from {{ ref('int_conversion_months') }}
    where transformation_kwh is null
),

promised as (
    select
        district_id,
        source_id,
        month,
        point_id,
        'SAVING_BEYOND_USE' as code,
        'warning' as severity,
        measures as finding_count,
        case
            when measures = 1 then 'La misura ' || first_measure || ' promette più di quanto il punto usa in un anno.'
            else
                'Più misure, fra cui ' || first_measure || ' e ' || last_measure
                || ', promettono insieme più di quanto il punto usa in un anno.'
        end as detail_it,
        case
            when measures = 1 then 'Measure ' || first_measure || ' promises more than the point uses in a year.'
            else
                'Several measures, ' || first_measure || ' and ' || last_measure
                || ' among them, together promise more than the point uses in a year.'
        end as detail_en,
        'ledger' as method,
        known_at
    from {{ ref('int_measure_promises') }}
),

found as (
    select * from {{ ref('int_point_findings') }}
    union all
    select * from {{ ref('int_register_findings') }}
    union all
    select * from {{ ref('int_interval_findings') }}
    union all
    select * from estimated
    union all
    select * from overlapping_bills
    union all
    select * from sun
    union all
    select * from unbalanced
    union all
    select * from promised
)

select
    found.district_id,
    found.source_id,
    case found.method
        when 'interval' then 'meter_intervals'
        when 'register' then 'meter_registers'
        when 'bill' then 'utility_bills'
        when 'ledger' then 'measures'
        else 'metering_points'
    end as dataset,
    found.month,
    found.point_id,
    found.code,
    found.severity,
    cast(found.finding_count as bigint) as finding_count,
    found.detail_it,
    found.detail_en,
    found.known_at
from found
inner join months
    on found.district_id = months.district_id and found.month = months.month
