-- noqa: disable=LT02
-- The periods of a baseline side by side for every balance point: degree days per day about their mean, each times the
-- square root of the days of its period, so that products of columns are weighted sums of squares.
{%- set places = range(1, (var('baseline_most_periods') | int) + 1) %}

with fit_periods as (
    select * from {{ ref('int_baseline_fit_periods') }}
    where frequency != 'daily'
),

-- Meters that are read together share their degree days: a number per span and balance point, so that each is looked
-- up by one whole number.
spans as (
    select
        district_id,
        period_start,
        temperature_end,
        row_number() over (
            order by district_id asc, period_start asc, temperature_end asc
        ) as span_number
    from (
        select distinct
            district_id,
            period_start,
            temperature_end
        from fit_periods
    ) as different
),

points as (
    select
        *,
        max(position) over () as points
    from {{ ref('int_balance_points') }}
),

degree_days as (
    select
        cast(spans.span_number * points.points + points.position as integer) as place_number,
        {{ double('ends.heating_before - starts.heating_before') }}
        / {{ double('ends.temperatures_before - starts.temperatures_before') }} as heating,
        {{ double('ends.cooling_before - starts.cooling_before') }}
        / {{ double('ends.temperatures_before - starts.temperatures_before') }} as cooling
    from spans
    inner join {{ ref('int_balance_point_days') }} as starts
        on spans.district_id = starts.district_id and spans.period_start = starts.day
    inner join {{ ref('int_balance_point_days') }} as ends
        on
            spans.district_id = ends.district_id
            and spans.temperature_end = ends.day
            and starts.position = ends.position
    inner join points
        on starts.position = points.position
),

usage_vectors as (
    select
        series_number,
        {% for place in places -%}
        coalesce(max(case when place = {{ place }} then {{ double('days') }} end), 0) as w{{ place }},
        coalesce(
            max(case when place = {{ place }} then {{ double('usage_kwh') }} / {{ double('days') }} end), 0
        ) as y{{ place }},
        coalesce(
            max(case when place = {{ place }} then {{ double('output') }} / {{ double('days') }} end), 0
        ) as o{{ place }}{{ ',' if not loop.last }}
        {% endfor -%}
    from fit_periods
    group by series_number
),

usage_deviations as (
    select
        vectors.series_number,
        series.uses_output,
        case when series.uses_output then series.output_output else 1 end as output_output,
        series.usage_output,
        series.weight,
        {% for place in places -%}
        vectors.w{{ place }},
        sqrt(vectors.w{{ place }}) as r{{ place }},
        sqrt(vectors.w{{ place }}) * (vectors.y{{ place }} - series.usage_mean) as y{{ place }},
        case
            when series.uses_output then sqrt(vectors.w{{ place }}) * (vectors.o{{ place }} - series.output_mean)
            else 0
        end as o{{ place }}{{ ',' if not loop.last }}
        {% endfor -%}
    from usage_vectors as vectors
    inner join {{ ref('int_baseline_series') }} as series
        on vectors.series_number = series.series_number
),

span_vectors as (
    select
        fit_periods.series_number,
        {% for place in places -%}
        max(case when fit_periods.place = {{ place }} then spans.span_number end)
            as s{{ place }}{{ ',' if not loop.last }}
        {% endfor -%}
    from fit_periods
    inner join spans
        on
            fit_periods.district_id = spans.district_id
            and fit_periods.period_start = spans.period_start
            and fit_periods.temperature_end = spans.temperature_end
    group by fit_periods.series_number
),

place_vectors as (
    select
        span_vectors.series_number,
        points.position,
        points.balance_point,
        {% for place in places -%}
        cast(span_vectors.s{{ place }} * points.points + points.position as integer)
            as s{{ place }}{{ ',' if not loop.last }}
        {% endfor -%}
    from span_vectors
    cross join points
),

vectors as (
    select
        place_vectors.series_number,
        place_vectors.position,
        place_vectors.balance_point,
        {% for kind, short in [('heating', 'h'), ('cooling', 'c')] -%}
        cast(
            {% for place in places -%}
            case when place{{ place }}.{{ kind }} > 0 then 1 else 0 end{{ ' +' if not loop.last }}
            {% endfor -%}
            as bigint
        ) as {{ kind }}_days,
        {% for place in places -%}
        coalesce(place{{ place }}.{{ kind }}, 0)
            as {{ short }}{{ place }}{{ ',' if not (loop.last and kind == 'cooling') }}
        {% endfor -%}
        {% endfor -%}
    from place_vectors
    {% for place in places -%}
    left join degree_days as place{{ place }}
        on place_vectors.s{{ place }} = place{{ place }}.place_number
    {% endfor -%}
),

means as (
    select
        vectors.*,
        {% for kind, short in [('heating', 'h'), ('cooling', 'c')] -%}
        {{ products('usages.w', 'vectors.' ~ short) }} as {{ kind }}_total,
        {{ products('usages.w', 'vectors.' ~ short) }} / usages.weight
            as {{ kind }}_mean{{ ',' if not loop.last }}
        {% endfor -%}
    from vectors
    inner join usage_deviations as usages
        on vectors.series_number = usages.series_number
),

deviations as (
    select
        means.series_number,
        means.position,
        means.balance_point,
        {% for kind, short in [('heating', 'h'), ('cooling', 'c')] -%}
        means.{{ kind }}_days,
        means.{{ kind }}_total,
        means.{{ kind }}_mean,
        {% for place in places -%}
        usages.r{{ place }} * (means.{{ short }}{{ place }} - means.{{ kind }}_mean) as {{ short }}{{ place }},
        {% endfor -%}
        {% endfor -%}
        {% for place in places -%}
        usages.y{{ place }},
        usages.o{{ place }},
        {% endfor -%}
        usages.output_output,
        usages.usage_output
    from means
    inner join usage_deviations as usages
        on means.series_number = usages.series_number
),

without_output as (
    select
        *,
        {{ products('h', 'o') }} as heating_output,
        {{ products('c', 'o') }} as cooling_output
    from deviations
),

left_over as (
    select
        series_number,
        position,
        balance_point,
        {% for kind, short in [('heating', 'h'), ('cooling', 'c')] -%}
        {{ kind }}_days,
        {{ kind }}_total,
        {{ kind }}_mean,
        {{ kind }}_output,
        {% for place in places -%}
        {{ short }}{{ place }} - {{ kind }}_output / output_output * o{{ place }} as {{ short }}{{ place }},
        {% endfor -%}
        {% endfor -%}
        {% for place in places -%}
        y{{ place }} - usage_output / output_output * o{{ place }} as y{{ place }}{{ ',' if not loop.last }}
        {% endfor -%}
    from without_output
)

select
    series_number,
    position,
    balance_point,
    {% for kind, short in [('heating', 'h'), ('cooling', 'c')] -%}
    {{ kind }}_days,
    {{ kind }}_total,
    {{ kind }}_mean,
    {{ kind }}_output,
    {{ products(short, short) }} as {{ kind }}_{{ kind }},
    {{ products(short, 'y') }} as {{ kind }}_usage,
    {% for place in places -%}
    {{ short }}{{ place }}{{ ',' if not (loop.last and kind == 'cooling') }}
    {% endfor -%}
    {% endfor -%}
from left_over
-- What is asked together lies together.
order by series_number asc, position asc
