-- What each supply point used, period by period, as its baseline sees it: days where they are declared, calendar months
-- where intervals or registers tell of them, else the periods of its bills as they were billed, or between readings
-- that are further apart. An estimate is merged into the next reading.
with points as (
    select * from {{ ref('int_baseline_points') }}
),

point_months as (
    select
        point_months.*,
        points.seen_by
    from {{ ref('int_point_months') }} as point_months
    inner join points
        on
            point_months.district_id = points.district_id
            and point_months.point_id = points.point_id
            and point_months.carrier = points.carrier
    where point_months.flow = 'import'
),

months as (
    select
        point_months.district_id,
        point_months.point_id,
        point_months.carrier,
        months.month_start as period_start,
        months.month_end as period_end,
        coalesce(point_months.energy_kwh, point_months.volume_m3) as usage_kwh,
        case when not point_months.whole_month then 'month_not_complete' end as unusable
    from point_months
    inner join {{ ref('int_district_months') }} as months
        on
            point_months.district_id = months.district_id
            and point_months.month = months.month
    where point_months.seen_by = 'months'
),

-- A span that reaches beyond the days of its point in the boundary is not of one holder.
periods as (
    select
        bills.district_id,
        bills.point_id,
        bills.carrier,
        bills.period_start,
        bills.period_end,
        bills.estimated,
        bills.unit,
        bills.quantity
    from {{ ref('int_bill_spans') }} as bills
    inner join points
        on
            bills.district_id = points.district_id
            and bills.point_id = points.point_id
            and bills.carrier = points.carrier
            and points.seen_by = 'bills'
    left join {{ ref('int_span_windows') }} as windows
        on
            bills.district_id = windows.district_id
            and bills.point_id = windows.point_id
            and bills.span_start = windows.span_start
            and bills.span_end = windows.span_end
    where not bills.superseded and windows.point_id is null
    union all
    select
        spans.district_id,
        spans.point_id,
        spans.carrier,
        cast({{ to_local('spans.span_start', 'districts.timezone') }} as date) as period_start,
        cast({{ to_local('spans.span_end', 'districts.timezone') }} as date) as period_end,
        spans.estimated,
        spans.unit,
        spans.quantity
    from {{ ref('int_register_spans') }} as spans
    inner join points
        on
            spans.district_id = points.district_id
            and spans.point_id = points.point_id
            and spans.carrier = points.carrier
            and points.seen_by = 'readings'
    inner join {{ ref('stg_districts') }} as districts
        on spans.district_id = districts.district_id
    left join {{ ref('int_span_windows') }} as windows
        on
            spans.district_id = windows.district_id
            and spans.point_id = windows.point_id
            and spans.span_start = windows.span_start
            and spans.span_end = windows.span_end
    where spans.flow = 'import' and windows.point_id is null
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
            when bills.unit = 'kWh' or (bills.carrier = 'water' and bills.unit = 'm3') then bills.quantity
            else cast(
                {{ round_half_up('bills.quantity * conversions.kwh_per_unit', 6) }} as decimal(28, 6)
            )
        end as usage_kwh
    from periods as bills
    left join {{ ref('int_energy_conversions') }} as conversions
        on
            bills.carrier = conversions.carrier
            and bills.unit = conversions.from_unit
            and cast(substr({{ month_of('bills.period_start') }}, 1, 4) as integer) = conversions.calendar_year
    where bills.period_end > bills.period_start
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
        district_id,
        point_id,
        carrier,
        day as period_start,
        {{ add_days('day', 1) }} as period_end,
        usage_kwh,
        unusable,
        'daily' as frequency
    from {{ ref('int_baseline_day_use') }}
    union all
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
    inner join points
        on
            observations.district_id = points.district_id
            and observations.point_id = points.point_id
            and observations.carrier = points.carrier
            and points.output_driver is not null
    inner join {{ ref('int_district_months') }} as months
        on
            observations.district_id = months.district_id
            and observations.period_start < months.month_end
            and observations.period_end > months.month_start
    left join {{ ref('int_activity_months') }} as activity
        on
            months.district_id = activity.district_id
            and months.month = activity.month
            and points.output_driver = activity.driver
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
    points.output_driver is not null as with_output,
    points.output_driver,
    case
        when observations.unusable is not null then observations.unusable
        when observations.usage_kwh < 0 then 'negative_meter_value'
        -- Zero is missing for electricity and possible for every other carrier (CalTRACK 2.2.1.3).
        when observations.usage_kwh = 0 and observations.carrier = 'electricity' then 'zero_is_missing'
    end as unusable,
    points.start_number as declared_start_number
from observations
inner join points
    on
        observations.district_id = points.district_id
        and observations.point_id = points.point_id
        and observations.carrier = points.carrier
left join outputs
    on
        observations.district_id = outputs.district_id
        and observations.point_id = outputs.point_id
        and observations.carrier = outputs.carrier
        and observations.period_start = outputs.period_start
