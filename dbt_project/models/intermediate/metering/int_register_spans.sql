-- What flowed between two consecutive readings of one meter. A span without a quantity says why.
with readings as (
    select * from {{ ref('stg_meter_registers') }}
),

districts as (
    select * from {{ ref('stg_districts') }}
),

ordered as (
    select
        readings.district_id,
        readings.source_id,
        readings.point_id,
        readings.carrier,
        readings.flow,
        readings.unit,
        readings.serial,
        readings.register,
        readings.flow_rank,
        readings.known_at,
        readings.reading,
        readings.digits,
        readings.quality,
        readings.event,
        {{ to_local('readings.read_at', 'districts.timezone') }} as read_local,
        lag(readings.reading) over meter as previous_reading,
        lag(readings.reading, 2) over meter as reading_before,
        lag(readings.quality) over meter as previous_quality,
        lag(readings.event) over meter as previous_event,
        lag(readings.known_at) over meter as previous_known_at,
        lag({{ to_local('readings.read_at', 'districts.timezone') }}) over meter as previous_local
    from readings
    inner join districts
        on readings.district_id = districts.district_id
    window meter as (
        partition by
            readings.district_id, readings.source_id, readings.point_id, readings.carrier,
            readings.flow, readings.unit, readings.register, coalesce(readings.serial, '')
        order by
            readings.read_at asc nulls last,
            case readings.event when 'exchange_in' then 0 when 'periodic' then 1 else 2 end asc,
            readings.known_at asc, readings.source_row asc
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
        previous_local is not null
        -- With no serial, the old meter's last reading and the new one's first stand side by side.
        and not (previous_event = 'exchange_out' or event = 'exchange_in')
)

select
    district_id,
    source_id,
    point_id,
    carrier,
    flow,
    unit,
    serial,
    register,
    flow_rank,
    previous_local as span_start,
    read_local as span_end,
    cast(
        case
            when after_misreading then null
            when delta >= 0 then delta
            -- A meter that turned over moved by less than half of its range; one that fell by more
            -- than its range did not turn over.
            when rolled_over >= 0 and rolled_over < power(10, digits) / 2 then rolled_over
        end as decimal(28, 6)
    ) as quantity,
    quality = 'estimated' or previous_quality = 'estimated' as estimated,
    case
        when after_misreading then 'after_misreading'
        when delta >= 0 then 'difference'
        when rolled_over >= 0 and rolled_over < power(10, digits) / 2 then 'rollover'
        else 'negative_difference'
    end as outcome,
    greatest(known_at, previous_known_at) as known_at
from deltas
