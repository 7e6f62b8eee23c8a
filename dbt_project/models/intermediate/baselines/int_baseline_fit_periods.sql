-- The periods that each model is fitted on, with use and output per day.
with windows as (
    select * from {{ ref('int_baseline_windows') }}
    where insufficiency is null
),

periods as (
    select * from {{ ref('int_baseline_periods') }}
    where meter_reason is null and temperature_reason is null
)

select
    windows.series_number,
    periods.district_id,
    periods.carrier,
    periods.frequency,
    periods.period_start,
    periods.period_end,
    periods.temperature_end,
    {{ month_of('periods.period_start') }} as month,
    periods.days,
    cast(periods.usage_kwh as decimal(28, 6)) as usage_kwh,
    periods.with_output,
    cast(case when periods.with_output then periods.output end as decimal(28, 6)) as output,
    cast({{ double('periods.usage_kwh') }} / {{ double('periods.days') }} as decimal(18, 6)) as usage_per_day,
    cast(
        case when periods.with_output then {{ double('periods.output') }} / {{ double('periods.days') }} end
        as decimal(18, 6)
    ) as output_per_day,
    row_number() over (partition by windows.series_number order by periods.start_number asc) as place
from periods
inner join windows
    on
        periods.district_id = windows.district_id
        and periods.point_id = windows.point_id
        and periods.carrier = windows.carrier
        and periods.start_number >= windows.start_number
        and periods.end_number <= windows.end_number
