-- What each supply point used, period by period, as its baseline sees it: calendar months where intervals or registers
-- tell of them, else the periods of its bills as they were billed. An estimated bill is merged into the next.
with point_months as (
    select * from {{ ref('int_point_months') }}
    where role = 'supply' and flow = 'import' and carrier not in ('water', 'waste_water')
),

-- One way for the whole life of a point: the one that most of its months are known by.
ways as (
    select
        district_id,
        point_id,
        carrier,
        count(case when method = 'bill' then 1 end) > count(case when method != 'bill' then 1 end) as billed
    from point_months
    group by district_id, point_id, carrier
),

months as (
    select
        point_months.district_id,
        point_months.point_id,
        point_months.carrier,
        months.month_start as period_start,
        months.month_end as period_end,
        point_months.energy_kwh as usage_kwh,
        case when not point_months.fully_covered then 'month_not_complete' end as unusable
    from point_months
    inner join ways
        on
            point_months.district_id = ways.district_id
            and point_months.point_id = ways.point_id
            and point_months.carrier = ways.carrier
            and not ways.billed
    inner join {{ ref('int_district_months') }} as months
        on
            point_months.district_id = months.district_id
            and point_months.month = months.month
),

bill_rows as (
    select
        bills.district_id,
        bills.point_id,
        bills.carrier,
        bills.period_start,
        bills.period_end,
        bills.estimated,
        case
            when bills.unit = 'kWh' then bills.quantity
            else cast(
                {{ round_half_up('bills.quantity * conversions.kwh_per_unit', 6) }} as decimal(28, 6)
            )
        end as usage_kwh
    from {{ ref('int_bill_spans') }} as bills
    inner join ways
        on
            bills.district_id = ways.district_id
            and bills.point_id = ways.point_id
            and bills.carrier = ways.carrier
            and ways.billed
    left join {{ ref('int_energy_conversions') }} as conversions
        on
            bills.carrier = conversions.carrier
            and bills.unit = conversions.from_unit
            and cast(substr({{ month_of('bills.period_start') }}, 1, 4) as integer) = conversions.calendar_year
    where not bills.superseded
),

-- A credit and what replaces it are of one period, and their sum is what was used in it.
bills as (
    select
        district_id,
        point_id,
        carrier,
        period_start,
        period_end,
        case when count(usage_kwh) = count(*) then sum(usage_kwh) end as usage_kwh,
        max(case when estimated then 1 else 0 end) = 1 as estimated
    from bill_rows
    group by district_id, point_id, carrier, period_start, period_end
),

-- Estimates count with the reading that corrects them (CalTRACK 2.2.3.1): a group ends with a bill that was read.
grouped as (
    select
        *,
        count(case when not estimated then 1 end) over (
            partition by district_id, point_id, carrier
            order by period_start desc, period_end desc
            rows between unbounded preceding and current row
        ) as reading,
        lag(period_end) over (
            partition by district_id, point_id, carrier
            order by period_start asc, period_end asc
        ) as previous_end
    from bills
),

merged as (
    select
        district_id,
        point_id,
        carrier,
        min(period_start) as period_start,
        max(period_end) as period_end,
        case when count(usage_kwh) = count(*) then sum(usage_kwh) end as usage_kwh,
        case
            when reading = 0 then 'estimated_and_never_read'
            when count(case when previous_end > period_start then 1 end) > 0 then 'periods_overlap'
            when count(*) > 1 and count(case when previous_end < period_start and estimated then 1 end) > 1
                then 'estimates_with_a_gap'
        end as unusable
    from grouped
    group by district_id, point_id, carrier, reading
),

bill_lengths as (
    select
        district_id,
        point_id,
        carrier,
        case
            when avg({{ days_between('period_start', 'period_end') }}) <= {{ var('baseline_longest_month') }}
                then 'billing_monthly'
            else 'billing_bimonthly'
        end as frequency
    from merged
    group by district_id, point_id, carrier
),

