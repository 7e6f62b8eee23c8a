-- Electricity of each curve in the hours whose factor is known, and what it emitted at them. Taken over from the last
-- build as long as the parts of the month and the factors of its hours are the same, so that a build reads again only
-- what changed.
with selections as (
    select
        district_id,
        month,
        {{ fingerprint(
            "concat(cast(hour_start as " ~ text_type() ~ "), '/', cast(kg_per_kwh as " ~ text_type() ~ "))"
        ) }} as factors
    from {{ ref('int_grid_factor_hours') }}
    group by district_id, month
),

kept as (
    select carried.*
    from {{ ref('stg_carried_hourly_month_sums') }} as carried
    inner join selections
        on
            carried.district_id = selections.district_id
            and carried.month = selections.month
            and carried.factors = selections.factors
    {{ in_same_months('carried') }}
),

-- Months that were taken over, also where nothing of them was read in an hour with a factor.
missing as (
    select selections.*
    from selections
    left join (
        select distinct
            district_id,
            month
        from kept
    ) as known
        on selections.district_id = known.district_id and selections.month = known.month
    where known.month is null
),

asked as (
    select
        missing.district_id,
        missing.month,
        missing.factors,
        hours.hour_start,
        hours.kg_per_kwh
    from missing
    inner join {{ ref('int_grid_factor_hours') }} as hours
        on missing.district_id = hours.district_id and missing.month = hours.month
),

-- A reading is of one hour: of an hour or less, and within it.
readings as (
    select
        district_id,
        month,
        source_id,
        point_id,
        quantity,
        {{ hour_of('interval_start') }} as hour_start
    from {{ ref('stg_meter_intervals') }}
    where
        carrier = 'electricity' and flow = 'import' and unit = 'kWh'
        and {{ seconds_between(hour_of('interval_start'), 'interval_end') }} <= 3600
)

select
    district_id,
    month,
    source_id,
    point_id,
    factors,
    electricity_kwh,
    kg_co2e
from kept
union all
select
    readings.district_id,
    readings.month,
    readings.source_id,
    readings.point_id,
    asked.factors,
    cast(sum(readings.quantity) as decimal(28, 6)) as electricity_kwh,
    cast(
        sum(cast({{ round_half_up('readings.quantity * asked.kg_per_kwh', 9) }} as decimal(28, 9))) as decimal(28, 9)
    ) as kg_co2e
from readings
inner join asked
    on
        readings.district_id = asked.district_id
        and readings.month = asked.month
        and readings.hour_start = asked.hour_start
group by readings.district_id, readings.month, readings.source_id, readings.point_id, asked.factors
