-- Daily consumption of a point as a line over daily heating degree days, by ordinary least squares on
-- its first complete months. Sums are exact decimals, so that the fit is the same on every run.
with observations as (
    select
        point_months.district_id,
        point_months.point_id,
        point_months.carrier,
        point_months.month,
        point_months.month_index,
        cast({{ safe_divide('point_months.energy_kwh', 'weather.days_of_month') }} as decimal(28, 6))
            as kwh_per_day,
        cast({{ safe_divide('weather.hdd', 'weather.days_of_month') }} as decimal(28, 6)) as hdd_per_day
    from {{ ref('int_point_months') }} as point_months
    inner join {{ ref('int_weather_months') }} as weather
        on
            point_months.district_id = weather.district_id
            and point_months.month = weather.month
    where
        point_months.role = 'supply'
        and point_months.flow = 'import'
        and point_months.fully_covered
        and point_months.energy_kwh is not null
        and weather.hdd is not null
        -- Zero is missing for electricity and possible for every other carrier (CalTRACK 2.2.1).
        and not (point_months.carrier = 'electricity' and point_months.energy_kwh = 0)
),

ranked as (
    select
        *,
        row_number() over (
            partition by district_id, point_id, carrier
            order by month_index asc
        ) as month_of_baseline
    from observations
),

sums as (
    select
        district_id,
        point_id,
        carrier,
        min(month) as first_month,
        max(month) as last_month,
        max(month_index) as last_month_index,
        {{ double('count(*)') }} as n,
        {{ double('sum(hdd_per_day)') }} as sum_x,
        {{ double('sum(kwh_per_day)') }} as sum_y,
        {{ double('sum(cast(hdd_per_day as decimal(19, 6)) * cast(hdd_per_day as decimal(19, 6)))') }} as sum_xx,
        {{ double('sum(cast(hdd_per_day as decimal(19, 6)) * cast(kwh_per_day as decimal(19, 6)))') }} as sum_xy,
        {{ double('sum(cast(kwh_per_day as decimal(19, 6)) * cast(kwh_per_day as decimal(19, 6)))') }} as sum_yy
    from ranked
    where month_of_baseline <= {{ var('model_baseline_months') }}
    group by district_id, point_id, carrier
    having count(*) = {{ var('model_baseline_months') }}
),

centred as (
    select
        *,
        sum_xx - sum_x * sum_x / n as sxx,
        sum_xy - sum_x * sum_y / n as sxy,
        sum_yy - sum_y * sum_y / n as syy
    from sums
),

lines as (
    select
        *,
        case when sxx > 1e-9 then sxy / sxx end as slope,
        case when sxx > 1e-9 then (sum_y - sxy / sxx * sum_x) / n end as intercept,
        case when sxx > 1e-9 then greatest(syy - sxy / sxx * sxy, 0) end as residual_squares
    from centred
),

judged as (
    select
        *,
        case when syy > 1e-9 then 1 - residual_squares / (n - 2) / (syy / (n - 1)) end as adjusted_r2,
        case when sum_y > 1e-9 then sqrt(residual_squares / (n - 2)) / (sum_y / n) end as cvrmse
    from lines
)

select
    district_id,
    point_id,
    carrier,
    first_month,
    last_month,
    last_month_index,
    cast(slope as decimal(28, 9)) as kwh_per_hdd,
    cast(intercept as decimal(28, 9)) as base_kwh_per_day,
    cast(adjusted_r2 as decimal(18, 9)) as adjusted_r2,
    cast(cvrmse as decimal(18, 9)) as cvrmse,
    coalesce(
        adjusted_r2 >= {{ var('model_minimum_adjusted_r2') }}
        and cvrmse <= {{ var('model_maximum_cvrmse') }}
        and slope >= 0,
        false
    ) as qualified,
    case
        when cvrmse <= 0.15 then 'A'
        when cvrmse <= 0.25 then 'B'
        when cvrmse <= 1.00 then 'C'
        else 'D'
    end as model_grade
from judged
