-- kWh on net calorific value per unit delivered, by year: the year's vintage or the nearest earlier one.
with years as (
    select distinct calendar_year from {{ ref('int_district_months') }}
),

conversions as (
    select * from {{ ref('stg_factor_conversions') }}
),

factors as (
    select * from {{ ref('stg_factors') }}
    where kind = 'conversion'
),

candidates as (
    select
        conversions.carrier,
        conversions.from_unit,
        years.calendar_year,
        factors.factor_code,
        cast(
            {{ round_half_up(
                "cast(case when conversions.from_unit = 'Smc' then factors.kwh_per_smc else factors.kwh_per_kg end"
                ~ " as decimal(28, 9)) * cast(conversions.kg_per_unit as decimal(28, 9))", 9
            ) }} as decimal(18, 9)
        ) as kwh_per_unit,
        row_number() over (
            partition by conversions.carrier, conversions.from_unit, years.calendar_year
            order by factors.valid_year desc nulls last, factors.factor_code asc
        ) as nearest
    from conversions
    cross join years
    inner join factors
        on
            conversions.factor_carrier = factors.carrier
            and conversions.series = factors.series
            and case
                when conversions.from_unit = 'Smc' then factors.kwh_per_smc else factors.kwh_per_kg
            end is not null
            and coalesce(factors.valid_year, 0) <= years.calendar_year
)

select
    carrier,
    from_unit,
    calendar_year,
    factor_code,
    cast(kwh_per_unit as decimal(18, 9)) as kwh_per_unit
from candidates
where nearest = 1
