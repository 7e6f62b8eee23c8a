-- noqa: disable=LT02
-- The coefficients of the chosen candidate, from the same sums it was chosen by.
with choices as (
    select * from {{ ref('int_baseline_choices') }}
),

{% for source in ['daily', 'billing'] -%}
slopes_{{ source }} as (
    select
        choices.series_number,
        choices.model_type,
        heats.balance_point as heating_balance_point,
        cools.balance_point as cooling_balance_point,
        choices.heating_position,
        choices.cooling_position,
        coalesce(heats.heating_mean, 0) as heating_mean,
        coalesce(cools.cooling_mean, 0) as cooling_mean,
        coalesce(heats.heating_output, 0) as heating_output,
        coalesce(cools.cooling_output, 0) as cooling_output,
        coalesce(heats.heating_usage, 0) as heating_usage,
        coalesce(cools.cooling_usage, 0) as cooling_usage,
        -- Without the variable its square is one and its products are none, so its slope is zero.
        coalesce(heats.heating_heating, 1) as heating_heating,
        coalesce(cools.cooling_cooling, 1) as cooling_cooling,
        {% if source == 'daily' -%}
        coalesce(
            0 - heats.heating_mean * cools.cooling_mean * series.n
            - heats.heating_output * cools.cooling_output
            / case when series.uses_output then series.output_output else 1 end, 0
        ) as heating_cooling
        {%- else -%}
        coalesce({{ products('heats.h', 'cools.c') }}, 0) as heating_cooling
        {%- endif %}
    from choices
    inner join {{ ref('int_baseline_series') }} as series
        on
            choices.series_number = series.series_number
            and series.frequency {{ '=' if source == 'daily' else '!=' }} 'daily'
    left join {{ ref('int_baseline_terms_' ~ source) }} as heats
        on
            choices.series_number = heats.series_number
            and choices.heating_position = heats.position
    left join {{ ref('int_baseline_terms_' ~ source) }} as cools
        on
            choices.series_number = cools.series_number
            and choices.cooling_position = cools.position
),

{% endfor -%}
solved as (
    select
        *,
        (heating_usage * cooling_cooling - cooling_usage * heating_cooling)
        / (heating_heating * cooling_cooling - heating_cooling * heating_cooling) as heating_slope,
        (cooling_usage * heating_heating - heating_usage * heating_cooling)
        / (heating_heating * cooling_cooling - heating_cooling * heating_cooling) as cooling_slope
    from (
        select * from slopes_daily
        union all
        select * from slopes_billing
    ) as slopes
),

with_output as (
    select
        solved.*,
        series.n,
        series.weight,
        case when series.uses_output then series.output_output end as output_output,
        series.other_variables,
        series.usage_mean,
        series.output_mean,
        series.squares_left,
        series.total_squares,
        series.output_slope
        - (solved.heating_slope * solved.heating_output + solved.cooling_slope * solved.cooling_output)
        / case when series.uses_output then series.output_output else 1 end as output_slope
    from solved
    inner join {{ ref('int_baseline_series') }} as series
        on solved.series_number = series.series_number
),

counted as (
    select
        *,
        case model_type
            when 'intercept_only' then 0
            when 'cdd_hdd' then 2
            else 1
        end + other_variables as variables,
        greatest(
            squares_left - heating_slope * heating_usage - cooling_slope * cooling_usage, 0
        ) as squares_unexplained
    from with_output
)

select
    series_number,
    model_type,
    heating_position,
    cooling_position,
    heating_balance_point,
    cooling_balance_point,
    heating_slope,
    cooling_slope,
    output_slope,
    variables,
    usage_mean - heating_slope * heating_mean - cooling_slope * cooling_mean - output_slope * output_mean
        as intercept,
    case
        when variables = 0 then 0
        else 1 - squares_unexplained / nullif(total_squares, 0) * (n - 1) / nullif(n - 1 - variables, 0)
    end as adjusted_r2,
    -- What an interval of a prediction needs: how far a day's use scatters, and how well each coefficient is known.
    n - 1 - variables as degrees_of_freedom,
    squares_unexplained / nullif(n - 1 - variables, 0) as variance_per_day,
    weight,
    heating_mean,
    cooling_mean,
    output_mean,
    coalesce(heating_output / output_output, 0) as heating_on_output,
    coalesce(cooling_output / output_output, 0) as cooling_on_output,
    case
        when heating_position is null then 0
        else cooling_cooling / (heating_heating * cooling_cooling - heating_cooling * heating_cooling)
    end as heating_spread,
    case
        when cooling_position is null then 0
        else heating_heating / (heating_heating * cooling_cooling - heating_cooling * heating_cooling)
    end as cooling_spread,
    0 - heating_cooling / (heating_heating * cooling_cooling - heating_cooling * heating_cooling)
        as joint_spread,
    coalesce(1 / output_output, 0) as output_spread
from counted
