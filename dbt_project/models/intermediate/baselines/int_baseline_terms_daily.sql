-- noqa: disable=LT02
-- Sums over the days of a baseline for every balance point. Days are gathered by the interval of balance points that
-- their temperature lies in; below and above a point they then add up without looking at any day again.
with days as (
    select
        periods.series_number,
        temperatures.points_at_or_below as position,
        temperatures.at_a_point,
        -- Wide enough that products of two keep all their digits.
        cast(temperatures.temperature as decimal(19, 9)) as temperature,
        cast(periods.usage_per_day as decimal(19, 6)) as usage_per_day,
        cast(coalesce(periods.output_per_day, 0) as decimal(19, 6)) as output_per_day
    from {{ ref('int_baseline_fit_periods') }} as periods
    inner join {{ ref('int_baseline_days') }} as temperatures
        on
            periods.district_id = temperatures.district_id
            and periods.period_start = temperatures.day
    where periods.frequency = 'daily'
),

bins as (
    select
        series_number,
        position,
        cast(count(*) as decimal(38, 0)) as n,
        cast(count(case when at_a_point then 1 end) as decimal(38, 0)) as at_the_point,
        sum(temperature) as t,
        sum(cast(temperature * temperature as decimal(38, 18))) as tt,
        sum(cast(usage_per_day as decimal(38, 6))) as y,
        sum(cast(temperature * usage_per_day as decimal(38, 15))) as ty,
        sum(cast(output_per_day as decimal(38, 6))) as o,
        sum(cast(temperature * output_per_day as decimal(38, 15))) as t_o
    from days
    group by series_number, position
),

positions as (
    select
        0 as position,
        cast(null as decimal(9, 3)) as balance_point
    union all
    select
        position,
        balance_point
    from {{ ref('int_balance_points') }}
),

grid as (
    select
        series.series_number,
        positions.position,
        positions.balance_point,
        bins.at_the_point,
        {% for term in ['n', 't', 'tt', 'y', 'ty', 'o', 't_o'] -%}
        bins.{{ term }}{{ ',' if not loop.last }}
        {% endfor -%}
    from {{ ref('int_baseline_series') }} as series
    cross join positions
    left join bins
        on series.series_number = bins.series_number and positions.position = bins.position
    where series.frequency = 'daily'
),

cumulated as (
    select
        series_number,
        position,
        {{ double('balance_point') }} as b,
        {{ double('coalesce(at_the_point, 0)') }} as at_the_point,
        {% for term in ['n', 't', 'tt', 'y', 'ty', 'o', 't_o'] -%}
        {{ double('coalesce(sum(' ~ term ~ ') over below, 0)') }} as {{ term }}_below,
        {{ double('coalesce(sum(' ~ term ~ ') over above, 0)') }} as {{ term }}_above{{ ',' if not loop.last }}
        {% endfor -%}
    from grid
    window
        below as (
            partition by series_number
            order by position asc
            rows between unbounded preceding and 1 preceding
        ),
        above as (
            partition by series_number
            order by position asc
            rows between current row and unbounded following
        )
),

sums as (
    select
        series_number,
        position,
        b,
        n_below as heating_days,
        n_above - at_the_point as cooling_days,
        b * n_below - t_below as heating,
        t_above - b * n_above as cooling,
        b * b * n_below - 2 * b * t_below + tt_below as heating_heating,
        b * b * n_above - 2 * b * t_above + tt_above as cooling_cooling,
        b * y_below - ty_below as heating_usage,
        ty_above - b * y_above as cooling_usage,
        b * o_below - t_o_below as heating_output,
        t_o_above - b * o_above as cooling_output
    from cumulated
    where position > 0
),

centred as (
    select
        sums.series_number,
        sums.position,
        sums.b as balance_point,
        {% for kind in ['heating', 'cooling'] -%}
        sums.{{ kind }}_days,
        sums.{{ kind }} as {{ kind }}_total,
        sums.{{ kind }} / series.n as {{ kind }}_mean,
        sums.{{ kind }}_{{ kind }} - sums.{{ kind }} * sums.{{ kind }} / series.n as {{ kind }}_{{ kind }},
        sums.{{ kind }}_usage - sums.{{ kind }} * series.usage_mean as {{ kind }}_usage,
        case
            when series.uses_output then sums.{{ kind }}_output - sums.{{ kind }} * series.output_mean else 0
        end as {{ kind }}_output,
        {% endfor -%}
        case when series.uses_output then series.output_output else 1 end as output_output,
        series.usage_output
    from sums
    inner join {{ ref('int_baseline_series') }} as series
        on sums.series_number = series.series_number
)

select
    series_number,
    position,
    balance_point,
    {% for kind in ['heating', 'cooling'] -%}
    {{ kind }}_days,
    {{ kind }}_total,
    {{ kind }}_mean,
    {{ kind }}_output,
    {{ kind }}_{{ kind }} - {{ kind }}_output * {{ kind }}_output / output_output as {{ kind }}_{{ kind }},
    {{ kind }}_usage - {{ kind }}_output * usage_output / output_output
        as {{ kind }}_usage{{ ',' if not loop.last }}
    {% endfor -%}
from centred
