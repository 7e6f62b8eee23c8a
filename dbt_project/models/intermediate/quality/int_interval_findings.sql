-- Months of intervals: what is missing, what was put in its place, what covers hours twice.
with months as (
    select * from {{ ref('int_district_months') }}
),

point_months as (
    select * from {{ ref('int_point_months') }}
),

-- Also where a register or a bill stands for the month instead.
unusable as (
    select * from {{ ref('int_point_month_candidates') }}
    where not usable and valid_days > 0
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
)

select * from gaps
union all
select * from substituted
union all
select * from overlapping_intervals
union all
select * from long_intervals
