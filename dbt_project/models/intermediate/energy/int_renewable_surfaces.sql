-- What surfaces could carry and what stands on them at the end of each month, by class.
with surfaces as (
    select
        *,
        -- A surface without a study carries what its area holds at the density that its row declares.
        coalesce(
            potential_kw,
            cast(
                {{ round_half_up('cast(area_m2 as decimal(19, 6)) * cast(kw_per_m2 as decimal(19, 6))', 6) }}
                as decimal(28, 6)
            )
        ) as carries_kw
    from {{ ref('stg_renewable_surfaces') }}
),

monthly as (
    select
        months.district_id,
        months.month,
        surfaces.surface_class,
        count(
            case
                when surfaces.assessed_on is null or surfaces.assessed_on < months.month_end
                    then surfaces.asset_id
            end
        ) as surface_count,
        sum(
            case
                when surfaces.commissioned_on is null or surfaces.commissioned_on < months.month_end
                    then surfaces.installed_kw
            end
        ) as installed_kw,
        sum(
            case
                when surfaces.assessed_on is null or surfaces.assessed_on < months.month_end
                    then surfaces.carries_kw
            end
        ) as potential_kw
    from {{ ref('int_district_months') }} as months
    inner join surfaces
        on months.district_id = surfaces.district_id
    group by months.district_id, months.month, surfaces.surface_class
)

select
    monthly.district_id,
    monthly.month,
    monthly.surface_class,
    monthly.surface_count,
    cast(monthly.installed_kw as decimal(18, 6)) as installed_kw,
    cast(monthly.potential_kw as decimal(18, 6)) as potential_kw,
    yields.kwh_per_kwp,
    yields.basis as yield_basis,
    cast(
        {{ round_half_up(
            'cast(monthly.potential_kw as decimal(19, 6)) * cast(yields.kwh_per_kwp as decimal(19, 6))', 6
        ) }}
        as decimal(28, 6)
    ) as potential_kwh_of_year,
    cast(
        {{ round_half_up(
            'cast(monthly.installed_kw as decimal(19, 6)) * cast(yields.kwh_per_kwp as decimal(19, 6))', 6
        ) }}
        as decimal(28, 6)
    ) as installed_kwh_of_year
from monthly
left join {{ ref('int_solar_yields') }} as yields
    on
        monthly.district_id = yields.district_id
        and monthly.surface_class = yields.surface_class
