-- What flowed between two consecutive readings of one meter. A span without a quantity says why.
with readings as (
    select * from {{ ref('int_register_readings') }}
    where not merged
),

ordered as (
    select
        *,
        lag(reading) over following as previous_reading,
        lag(reading, 2) over following as reading_before,
        lag(quality) over following as previous_quality,
        lag(event) over following as previous_event,
        lag(known_at) over following as previous_known_at,
        lag(read_at) over following as previous_read_at
    from readings
    window following as (
        partition by district_id, series, point_id, carrier, flow, unit, register, meter
        order by
            read_at asc nulls last,
            case event when 'exchange_in' then 0 when 'periodic' then 1 else 2 end asc,
            known_at asc, source_row asc
    )
),

deltas as (
    select
        *,
        reading - previous_reading as delta,
        -- One reading below both of its neighbours was misread: what follows it is as wrong as what led to it.
        coalesce(previous_reading < reading_before and reading >= reading_before, false) as after_misreading,
        case
            when digits between 1 and 11
                then cast(power(10, digits) as decimal(18, 6)) + reading - previous_reading
        end as rolled_over
    from ordered
    where
        previous_read_at is not null
        -- With no serial, the old meter's last reading and the new one's first stand side by side.
        and not (previous_event = 'exchange_out' or event = 'exchange_in')
)

select
    deltas.district_id,
    deltas.source_id,
    deltas.series,
    deltas.point_id,
    deltas.carrier,
    deltas.flow,
    deltas.unit,
    deltas.serial,
    deltas.register,
    deltas.flow_rank,
    deltas.previous_read_at as span_start,
    deltas.read_at as span_end,
    deltas.month,
    coalesce(calendarisations.method, 'time') as allocation,
    cast(
        case
            when deltas.after_misreading then null
            when deltas.delta >= 0 then deltas.delta
            -- A meter that turned over moved by less than half of its range; one that fell by more
            -- than its range did not turn over.
            when deltas.rolled_over >= 0 and deltas.rolled_over < power(10, deltas.digits) / 2
                then deltas.rolled_over
        end as decimal(28, 6)
    ) as quantity,
    deltas.quality in ('estimated', 'corrected')
    or deltas.previous_quality in ('estimated', 'corrected') as estimated,
    case
        when deltas.after_misreading then 'after_misreading'
        when deltas.delta >= 0 then 'difference'
        when deltas.rolled_over >= 0 and deltas.rolled_over < power(10, deltas.digits) / 2
            then 'rollover'
        else 'negative_difference'
    end as outcome,
    greatest(deltas.known_at, deltas.previous_known_at) as known_at
from deltas
left join {{ ref('stg_calendarisations') }} as calendarisations
    on
        deltas.district_id = calendarisations.district_id
        and deltas.source_id = calendarisations.source_id
        and deltas.carrier = calendarisations.carrier
