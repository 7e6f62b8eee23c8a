-- Points beside their register: not in it, not of the boundary at that time, silent; units nobody declared.
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

-- Also where a register or a bill stands for the month instead.
unusable as (
    select * from {{ ref('int_point_month_candidates') }}
    where not usable and valid_days > 0
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
)

select * from not_registered
union all
select * from out_of_boundary
union all
select * from gas_basis
union all
select * from not_convertible
union all
select * from silent
