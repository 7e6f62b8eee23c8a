-- Pace at which monthly emissions change: straight line plus a mean per calendar month, by least squares, with what is
-- left taken as autocorrelated of the first order (Weatherhead et al. 1998). Twelve-month sums overlap by eleven
-- months; the line through the months they are made of says the same and knows how much was seen (Britten-Jones,
-- Neuberger and Nolte 2011).
with months as (
    select * from {{ ref('int_trend_months') }}
),

slopes as (
    select
        district_id,
        told_month,
        max(told_index) as told_index,
        count(*) as months_seen,
        min(month_index) as first_index,
        max(month_index) as last_index,
        count(distinct month_of_year) as calendar_months,
        min(years) as fewest_years,
        {{ exact_sum('position_off * position_off') }} as spread,
        {{ exact_sum('position_off * tco2e_off') }}
        / nullif({{ exact_sum('position_off * position_off') }}, 0) as slope
    from months
    group by district_id, told_month
),

residuals as (
    select
        months.district_id,
        months.told_month,
        months.month_index,
        months.tco2e_off - slopes.slope * months.position_off as residual
    from months
    inner join slopes
        on months.district_id = slopes.district_id and months.told_month = slopes.told_month
),

sums as (
    select
        here.district_id,
        here.told_month,
        {{ exact_sum('here.residual * here.residual') }} as squares,
        coalesce({{ exact_sum('here.residual * before.residual') }}, 0e0) as lagged
    from residuals as here
    left join residuals as before
        on
            here.district_id = before.district_id
            and here.told_month = before.told_month
            and here.month_index = before.month_index + 1
    group by here.district_id, here.told_month
),

-- Residuals hide a part of their autocorrelation: (n r + 1) / (n - 4) after Marriott and Pope, and Kendall (1954).
correlated as (
    select
        slopes.*,
        sums.squares,
        greatest(
            0e0,
            least(
                0.9e0,
                case
                    when sums.squares > 0 and slopes.months_seen > 4
                        then (slopes.months_seen * sums.lagged / sums.squares + 1) / (slopes.months_seen - 4)
                    else 0e0
                end
            )
        ) as autocorrelation
    from slopes
    inner join sums
        on slopes.district_id = sums.district_id and slopes.told_month = sums.told_month
),

inflated as (
    select
        *,
        (1 + autocorrelation) / (1 - autocorrelation) as inflation,
        months_seen - calendar_months - 1 as degrees_of_freedom
    from correlated
)

select
    district_id,
    told_month as month,
    told_index as month_index,
    cast(months_seen as integer) as months_seen,
    autocorrelation,
    spread,
    -- tCO2e per month and month: twelve times twelve of it is the change of a year's emissions in a year.
    slope,
    squares / nullif(degrees_of_freedom, 0) * inflation as variance,
    degrees_of_freedom / inflation as independent_degrees,
    case
        when
            months_seen < {{ var('pace_fewest_months') }} or calendar_months < 12 or fewest_years < 2
            or last_index < told_index
            then 'pace_too_short'
        when degrees_of_freedom / inflation < {{ var('pace_fewest_degrees') }} then 'months_alike'
    end as reason
from inflated
