-- How a carrier's factor is expected to change: each year of a declared path over the path's value in a base year. Only
-- the shape of the path is used, so that its series and that of the inventory never mix. Between two years on a
-- straight line, before the first and after the last as there. The nearest place that the district lies in serves.
{%- set horizon = 60 %}
with declared as (
    select
        districts.district_id,
        factors.carrier,
        factors.series,
        coalesce(factors.region, 'WORLD') as place,
        factors.valid_year,
        factors.kg_per_kwh,
        dense_rank() over (
            partition by districts.district_id, factors.carrier
            order by
                case when coalesce(factors.region, 'WORLD') = 'WORLD' then 0 else length(factors.region) end desc,
                factors.series asc
        ) as preference
    from {{ ref('stg_factors') }} as factors
    inner join {{ ref('stg_districts') }} as districts
        on
            coalesce(factors.region, 'WORLD') = 'WORLD'
            or substr(districts.region, 1, length(factors.region)) = factors.region
    where factors.kind = 'outlook' and factors.kg_per_kwh is not null
),

points as (
    select
        district_id,
        carrier,
        series,
        {{ double('valid_year') }} as valid_year,
        {{ double('kg_per_kwh') }} as kg_per_kwh
    from declared
    where preference = 1
),

paths as (
    select
        district_id,
        carrier,
        series,
        valid_year,
        kg_per_kwh,
        lead(valid_year) over (partition by district_id, carrier order by valid_year asc) as next_year,
        lead(kg_per_kwh) over (partition by district_id, carrier order by valid_year asc) as next_value,
        min(valid_year) over (partition by district_id, carrier) as first_year
    from points
),

ahead as (
    {% for n in range(horizon + 1) -%}
    select {{ n }} as n
    {{ 'union all' if not loop.last }}
    {% endfor -%}
),

years as (
    select distinct
        months.district_id,
        months.calendar_year as base_year,
        months.calendar_year + ahead.n as year
    from {{ ref('int_district_months') }} as months
    cross join ahead
),

valued as (
    select
        years.district_id,
        years.base_year,
        years.year,
        paths.carrier,
        paths.series,
        case
            when paths.next_year is null or years.year <= paths.valid_year then paths.kg_per_kwh
            else
                paths.kg_per_kwh
                + (paths.next_value - paths.kg_per_kwh) * (years.year - paths.valid_year)
                / (paths.next_year - paths.valid_year)
        end as kg_per_kwh
    from years
    inner join paths
        on
            years.district_id = paths.district_id
            and (years.year >= paths.valid_year or paths.valid_year = paths.first_year)
            and (paths.next_year is null or years.year < paths.next_year)
)

select
    valued.district_id,
    valued.carrier,
    valued.series,
    valued.base_year,
    valued.year,
    cast({{ round_half_up('valued.kg_per_kwh / bases.kg_per_kwh', 9) }} as decimal(18, 9)) as share_of_base
from valued
inner join valued as bases
    on
        valued.district_id = bases.district_id
        and valued.carrier = bases.carrier
        and valued.base_year = bases.base_year
        and bases.year = bases.base_year
where bases.kg_per_kwh > 0
