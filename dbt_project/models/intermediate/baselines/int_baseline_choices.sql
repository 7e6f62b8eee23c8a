-- noqa: disable=LT02
-- The candidate of each point with the highest adjusted R² in which base, slopes and output are none below zero; of
-- equal ones the first: intercept alone, heating, cooling, both (CalTRACK 3.4.3). Every candidate is a few products of
-- sums that are there already, so that two thousand of them cost a row each and never a fit.
{%- set sources = ['daily', 'billing'] %}
{%- set cooled = var('baseline_cooling_carriers') | join("', '") %}
{%- set unheated = var('baseline_unheated_carriers') | join("', '") %}

with series as (
    select
        *,
        case when uses_output then output_output else 1 end as output_divisor,
        carrier in ('{{ cooled }}') as may_cool,
        carrier not in ('{{ unheated }}') as may_heat
    from {{ ref('int_baseline_series') }}
),

points as (
    select
        *,
        max(position) over () as points
    from {{ ref('int_balance_points') }}
),

{% for source in sources -%}
{% set fewest = var('baseline_minimum_degree_day_days') if source == 'daily' else 0 -%}
heating_{{ source }} as (
    select
        terms.*,
        points.points
    from {{ ref('int_baseline_terms_' ~ source) }} as terms
    inner join points
        on terms.position = points.position
    inner join series
        on terms.series_number = series.series_number and series.may_heat
    where
        points.is_heating
        and terms.heating_total >= {{ var('baseline_minimum_degree_days') }}
        and terms.heating_days >= {{ fewest }}
        and terms.heating_heating > 1e-9
),

cooling_{{ source }} as (
    select
        terms.*,
        points.points
    from {{ ref('int_baseline_terms_' ~ source) }} as terms
    inner join points
        on terms.position = points.position
    inner join series
        on terms.series_number = series.series_number and series.may_cool
    where
        points.is_cooling
        and terms.cooling_total >= {{ var('baseline_minimum_degree_days') }}
        and terms.cooling_days >= {{ fewest }}
        and terms.cooling_cooling > 1e-9
),

both_{{ source }} as (
    select
        heats.series_number,
        2 * heats.points + (cools.position - 1) * heats.points + heats.position as candidate,
        heats.heating_heating,
        heats.heating_usage,
        heats.heating_mean,
        heats.heating_output,
        cools.cooling_cooling,
        cools.cooling_usage,
        cools.cooling_mean,
        cools.cooling_output,
        {% if source == 'daily' -%}
        0 - heats.heating_mean * cools.cooling_mean * series.n
        - heats.heating_output * cools.cooling_output / series.output_divisor as heating_cooling
        {%- else -%}
        {{ products('heats.h', 'cools.c') }} as heating_cooling
        {%- endif %}
    from heating_{{ source }} as heats
    inner join cooling_{{ source }} as cools
        on heats.series_number = cools.series_number and heats.position <= cools.position
    {% if source == 'daily' -%}
    inner join series
        on heats.series_number = series.series_number
    {%- endif %}
),

{% endfor -%}
candidates as (
    select
        series_number,
        0 as candidate,
        0 as variables,
        {{ double('0') }} as heating_slope,
        {{ double('0') }} as cooling_slope,
        {{ double('0') }} as explained,
        {{ double('0') }} as of_the_mean,
        {{ double('0') }} as of_the_output
    from series
    {% for source in sources -%}
    union all
    select
        series_number,
        position as candidate,
        1 as variables,
        heating_usage / heating_heating as heating_slope,
        {{ double('0') }} as cooling_slope,
        heating_usage / heating_heating * heating_usage as explained,
        heating_usage / heating_heating * heating_mean as of_the_mean,
        heating_usage / heating_heating * heating_output as of_the_output
    from heating_{{ source }}
    union all
    select
        series_number,
        points + position as candidate,
        1 as variables,
        {{ double('0') }} as heating_slope,
        cooling_usage / cooling_cooling as cooling_slope,
        cooling_usage / cooling_cooling * cooling_usage as explained,
        cooling_usage / cooling_cooling * cooling_mean as of_the_mean,
        cooling_usage / cooling_cooling * cooling_output as of_the_output
    from cooling_{{ source }}
    union all
    select
        series_number,
        candidate,
        2 as variables,
        heating_slope,
        cooling_slope,
        heating_slope * heating_usage + cooling_slope * cooling_usage as explained,
        heating_slope * heating_mean + cooling_slope * cooling_mean as of_the_mean,
        heating_slope * heating_output + cooling_slope * cooling_output as of_the_output
    from (
        select
            *,
            (heating_usage * cooling_cooling - cooling_usage * heating_cooling)
            / (heating_heating * cooling_cooling - heating_cooling * heating_cooling) as heating_slope,
            (cooling_usage * heating_heating - heating_usage * heating_cooling)
            / (heating_heating * cooling_cooling - heating_cooling * heating_cooling) as cooling_slope
        from both_{{ source }}
        where
            heating_heating * cooling_cooling - heating_cooling * heating_cooling
            > 1e-9 * heating_heating * cooling_cooling
    ) as solved_{{ source }}
    where heating_slope >= 0 and cooling_slope >= 0
    {% endfor -%}
),

judged as (
    select
        candidates.series_number,
        candidates.candidate,
        candidates.heating_slope,
        candidates.cooling_slope,
        series.output_slope - candidates.of_the_output / series.output_divisor as output_slope,
        series.usage_mean - candidates.of_the_mean
        - (series.output_slope - candidates.of_the_output / series.output_divisor) * series.output_mean
            as intercept,
        -- A constant has no variance to explain: the intercept alone is at zero, as in the reference.
        case
            when candidates.variables + series.other_variables = 0 then 0
            else 1 - (series.squares_left - candidates.explained) / nullif(series.total_squares, 0)
                * (series.n - 1) / nullif(series.n - 1 - candidates.variables - series.other_variables, 0)
        end as adjusted_r2
    from candidates
    inner join series
        on candidates.series_number = series.series_number
),

-- One whole number per candidate: its R² to 12 digits first, its place among the candidates second. The largest
-- is the choice, in whatever order rows come.
best as (
    select
        judged.series_number,
        max(
            cast(round((judged.adjusted_r2 + 2) * 1e12, 0) as bigint) * sizes.candidates
            + sizes.candidates - 1 - judged.candidate
        ) as score
    from judged
    cross join (
        select cast((max(position) + 2) * max(position) + 1 as bigint) as candidates from points
    ) as sizes
    where
        judged.heating_slope >= 0
        and judged.cooling_slope >= 0
        and judged.output_slope >= 0
        and judged.intercept >= 0
        and judged.adjusted_r2 > -2
    group by judged.series_number
),

chosen as (
    select
        best.series_number,
        sizes.candidates - 1 - best.score % sizes.candidates as candidate,
        sizes.points
    from best
    cross join (
        select
            cast((max(position) + 2) * max(position) + 1 as bigint) as candidates,
            cast(max(position) as bigint) as points
        from points
    ) as sizes
)

select
    series_number,
    case
        when candidate = 0 then 'intercept_only'
        when candidate <= points then 'hdd_only'
        when candidate <= 2 * points then 'cdd_only'
        else 'cdd_hdd'
    end as model_type,
    cast(
        case
            when candidate between 1 and points then candidate
            when candidate > 2 * points then (candidate - 1) % points + 1
        end as integer
    ) as heating_position,
    cast(
        case
            when candidate > 2 * points then floor((candidate - 2 * points - 1) / points) + 1
            when candidate > points then candidate - points
        end as integer
    ) as cooling_position
from chosen
