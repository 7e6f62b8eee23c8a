-- Readings of one register beside each other.
with spans as (
    select
        spans.*,
        cast({{ to_local('spans.span_start', 'districts.timezone') }} as date) as starts_on,
        cast({{ to_local('spans.span_end', 'districts.timezone') }} as date) as ends_on
    from {{ ref('int_register_spans') }} as spans
    inner join {{ ref('stg_districts') }} as districts
        on spans.district_id = districts.district_id
),

negative_differences as (
    select
        district_id,
        source_id,
        month,
        point_id,
        'NEGATIVE_DELTA' as code,
        'warning' as severity,
        count(*) as finding_count,
        concat(
            'Una lettura è più bassa della precedente dello stesso contatore: nessun consumo dal ',
            cast(min(starts_on) as {{ text_type() }}), ' al ',
            cast(max(ends_on) as {{ text_type() }}), '.'
        ) as detail_it,
        concat(
            'A reading is lower than the one before it of the same meter: no consumption from ',
            cast(min(starts_on) as {{ text_type() }}), ' to ',
            cast(max(ends_on) as {{ text_type() }}), '.'
        ) as detail_en,
        'register' as method,
        max(known_at) as known_at
    from spans
    where outcome in ('negative_difference', 'after_misreading')
    group by district_id, source_id, month, point_id
),

merged_estimates as (
    select
        district_id,
        source_id,
        month,
        point_id,
        'ESTIMATE_MERGED' as code,
        'info' as severity,
        count(*) as finding_count,
        'Una lettura stimata è assorbita dalla lettura reale che la segue: il consumo è fra due reali.'
            as detail_it,
        'An estimated reading is merged into the real one that follows: consumption is between real ones.'
            as detail_en,
        'register' as method,
        max(known_at) as known_at
    from {{ ref('int_register_readings') }}
    where merged
    group by district_id, source_id, month, point_id
),

rollovers as (
    select
        district_id,
        source_id,
        month,
        point_id,
        'ROLLOVER' as code,
        'info' as severity,
        count(*) as finding_count,
        'Il contatore ha superato il fondo scala: consumo calcolato oltre lo zero.' as detail_it,
        'The meter passed the end of its range: consumption was computed across zero.' as detail_en,
        'register' as method,
        max(known_at) as known_at
    from spans
    where outcome = 'rollover'
    group by district_id, source_id, month, point_id
),

exchanges as (
    select
        readings.district_id,
        readings.source_id,
        {{ month_of(to_local('readings.read_at', 'districts.timezone')) }} as month,
        readings.point_id,
        'METER_EXCHANGE' as code,
        'info' as severity,
        count(*) as finding_count,
        'Contatore sostituito: il consumo si calcola per matricola.' as detail_it,
        'Meter exchanged: consumption is computed per serial.' as detail_en,
        'register' as method,
        max(readings.known_at) as known_at
    from {{ ref('stg_meter_registers') }} as readings
    inner join {{ ref('stg_districts') }} as districts
        on readings.district_id = districts.district_id
    where readings.event = 'exchange_in'
    group by
        readings.district_id, readings.source_id, readings.point_id,
        {{ month_of(to_local('readings.read_at', 'districts.timezone')) }}
)

select * from negative_differences
union all
select * from merged_estimates
union all
select * from rollovers
union all
select * from exchanges
