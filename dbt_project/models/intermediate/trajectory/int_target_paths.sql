-- The declared path of each KPI by month: straight from one declared point to the next, level before and after them.
with baselines as (
    select * from {{ ref('int_target_baselines') }}
),

points as (
    select * from {{ ref('stg_target_points') }}
),

-- Each stretch of a path with the point that ends it.
stretches as (
    select
        begins.district_id,
        begins.position,
        begins.year as first_year,
        ends.year as last_year,
        begins.reduction as first_reduction,
        ends.reduction as last_reduction
    from points as begins
    inner join points as ends
        on
            begins.district_id = ends.district_id
            and begins.position = ends.position
            and begins.point = ends.point - 1
),

-- Area under the path as a share of the baseline, in years.
areas as (
    select
        district_id,
        position,
        {{ exact_sum(
            '(1 - (' ~ double('first_reduction') ~ ' + ' ~ double('last_reduction') ~ ') / 2)'
            ~ ' * (last_year - first_year)'
        ) }} as years_of_baseline
    from stretches
    group by district_id, position
),

-- How much of each stretch lies behind: nothing, a part, or all of it.
done as (
    select
        baselines.district_id,
        baselines.month,
        baselines.kpi_code,
        {{ exact_sum(
            '(' ~ double('stretches.last_reduction') ~ ' - ' ~ double('stretches.first_reduction') ~ ')'
            ~ ' * greatest(0e0, least(1e0, (baselines.t - stretches.first_year)'
            ~ ' / (stretches.last_year - stretches.first_year)))'
        ) }} as reduction
    from baselines
    inner join stretches
        on baselines.district_id = stretches.district_id and baselines.position = stretches.position
    group by baselines.district_id, baselines.month, baselines.kpi_code
)

select
    baselines.district_id,
    baselines.month,
    baselines.month_index,
    baselines.t,
    baselines.kpi_code,
    baselines.position,
    baselines.baseline_year,
    baselines.target_year,
    baselines.grossing_factor,
    baselines.grossing_addend,
    baselines.baseline_value,
    cast(
        {{ round_half_up(double('baselines.baseline_value') ~ ' * (1 - done.reduction)', 9) }} as decimal(28, 9)
    ) as path_value,
    cast(
        {{ round_half_up(double('baselines.month_baseline') ~ ' * (1 - ' ~ double('baselines.reduction') ~ ')', 9) }}
        as decimal(28, 9)
    ) as end_value,
    cast(
        {{ round_half_up(double('baselines.month_baseline') ~ ' * areas.years_of_baseline', 9) }} as decimal(28, 9)
    ) as area_value,
    baselines.reason
from baselines
inner join done
    on
        baselines.district_id = done.district_id
        and baselines.month = done.month
        and baselines.kpi_code = done.kpi_code
inner join areas
    on baselines.district_id = areas.district_id and baselines.position = areas.position
