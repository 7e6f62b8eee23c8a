-- One row per point and baseline: its model with what it is worth, or why there is none.
with windows as (
    select * from {{ ref('int_baseline_windows') }}
),

coefficients as (
    select * from {{ ref('int_baseline_coefficients') }}
),

fits as (
    select
        fits.*,
        max(abs(fits.residual_kwh)) over (partition by fits.series_number) as largest_residual
    from {{ ref('int_baseline_fits') }} as fits
),

residuals as (
    select
        series_number,
        count(*) as n,
        {{ double('sum(cast(days as decimal(28, 9)))') }} as days,
        {{ double('sum(cast(usage_kwh as decimal(28, 6)))') }} as usage_kwh,
        case when max(largest_residual) > 1e-12 then max(largest_residual) else 1 end as scale
    from fits
    group by series_number
),

scaled as (
    select
        fits.series_number,
        fits.month,
        fits.residual_kwh / residuals.scale as residual,
        fits.previous_residual_kwh / residuals.scale as previous
    from fits
    inner join residuals
        on fits.series_number = residuals.series_number
),

squares as (
    select
        series_number,
        {{ exact_sum('residual * residual') }} as squares,
        -- Correlation of each residual with the one before it, over the pairs there are.
        {{ double('count(previous)') }} as pairs,
        {{ exact_sum('case when previous is not null then residual end') }} as later,
        {{ exact_sum('previous') }} as earlier,
        {{ exact_sum('case when previous is not null then residual * residual end') }} as later_later,
        {{ exact_sum('previous * previous') }} as earlier_earlier,
        {{ exact_sum('residual * previous') }} as later_earlier
    from scaled
    group by series_number
),

months as (
    select
        series_number,
        month,
        sum(cast(residual as decimal(38, 21))) as residual
    from scaled
    group by series_number, month
),

month_squares as (
    select
        series_number,
        {{ double('count(*)') }} as months,
        {{ exact_sum(double('residual') ~ ' * ' ~ double('residual')) }} as squares
    from months
    group by series_number
),

left_out as (
    select
        series_number,
        {{ double('sum(cast(predicted_kwh - usage_kwh as decimal(28, 6)))') }}
        / nullif({{ double('sum(cast(usage_kwh as decimal(28, 6)))') }}, 0) as nmbe
    from {{ ref('int_baseline_left_out') }}
    group by series_number
),

measured as (
    select
        coefficients.*,
        residuals.n,
        residuals.days,
        residuals.usage_kwh,
        left_out.nmbe,
        residuals.scale * sqrt(squares.squares / (residuals.n - coefficients.variables)) as rmse_kwh,
        residuals.scale * sqrt(squares.squares / (residuals.n - coefficients.variables))
        / nullif(residuals.usage_kwh / residuals.n, 0) as cvrmse,
        residuals.scale * sqrt(month_squares.squares / nullif(month_squares.months - coefficients.variables, 0))
        / nullif(residuals.usage_kwh / month_squares.months, 0) as cvrmse_of_months,
        case
            when
                squares.later_later - squares.later * squares.later / squares.pairs > 1e-12
                and squares.earlier_earlier - squares.earlier * squares.earlier / squares.pairs > 1e-12
                then
                    (squares.later_earlier - squares.later * squares.earlier / squares.pairs)
                    / sqrt(
                        (squares.later_later - squares.later * squares.later / squares.pairs)
                        * (squares.earlier_earlier - squares.earlier * squares.earlier / squares.pairs)
                    )
        end as autocorrelation
    from coefficients
    inner join residuals
        on coefficients.series_number = residuals.series_number
    inner join squares
        on coefficients.series_number = squares.series_number
    inner join month_squares
        on coefficients.series_number = month_squares.series_number
    inner join left_out
        on coefficients.series_number = left_out.series_number
)

select
    windows.series_number,
    windows.district_id,
    windows.point_id,
    windows.carrier,
    windows.baseline_of,
    windows.frequency,
    windows.output_driver,
    '{{ var('baseline_degree_day_method') }}' as degree_day_method,
    windows.baseline_start,
    windows.baseline_end,
    windows.baseline_days,
    coalesce(
        windows.insufficiency,
        case when measured.series_number is null then 'no_qualified_candidate' end
    ) as reason,
    measured.model_type,
    measured.heating_position,
    measured.cooling_position,
    cast(measured.heating_balance_point as decimal(9, 3)) as heating_balance_point,
    cast(measured.cooling_balance_point as decimal(9, 3)) as cooling_balance_point,
    measured.intercept as base_kwh_per_day,
    measured.heating_slope as kwh_per_heating_degree_day,
    measured.cooling_slope as kwh_per_cooling_degree_day,
    measured.output_slope as kwh_per_output,
    measured.variables,
    cast(measured.n as integer) as periods,
    measured.usage_kwh as baseline_kwh,
    measured.adjusted_r2,
    measured.rmse_kwh,
    measured.cvrmse,
    measured.cvrmse_of_months,
    measured.nmbe as nmbe_out_of_sample,
    measured.autocorrelation,
    case
        when abs(measured.autocorrelation) < 1
            then measured.n * (1 - measured.autocorrelation) / (1 + measured.autocorrelation)
    end as independent_periods,
    {% for column in interval_columns() -%}
    measured.{{ column }},
    {% endfor -%}
    case
        when measured.series_number is null then 'D'
        when measured.cvrmse_of_months <= 0.15 and abs(measured.nmbe) <= 0.05 then 'A'
        when measured.cvrmse_of_months <= 0.25 then 'B'
        when measured.cvrmse_of_months <= 1.00 then 'C'
        else 'D'
    end as model_grade
from windows
left join measured
    on windows.series_number = measured.series_number
