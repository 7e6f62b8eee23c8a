-- What twelve-month emissions would be if the pace went on: months that are known and months on the line, with the
-- variance of the line and of what it does not explain. Made of nothing that came after the month it is made in.
with tens as (
    {% for n in range(0, (var('pace_longest_forecast') | int) // 6 + 1) -%}
    select {{ n * 6 }} as six_months
    {{ 'union all' if not loop.last }}
    {% endfor -%}
),

steps as (
    {% for n in range(1, 7) -%}
    select {{ n }} as step
    {{ 'union all' if not loop.last }}
    {% endfor -%}
),

distances as (
    select tens.six_months + steps.step as ahead
    from tens
    cross join steps
),

fits as (
    select
        fits.*,
        years.energy_tco2e_12m,
        coalesce(paths.target_year, 0) * 12 + 12 - fits.month_index as to_target
    from {{ ref('int_trend_fits') }} as fits
    inner join {{ ref('int_emission_years') }} as years
        on fits.district_id = years.district_id and fits.month = years.month
    left join {{ ref('int_emission_path') }} as paths
        on fits.district_id = paths.district_id and fits.month = paths.month
    where fits.reason is null and years.energy_tco2e_12m is not null
),

-- Half years, Decembers and a year ahead, up to the target.
horizons as (
    select
        fits.district_id,
        fits.month,
        fits.month_index,
        fits.slope,
        fits.spread,
        fits.variance,
        fits.independent_degrees,
        fits.energy_tco2e_12m,
        distances.ahead as horizon
    from fits
    inner join distances
        on
            distances.ahead <= greatest(fits.to_target, 12)
            and distances.ahead <= {{ var('pace_longest_forecast') }}
            and (distances.ahead % 6 = 0 or (fits.month_index + distances.ahead) % 12 = 0)
),

seasons as (
    select
        district_id,
        told_month,
        month_of_year,
        max(years) as years,
        max(mean_position) as mean_position,
        max(mean_tco2e) as mean_tco2e
    from {{ ref('int_trend_months') }}
    group by district_id, told_month, month_of_year
),

foreseen as (
    select
        horizons.district_id,
        horizons.month,
        horizons.horizon,
        {{ exact_sum(
            'seasons.mean_tco2e + horizons.slope * (distances.ahead - seasons.mean_position)'
        ) }} as tco2e,
        count(*) + {{ exact_sum('1e0 / seasons.years') }} as own_terms,
        {{ exact_sum('distances.ahead - seasons.mean_position') }} as reach
    from horizons
    inner join distances
        on distances.ahead between horizons.horizon - 11 and horizons.horizon
    inner join seasons
        on
            horizons.district_id = seasons.district_id
            and horizons.month = seasons.told_month
            and (horizons.month_index + distances.ahead - 1) % 12 + 1 = seasons.month_of_year
    group by horizons.district_id, horizons.month, horizons.horizon
),

known as (
    select
        horizons.district_id,
        horizons.month,
        horizons.horizon,
        sum(emissions.energy_tco2e) as tco2e
    from horizons
    inner join {{ ref('int_emission_months') }} as emissions
        on
            horizons.district_id = emissions.district_id
            and emissions.month_index between horizons.month_index + horizons.horizon - 11 and horizons.month_index
    group by horizons.district_id, horizons.month, horizons.horizon
),

valued as (
    select
        horizons.*,
        foreseen.tco2e + {{ double('coalesce(known.tco2e, 0)') }} as forecast,
        sqrt(
            horizons.variance * (foreseen.own_terms + foreseen.reach * foreseen.reach / horizons.spread)
        ) as deviation
    from horizons
    inner join foreseen
        on
            horizons.district_id = foreseen.district_id
            and horizons.month = foreseen.month
            and horizons.horizon = foreseen.horizon
    left join known
        on
            horizons.district_id = known.district_id
            and horizons.month = known.month
            and horizons.horizon = known.horizon
)

select
    district_id,
    month,
    month_index,
    horizon,
    month_index + horizon as for_index,
    energy_tco2e_12m as naive_tco2e,
    forecast,
    deviation,
    independent_degrees,
    {{ student_95('independent_degrees') }} * deviation as half_width
from valued