observations as (
    select
        *,
        'billing_monthly' as frequency
    from months
    union all
    select
        merged.*,
        bill_lengths.frequency
    from merged
    inner join bill_lengths
        on
            merged.district_id = bill_lengths.district_id
            and merged.point_id = bill_lengths.point_id
            and merged.carrier = bill_lengths.carrier
),

declared as (
    select
        points.district_id,
        points.point_id,
        baselines.output_driver,
        {{ days_between("cast('2000-01-01' as date)", 'baselines.starts_on') }} as start_number,
        observed.carrier,
        row_number() over (
            partition by observed.district_id, observed.point_id, observed.carrier
            order by baselines.position asc
        ) as place
    from ways as observed
    inner join {{ ref('int_points') }} as points
        on observed.district_id = points.district_id and observed.point_id = points.point_id
    inner join {{ ref('stg_baselines') }} as baselines
        on
            points.district_id = baselines.district_id
            and (baselines.carrier is null or observed.carrier = baselines.carrier)
            and (baselines.sector is null or points.sector = baselines.sector)
),

-- Output of a period: that of its months by days. One month without it leaves the period without.
outputs as (
    select
        observations.district_id,
        observations.point_id,
        observations.carrier,
        observations.period_start,
        sum(
            cast(
                {{ round_half_up(
                    double('activity.value') ~ ' * ' ~ days_between(
                        'greatest(observations.period_start, months.month_start)',
                        'least(observations.period_end, months.month_end)'
                    ) ~ ' / months.days', 6
                ) }} as decimal(28, 6)
            )
        ) as output,
        sum(
            case
                when activity.value is not null
                    then
                        {{ days_between(
                            'greatest(observations.period_start, months.month_start)',
                            'least(observations.period_end, months.month_end)'
                        ) }}
            end
        ) as days_with_output
    from observations
    inner join declared
        on
            observations.district_id = declared.district_id
            and observations.point_id = declared.point_id
            and observations.carrier = declared.carrier
            and declared.place = 1
    inner join {{ ref('int_district_months') }} as months
        on
            observations.district_id = months.district_id
            and observations.period_start < months.month_end
            and observations.period_end > months.month_start
    left join {{ ref('int_activity_months') }} as activity
        on
            months.district_id = activity.district_id
            and months.month = activity.month
            and declared.output_driver = activity.driver
    group by observations.district_id, observations.point_id, observations.carrier, observations.period_start
)

select
    observations.district_id,
    observations.point_id,
    observations.carrier,
    observations.frequency,
    observations.period_start,
    observations.period_end,
    observations.period_end as temperature_end,
    cast({{ days_between('observations.period_start', 'observations.period_end') }} as decimal(12, 6)) as days,
    cast(observations.usage_kwh as decimal(28, 6)) as usage_kwh,
    cast(
        case
            when
                outputs.days_with_output
                = {{ days_between('observations.period_start', 'observations.period_end') }}
                then outputs.output
        end as decimal(28, 6)
    ) as output,
    declared.output_driver is not null as with_output,
    declared.output_driver,
    case
        when observations.unusable is not null then observations.unusable
        when observations.usage_kwh < 0 then 'negative_meter_value'
        -- Zero is missing for electricity and possible for every other carrier (CalTRACK 2.2.1.3).
        when observations.usage_kwh = 0 and observations.carrier = 'electricity' then 'zero_is_missing'
    end as unusable,
    cast(declared.start_number as integer) as declared_start_number
from observations
left join declared
    on
        observations.district_id = declared.district_id
        and observations.point_id = declared.point_id
        and observations.carrier = declared.carrier
        and declared.place = 1
left join outputs
    on
        observations.district_id = outputs.district_id
        and observations.point_id = outputs.point_id
        and observations.carrier = outputs.carrier
        and observations.period_start = outputs.period_start
