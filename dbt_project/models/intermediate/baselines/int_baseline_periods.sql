-- Observations with what speaks against each; the names are those of CalTRACK's data rules.
with observations as (
    select * from {{ ref('int_baseline_observations') }}
),

days as (
    select * from {{ ref('int_baseline_days') }}
),

judged as (
    select
        observations.*,
        {{ days_between("cast('2000-01-01' as date)", 'observations.period_start') }} as start_number,
        {{ days_between("cast('2000-01-01' as date)", 'observations.period_end') }} as end_number,
        ends.temperatures_before - starts.temperatures_before as temperature_days,
        {{ days_between('observations.period_start', 'observations.temperature_end') }}
            as days_to_have_temperatures
    from observations
    inner join days as starts
        on observations.district_id = starts.district_id and observations.period_start = starts.day
    inner join days as ends
        on observations.district_id = ends.district_id and observations.temperature_end = ends.day
)

select
    *,
    case
        when unusable is not null then unusable
        when
            frequency != 'daily' and end_number - start_number < {{ var('baseline_shortest_period') }}
            then 'period_too_short'
        when
            (
                frequency = 'billing_monthly'
                and end_number - start_number > {{ var('baseline_longest_month') }}
            )
            or (
                frequency = 'billing_bimonthly'
                and end_number - start_number > {{ var('baseline_longest_bimonth') }}
            )
            then 'period_too_long'
        when usage_kwh is null then 'no_meter_value'
        when with_output and output is null then 'no_output'
    end as meter_reason,
    case
        when
            temperature_days < days_to_have_temperatures * {{ var('weather_minimum_days') }}
            or temperature_days = 0
            then 'too_few_temperatures'
    end as temperature_reason
from judged
