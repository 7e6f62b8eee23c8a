-- noqa: disable=LT02
-- Each model fitted again without one month at a time, its balance points kept, and asked for that month: what it says
-- of months it has not seen. Inside its own fit a least-squares model is never biased.
{%- set pairs = [
    ('heating', 'heating'), ('cooling', 'cooling'), ('output', 'output'), ('heating', 'cooling'),
    ('heating', 'output'), ('cooling', 'output'), ('heating', 'usage'), ('cooling', 'usage'), ('output', 'usage'),
] %}
{%- set terms = ['heating', 'cooling', 'output', 'usage'] %}

with fits as (
    select * from {{ ref('int_baseline_fits') }}
),

scales as (
    select
        series_number,
        {% for term in terms -%}
        case when max(abs({{ term }}_per_day)) > 0 then max(abs({{ term }}_per_day)) else 1 end
            as {{ term }}_scale{{ ',' if not loop.last }}
        {% endfor -%}
    from fits
    group by series_number
),

scaled as (
    select
        fits.series_number,
        fits.month,
        fits.days,
        scales.usage_scale,
        {% for term in terms -%}
        fits.{{ term }}_per_day / scales.{{ term }}_scale as {{ term }}{{ ',' if not loop.last }}
        {% endfor -%}
    from fits
    inner join scales
        on fits.series_number = scales.series_number
),

months as (
    select
        series_number,
        month,
        max(usage_scale) as usage_scale,
        {% for term in terms -%}
        sum(cast(days * {{ term }} as decimal(38, 21))) as {{ term }},
        {% endfor -%}
        {% for one, other in pairs -%}
        sum(cast(days * {{ one }} * {{ other }} as decimal(38, 21))) as {{ one }}_{{ other }},
        {% endfor -%}
        sum(cast(days as decimal(38, 21))) as days
    from scaled
    group by series_number, month
),

others as (
    select
        series_number,
        month,
        usage_scale,
        {{ double('days') }} as days_out,
        {% for term in terms -%}
        {{ double(term) }} as {{ term }}_out,
        {{ double('sum(' ~ term ~ ') over model - ' ~ term) }} as {{ term }},
        {% endfor -%}
        {% for one, other in pairs -%}
        {{ double('sum(' ~ one ~ '_' ~ other ~ ') over model - ' ~ one ~ '_' ~ other) }} as {{ one }}_{{ other }},
        {% endfor -%}
        {{ double('sum(days) over model - days') }} as days
    from months
    window model as (partition by series_number)
),

centred as (
    select
        series_number,
        month,
        usage_scale,
        days_out,
        {% for term in terms -%}
        {{ term }}_out,
        {{ term }} / days as {{ term }}_mean,
        {% endfor -%}
        {% for one, other in pairs -%}
        {{ one }}_{{ other }} - {{ one }} * {{ other }} / days as {{ one }}_{{ other }}{{ ',' if not loop.last }}
        {% endfor -%}
    from others
    where days > 0
),

-- A variable that does not vary without the month, or is none of the model's, explains nothing of it.
output_taken_out as (
    select
        *,
        case when output_output > 1e-12 then output_usage / output_output else 0 end as output_alone,
        case when output_output > 1e-12 then heating_output / output_output else 0 end as heating_on_output,
        case when output_output > 1e-12 then cooling_output / output_output else 0 end as cooling_on_output
    from centred
),

left_over as (
    select
        *,
        heating_heating - heating_on_output * heating_output as h_h,
        cooling_cooling - cooling_on_output * cooling_output as c_c,
        heating_cooling - heating_on_output * cooling_output as h_c,
        heating_usage - heating_on_output * output_usage as h_y,
        cooling_usage - cooling_on_output * output_usage as c_y
    from output_taken_out
),

slopes as (
    select
        *,
        case
            when h_h > 1e-12 and c_c > 1e-12 and h_h * c_c - h_c * h_c > 1e-12 * h_h * c_c
                then (h_y * c_c - c_y * h_c) / (h_h * c_c - h_c * h_c)
            when h_h > 1e-12 then h_y / h_h
            else 0
        end as heating_slope,
        case
            when h_h > 1e-12 and c_c > 1e-12 and h_h * c_c - h_c * h_c > 1e-12 * h_h * c_c
                then (c_y * h_h - h_y * h_c) / (h_h * c_c - h_c * h_c)
            when c_c > 1e-12 and h_h <= 1e-12 then c_y / c_c
            else 0
        end as cooling_slope
    from left_over
),

with_output as (
    select
        *,
        output_alone - heating_slope * heating_on_output - cooling_slope * cooling_on_output as output_slope
    from slopes
)

select
    series_number,
    month,
    usage_out * usage_scale as usage_kwh,
    (
        usage_mean * days_out
        + heating_slope * (heating_out - heating_mean * days_out)
        + cooling_slope * (cooling_out - cooling_mean * days_out)
        + output_slope * (output_out - output_mean * days_out)
    ) * usage_scale as predicted_kwh
from with_output
