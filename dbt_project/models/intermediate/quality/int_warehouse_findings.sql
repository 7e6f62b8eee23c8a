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

-- Also where a register or a bill stands for the month instead.
unusable as (
    select * from {{ ref('int_point_month_candidates') }}
    where not usable and valid_days > 0
),

not_registered as (
    select
        district_id,
        source_id,
        month,
        point_id,
        'POINT_NOT_REGISTERED' as code,
        'warning' as severity,
        row_count as finding_count,
        'Punto non presente in anagrafica: contato nel settore "non assegnato".' as detail_it,
        'Point that is not in the register: counted under the sector "unassigned".' as detail_en,
        method,
        known_at
    from point_months
    where not registered
),

-- Months of curves, and spans of readings and bills, that lie outside as a whole.
outside as (
    select
        district_id,
        source_id,
        month,
        point_id,
        row_count,
        method,
        known_at
    from candidates
    where valid_days = 0
    union all
    {% for spans, method, month in [
        ('int_register_spans', 'register', 'spans.month'),
        ('int_bill_spans', 'bill', month_of('spans.period_start')),
    ] -%}
    select
        spans.district_id,
        spans.source_id,
        {{ month }} as month,
        spans.point_id,
        count(*) as row_count,
        '{{ method }}' as method,
        max(spans.known_at) as known_at
    from {{ ref(spans) }} as spans
    inner join {{ ref('int_span_windows') }} as windows
        on
            spans.district_id = windows.district_id
            and spans.point_id = windows.point_id
            and spans.span_start = windows.span_start
            and spans.span_end = windows.span_end
    where windows.counts_until <= windows.counts_from and spans.quantity is not null
    group by spans.district_id, spans.source_id, {{ month }}, spans.point_id
    {{ 'union all' if not loop.last }}
    {% endfor -%}
),

out_of_boundary as (
    select
        district_id,
        source_id,
        month,
        point_id,
        'POINT_OUT_OF_BOUNDARY' as code,
        'info' as severity,
        row_count as finding_count,
        'Dati di un mese in cui il punto non appartiene al perimetro: non contati.' as detail_it,
        'Data of a month in which the point is not in the boundary: not counted.' as detail_en,
        method,
        known_at
    from outside
),

