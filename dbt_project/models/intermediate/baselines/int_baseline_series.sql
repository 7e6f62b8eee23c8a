-- noqa: disable=LT02
-- What does not depend on a balance point: means per day, and sums of squares about them, with the output taken out
-- where it is declared as a variable (Frisch and Waugh: what is left is fitted on what is left of the degree days).
with periods as (
    select * from {{ ref('int_baseline_fit_periods') }}
),

sums as (
    select
        series_number,
        district_id,
        carrier,
        frequency,
        with_output,
        {{ double('count(*)') }} as n,
        {{ double('sum(days)') }} as weight,
        {{ double('sum(usage_kwh)') }} as usage_kwh,
        {{ double('sum(output)') }} as output,
        {{ double('max(usage_per_day)') }} as largest,
        {{ double('min(usage_per_day)') }} as smallest
    from periods
    group by series_number, district_id, carrier, frequency, with_output
),

-- Deviations from the means, rounded to a fixed number of digits of the largest value so that their squares add up
-- exactly, in whatever order they are summed.
deviations as (
    select
        periods.series_number,
        {{ double('periods.days') }} as weight,
        {{ double('periods.usage_kwh') }} / {{ double('periods.days') }} - sums.usage_kwh / sums.weight as usage,
        coalesce(
            {{ double('periods.output') }} / {{ double('periods.days') }} - sums.output / sums.weight, 0
        ) as output,
        greatest(sums.largest, 0 - sums.smallest, 1e-9) as usage_scale,
        case when sums.output > 0 then sums.output / sums.weight else 1 end as output_scale
    from periods
    inner join sums
        on periods.series_number = sums.series_number
),

squares as (
    select
        series_number,
        max(usage_scale) as usage_scale,
        max(output_scale) as output_scale,
        {{ exact_sum('weight * (usage / usage_scale) * (usage / usage_scale)') }} as usage_usage,
        {{ exact_sum('weight * (usage / usage_scale) * (output / output_scale)') }} as usage_output,
        {{ exact_sum('weight * (output / output_scale) * (output / output_scale)') }} as output_output
    from deviations
    group by series_number
),

scaled as (
    select
        sums.*,
        squares.usage_usage * squares.usage_scale * squares.usage_scale as total_squares,
        squares.usage_output * squares.usage_scale * squares.output_scale as usage_output,
        squares.output_output * squares.output_scale * squares.output_scale as output_output,
        sums.with_output and squares.output_output > 1e-9 as uses_output
    from sums
    inner join squares
        on sums.series_number = squares.series_number
)

select
    series_number,
    district_id,
    carrier,
    frequency,
    n,
    weight,
    usage_kwh,
    uses_output,
    usage_kwh / weight as usage_mean,
    case when uses_output then output / weight else 0 end as output_mean,
    case when uses_output then output_output else 0 end as output_output,
    case when uses_output then usage_output else 0 end as usage_output,
    case when uses_output then usage_output / output_output else 0 end as output_slope,
    total_squares,
    total_squares - case when uses_output then usage_output * usage_output / output_output else 0 end
        as squares_left,
    case when uses_output then 1 else 0 end as other_variables
from scaled
