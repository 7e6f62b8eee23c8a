-- What only the inventory can see: instruments that prove nothing, activities without a factor, keys that amounts
-- contradict. Told in the last month there is.
with last_months as (
    select
        district_id,
        max(month) as month
    from {{ ref('int_district_months') }}
    group by district_id
),

instruments as (
    select
        district_id,
        source_id,
        'energy_contracts' as dataset,
        point_id,
        'INSTRUMENT_NOT_COUNTED' as code,
        count(*) as finding_count,
        concat(
            'Non conta: ', min(contract_id), '; motivo: ',
            case why_not
                when 'point_unknown' then 'punto non in anagrafica'
                when 'point_of_another_role' then 'il punto ha un altro ruolo'
                when 'no_evidence' then 'manca l''evidenza'
                when 'not_cancelled' then 'garanzie non annullate'
                when 'several_vintages' then 'produzione di più anni'
                when 'no_amount' then 'manca la quantità'
                else 'manca il fattore'
            end, '.'
        ) as detail_it,
        concat(
            'Does not count: ', min(contract_id), '; why: ',
            case why_not
                when 'point_unknown' then 'point not in the register'
                when 'point_of_another_role' then 'the point has another role'
                when 'no_evidence' then 'no evidence'
                when 'not_cancelled' then 'guarantees not cancelled'
                when 'several_vintages' then 'production of several years'
                when 'no_amount' then 'no amount'
                else 'no factor'
            end, '.'
        ) as detail_en,
        max(known_at) as known_at
    from {{ ref('int_market_instruments') }}
    where why_not is not null
    group by district_id, source_id, point_id, why_not
),

activities as (
    select
        lines.district_id,
        lines.source_id,
        'activity_data' as dataset,
        cast(null as {{ text_type() }}) as point_id,
        'ACTIVITY_WITHOUT_FACTOR' as code,
        count(*) as finding_count,
        concat('Attività ', lines.activity, ' (', lines.gpc_ref, '), serie ', lines.series, ', unità ', lines.unit, '.')
            as detail_it,
        concat('Activity ', lines.activity, ' (', lines.gpc_ref, '), series ', lines.series, ', unit ', lines.unit, '.')
            as detail_en,
        max(data.known_at) as known_at
    from {{ ref('int_activity_lines') }} as lines
    inner join {{ ref('stg_activity_data') }} as data
        on
            lines.district_id = data.district_id
            and lines.sha256 = data.sha256
            and lines.source_row = data.source_row
    where lines.notation_key is not null
    group by
        lines.district_id, lines.source_id, lines.activity, lines.gpc_ref, lines.series, lines.unit
),

contradicted as (
    select
        keys.district_id,
        keys.source_id,
        'activity_data' as dataset,
        cast(null as {{ text_type() }}) as point_id,
        'NOTATION_CONTRADICTED' as code,
        count(*) as finding_count,
        concat('Riga ', keys.gpc_ref, ': dichiarata NO.') as detail_it,
        concat('Line ', keys.gpc_ref, ': declared NO.') as detail_en,
        max(keys.known_at) as known_at
    from {{ ref('stg_activity_data') }} as keys
    inner join {{ ref('int_district_months') }} as months
        on
            keys.district_id = months.district_id
            and keys.period_start <= months.month_start
            and keys.period_end >= months.month_end
    inner join {{ ref('fct_gpc_inventory') }} as lines
        on
            keys.district_id = lines.district_id
            and months.month = lines.month
            and keys.gpc_ref = lines.gpc_ref
    where keys.notation_key = 'NO' and lines.kg_co2e > 0
    group by keys.district_id, keys.source_id, keys.gpc_ref
),

unfactored as (
    select
        gaps.district_id,
        series.source_id,
        'context_series' as dataset,
        gaps.month,
        sum(gaps.hours_missing) as finding_count,
        concat(cast(count(*) as {{ text_type() }}), ' giorni del mese senza tutti i fattori orari.') as detail_it,
        concat(cast(count(*) as {{ text_type() }}), ' days of the month lack hourly factors.') as detail_en
    from {{ ref('fct_hourly_factor_gaps') }} as gaps
    inner join (
        select
            district_id,
            min(source_id) as source_id
        from {{ ref('int_grid_factor_hours') }}
        group by district_id
    ) as series
        on gaps.district_id = series.district_id
    group by gaps.district_id, series.source_id, gaps.month
),

found as (
    select * from instruments
    union all
    select * from activities
    union all
    select * from contradicted
)

select
    found.district_id,
    found.source_id,
    found.dataset,
    last_months.month,
    found.point_id,
    found.code,
    'warning' as severity,
    cast(found.finding_count as bigint) as finding_count,
    found.detail_it,
    found.detail_en,
    found.known_at
from found
inner join last_months
    on found.district_id = last_months.district_id

union all

select
    unfactored.district_id,
    unfactored.source_id,
    unfactored.dataset,
    unfactored.month,
    cast(null as {{ text_type() }}) as point_id,
    'HOURLY_FACTOR_GAP' as code,
    'info' as severity,
    cast(unfactored.finding_count as bigint) as finding_count,
    unfactored.detail_it,
    unfactored.detail_en,
    as_of.known_at
from unfactored
cross join {{ ref('stg_as_of') }} as as_of
