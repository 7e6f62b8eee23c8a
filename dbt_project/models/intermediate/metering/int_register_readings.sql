-- The readings of a meter that count: those of its best source, completed by what other sources read of
-- the same serial, without the estimates that a later real reading makes needless.
with readings as (
    select
        registers.*,
        districts.timezone,
        coalesce(registers.serial, '') as meter,
        cast({{ to_local('registers.read_at', 'districts.timezone') }} as date) as read_on
    from {{ ref('stg_meter_registers') }} as registers
    inner join {{ ref('stg_districts') }} as districts
        on registers.district_id = districts.district_id
),

-- Sources that know one serial of a point tell of one meter; a source that knows none stands alone.
first_to_know as (
    select
        district_id,
        point_id,
        carrier,
        flow,
        unit,
        register,
        serial,
        min(source_id) as first_source
    from readings
    where serial is not null
    group by district_id, point_id, carrier, flow, unit, register, serial
),

joined_sources as (
    select
        readings.district_id,
        readings.point_id,
        readings.carrier,
        readings.flow,
        readings.unit,
        readings.register,
        readings.source_id,
        min(first_to_know.first_source) as series
    from readings
    inner join first_to_know
        on
            readings.district_id = first_to_know.district_id
            and readings.point_id = first_to_know.point_id
            and readings.carrier = first_to_know.carrier
            and readings.flow = first_to_know.flow
            and readings.unit = first_to_know.unit
            and readings.register = first_to_know.register
            and readings.serial = first_to_know.serial
    group by
        readings.district_id, readings.point_id, readings.carrier, readings.flow, readings.unit,
        readings.register, readings.source_id
),

in_series as (
    select
        readings.*,
        coalesce(
            case when readings.serial is not null then joined_sources.series end, readings.source_id
        ) as series
    from readings
    left join joined_sources
        on
            readings.district_id = joined_sources.district_id
            and readings.point_id = joined_sources.point_id
            and readings.carrier = joined_sources.carrier
            and readings.flow = joined_sources.flow
            and readings.unit = joined_sources.unit
            and readings.register = joined_sources.register
            and readings.source_id = joined_sources.source_id
),

-- The best source of a meter: the higher flow, then the one that reads more often.
sources as (
    select
        district_id,
        series,
        point_id,
        carrier,
        flow,
        unit,
        register,
        meter,
        source_id,
        row_number() over (
            partition by district_id, series, point_id, carrier, flow, unit, register, meter
            order by max(flow_rank) desc nulls last, count(*) desc, source_id asc
        ) as source_rank
    from in_series
    group by district_id, series, point_id, carrier, flow, unit, register, meter, source_id
),

beside_each_other as (
    select
        in_series.*,
        sources.source_rank,
        min(sources.source_rank) over (
            partition by
                in_series.district_id, in_series.series, in_series.point_id, in_series.carrier,
                in_series.flow, in_series.unit, in_series.register, in_series.meter,
                in_series.read_on
        ) as best_of_day,
        max(case when sources.source_rank = 1 then in_series.reading end) over (
            partition by
                in_series.district_id, in_series.series, in_series.point_id, in_series.carrier,
                in_series.flow, in_series.unit, in_series.register, in_series.meter
            order by in_series.read_at asc
            rows between unbounded preceding and current row
        ) as shown_before,
        min(case when sources.source_rank = 1 then in_series.reading end) over (
            partition by
                in_series.district_id, in_series.series, in_series.point_id, in_series.carrier,
                in_series.flow, in_series.unit, in_series.register, in_series.meter
            order by in_series.read_at asc
            rows between current row and unbounded following
        ) as shown_after
    from in_series
    inner join sources
        on
            in_series.district_id = sources.district_id
            and in_series.series = sources.series
            and in_series.point_id = sources.point_id
            and in_series.carrier = sources.carrier
            and in_series.flow = sources.flow
            and in_series.unit = sources.unit
            and in_series.register = sources.register
            and in_series.meter = sources.meter
            and in_series.source_id = sources.source_id
),

-- Another source fills days that the best one did not read, where its reading lies between those of the
-- best one; two sources that round differently would else make a meter run backwards.
counted as (
    select *
    from beside_each_other
    where
        source_rank = 1
        or (
            source_rank = best_of_day
            and reading >= coalesce(shown_before, reading)
            and reading <= coalesce(shown_after, reading)
        )
),

estimates as (
    select
        *,
        count(case when quality != 'estimated' then 1 end) over (
            partition by district_id, series, point_id, carrier, flow, unit, register, meter
            order by read_at asc
            rows between unbounded preceding and 1 preceding
        ) as read_before,
        count(case when quality != 'estimated' then 1 end) over (
            partition by district_id, series, point_id, carrier, flow, unit, register, meter
            order by read_at asc
            rows between 1 following and unbounded following
        ) as read_after
    from counted
)

select
    district_id,
    source_id,
    series,
    point_id,
    carrier,
    flow,
    unit,
    register,
    serial,
    meter,
    read_at,
    {{ month_of('read_on') }} as month,
    reading,
    digits,
    quality,
    event,
    flow_rank,
    source_row,
    known_at,
    -- What lies between two real readings is known from them; the estimate adds nothing (CalTRACK).
    quality = 'estimated' and event = 'periodic' and read_before > 0 and read_after > 0 as merged
from estimates