spans as (
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

gap_lengths as (
    select
        district_id,
        source_id,
        point_id,
        carrier,
        flow,
        unit,
        month,
        count(*) as gap_count,
        cast(
            cast({{ round_half_up('sum(missing_seconds) / 3600e0', 2) }} as decimal(9, 2))
            as {{ text_type() }}
        ) as missing_hours,
        cast(
            cast({{ round_half_up('max(missing_seconds) / 3600e0', 2) }} as decimal(9, 2))
            as {{ text_type() }}
        ) as longest_hours,
        min(starts_at) as first_gap
    from {{ ref('int_interval_gaps') }}
    group by district_id, source_id, point_id, carrier, flow, unit, month
),

gaps as (
    select
        point_months.district_id,
        point_months.source_id,
        point_months.month,
        point_months.point_id,
        'GAP_IN_SERIES' as code,
        'warning' as severity,
        coalesce(gap_lengths.gap_count, 1) as finding_count,
        concat(
            'Nel mese mancano intervalli: la somma è parziale.',
            coalesce(
                concat(
                    ' Mancano ', replace(gap_lengths.missing_hours, '.', ','), ' ore, la più lunga ',
                    replace(gap_lengths.longest_hours, '.', ','), ', dal ',
                    substr(
                        cast({{ to_local('gap_lengths.first_gap', 'months.timezone') }} as {{ text_type() }}),
                        1, 16
                    ), '.'
                ), ''
            )
        ) as detail_it,
        concat(
            'Intervals of the month are missing: the sum is partial.',
            coalesce(
                concat(
                    ' ', gap_lengths.missing_hours, ' hours are missing, the longest ',
                    gap_lengths.longest_hours, ', from ',
                    substr(
                        cast({{ to_local('gap_lengths.first_gap', 'months.timezone') }} as {{ text_type() }}),
                        1, 16
                    ), '.'
                ), ''
            )
        ) as detail_en,
        point_months.method,
        point_months.known_at
    from point_months
    inner join months
        on
            point_months.district_id = months.district_id
            and point_months.month = months.month
    left join gap_lengths
        on
            point_months.district_id = gap_lengths.district_id
            and point_months.source_id = gap_lengths.source_id
            and point_months.point_id = gap_lengths.point_id
            and point_months.carrier = gap_lengths.carrier
            and point_months.flow = gap_lengths.flow
            and point_months.unit = gap_lengths.unit
            and point_months.month = gap_lengths.month
    where point_months.method = 'interval' and not point_months.fully_covered
),

substituted as (
    select
        substitutions.district_id,
        substitutions.source_id,
        substitutions.month,
        substitutions.point_id,
        'GAP_SUBSTITUTED' as code,
        'info' as severity,
        count(*) as finding_count,
        concat(
            'Una lacuna è sostituita come dichiarato (',
            case min(substitutions.method)
                when 'linear' then 'media fra prima e dopo'
                else 'stesse ore di un anno prima'
            end, '): conta come stimata.'
        ) as detail_it,
        concat(
            'A gap is substituted as declared (',
            case min(substitutions.method)
                when 'linear' then 'mean of before and after'
                else 'same hours of the year before'
            end, '): it counts as estimated.'
        ) as detail_en,
        'interval' as method,
        max(point_months.known_at) as known_at
    from {{ ref('int_substitutions') }} as substitutions
    inner join point_months
        on
            substitutions.district_id = point_months.district_id
            and substitutions.source_id = point_months.source_id
            and substitutions.point_id = point_months.point_id
            and substitutions.carrier = point_months.carrier
            and substitutions.flow = point_months.flow
            and substitutions.month = point_months.month
            and point_months.method = 'interval'
    group by
        substitutions.district_id, substitutions.source_id, substitutions.month, substitutions.point_id
),

-- A source has its own time to send a month; a point that no source ever sent has the longest of them.
sources as (
    select * from {{ ref('stg_sources') }}
    where collected and dataset in ('meter_intervals', 'meter_registers', 'utility_bills')
),

point_terms as (
    select
        all_candidates.district_id,
        all_candidates.point_id,
        max(sources.expected_after_days) as expected_after_days
    from {{ ref('int_point_month_candidates') }} as all_candidates
    inner join sources
        on
            all_candidates.district_id = sources.district_id
            and all_candidates.source_id = sources.source_id
    group by all_candidates.district_id, all_candidates.point_id
),

district_terms as (
    select
        district_id,
        max(expected_after_days) as expected_after_days
    from sources
    group by district_id
),

-- Before the first reading of a carrier nobody was asked for it yet.
first_readings as (
    select
        district_id,
        carrier,
        flow,
        min(month) as month
    from point_months
    group by district_id, carrier, flow
),

silent as (
    select
        expected.district_id,
        cast(null as {{ text_type() }}) as source_id,
        expected.month,
        expected.point_id,
        'POINT_SILENT' as code,
        'warning' as severity,
        1 as finding_count,
        'Nessun dato del punto per il mese.' as detail_it,
        'No data of the point for the month.' as detail_en,
        cast(null as {{ text_type() }}) as method,
        as_of.known_at
    from {{ ref('int_expected_point_months') }} as expected
    inner join months
        on expected.district_id = months.district_id and expected.month = months.month
    inner join first_readings
        on
            expected.district_id = first_readings.district_id
            and expected.carrier = first_readings.carrier
            and expected.flow = first_readings.flow
            and expected.month >= first_readings.month
    left join point_terms
        on
            expected.district_id = point_terms.district_id
            and expected.point_id = point_terms.point_id
    -- A point whose intervals cannot be used is told of by itself.
    left join (select distinct
        district_id,
        point_id,
        carrier,
        flow,
        month
    from unusable) as sent
        on
            expected.district_id = sent.district_id
            and expected.point_id = sent.point_id
            and expected.carrier = sent.carrier
            and expected.flow = sent.flow
            and expected.month = sent.month
    left join district_terms
        on expected.district_id = district_terms.district_id
    cross join {{ ref('stg_as_of') }} as as_of
    where
        expected.coverage_of_month is null
        and sent.point_id is null
        and cast({{ to_local('as_of.known_at', 'months.timezone') }} as date) >= {{ add_days(
            'months.month_end',
            'coalesce(point_terms.expected_after_days, district_terms.expected_after_days, 0)'
        ) }}
),

overlapping_intervals as (
    select
        district_id,
        source_id,
        month,
        point_id,
        'INTERVALS_OVERLAP' as code,
        'warning' as severity,
        sum(row_count) as finding_count,
        'Alcuni intervalli coprono le stesse ore: il mese non è calcolato da essi.' as detail_it,
        'Some intervals cover the same hours: the month is not computed from them.' as detail_en,
        'interval' as method,
        max(known_at) as known_at
    from unusable
    where counted_twice
    group by district_id, source_id, month, point_id
),

long_intervals as (
    select
        district_id,
        source_id,
        month,
        point_id,
        'INTERVAL_BEYOND_MONTH' as code,
        'warning' as severity,
        sum(row_count) as finding_count,
        'Un intervallo più lungo di un giorno finisce dopo il mese: il mese non è calcolato da esso.'
            as detail_it,
        'An interval longer than a day ends after the month: the month is not computed from it.'
            as detail_en,
        'interval' as method,
        max(known_at) as known_at
    from unusable
    where beyond_month
    group by district_id, source_id, month, point_id
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

gas_basis as (
    select
        district_id,
        source_id,
        month,
        point_id,
        'GAS_BASIS_ASSUMED' as code,
        'warning' as severity,
        row_count as finding_count,
        'Gas fornito in kWh senza potere calorifico dichiarato: preso come inferiore.' as detail_it,
        'Gas delivered in kWh with no calorific value declared: taken as net.' as detail_en,
        method,
        known_at
    from point_months
    where carrier = 'natural_gas' and unit = 'kWh'
),

not_convertible as (
    select
        point_months.district_id,
        point_months.source_id,
        point_months.month,
        point_months.point_id,
        'UNIT_NOT_CONVERTIBLE' as code,
        'warning' as severity,
        point_months.row_count as finding_count,
        'Nessuna conversione dichiarata per l''unità: nessuna energia calcolata.' as detail_it,
        'No conversion is declared for the unit: no energy was computed.' as detail_en,
        point_months.method,
        point_months.known_at
    from point_months
    where coalesce(point_months.energy_kwh, point_months.volume_m3) is null
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

found as (
    select * from not_registered
    union all
    select * from out_of_boundary
    union all
    select * from negative_differences
    union all
    select * from merged_estimates
    union all
    select * from rollovers
    union all
    select * from exchanges
    union all
    select * from estimated
    union all
    select * from gaps
    union all
    select * from substituted
    union all
    select * from silent
    union all
    select * from overlapping_intervals
    union all
    select * from long_intervals
    union all
    select * from overlapping_bills
    union all
    select * from gas_basis
    union all
    select * from not_convertible
    union all
    select * from sun
    union all
    select * from unbalanced
)

select
    found.district_id,
    found.source_id,
    case found.method
        when 'interval' then 'meter_intervals'
        when 'register' then 'meter_registers'
        when 'bill' then 'utility_bills'
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
