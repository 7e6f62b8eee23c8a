with months as (
    select * from {{ ref('int_district_months') }}
),

emissions as (
    select * from {{ ref('int_emission_months') }}
),

rolling as (
    select * from {{ ref('int_emission_years') }}
),

path as (
    select * from {{ ref('fct_emission_trajectory') }}
),

activity as (
    select
        district_id,
        month,
        max(case when driver = 'employees' then value end) as employees,
        max(case when driver = 'heated_floor_area_m2' then value end) as heated_floor_area_m2
    from {{ ref('int_activity_months') }}
    group by district_id, month
),

floor_areas as (
    select
        district_id,
        month,
        sum(floor_area_m2) as floor_area_m2
    from {{ ref('int_floor_area_months') }}
    group by district_id, month
),

-- What the sites with a known area emit: the area of some is not set against the emissions of all.
emissions_of_areas as (
    select
        lines.district_id,
        lines.month,
        sum(lines.kg_co2e) as kg_co2e
    from {{ ref('int_emission_point_lines') }} as lines
    inner join {{ ref('int_floor_area_months') }} as areas
        on
            lines.district_id = areas.district_id
            and lines.month = areas.month
            and lines.site_id = areas.site_id
    where lines.scope in ('1', '2_location') and not lines.biogenic
    group by lines.district_id, lines.month
),

avoided as (
    select
        district_id,
        month,
        avoided_tco2e
    from {{ ref('int_abatement_months') }}
)

select
    months.district_id,
    months.month,
    emissions.scope1_tco2e,
    emissions.scope2_location_tco2e,
    emissions.scope2_market_tco2e,
    emissions.scope3_tco2e,
    emissions.process_tco2e,
    emissions.market_electricity_kwh,
    emissions.proven_electricity_kwh,
    emissions.energy_tco2e,
    cast(rolling.energy_tco2e_12m as decimal(28, 9)) as energy_tco2e_12m,
    emissions.biogenic_memo_tco2,
    path.baseline_tco2e,
    path.path_tco2e,
    cast(path.baseline_tco2e - rolling.energy_tco2e_12m as decimal(28, 9)) as reduction_tco2e,
    cast(rolling.energy_tco2e_12m - path.path_tco2e as decimal(28, 9)) as gap_tco2e,
    path.budget_left_tco2e,
    path.required_slope_tco2e,
    path.achieved_slope_tco2e,
    path.achieved_slope_low_tco2e,
    path.achieved_slope_high_tco2e,
    path.arrival_probability,
    emissions.quality_weighted_tco2e,
    cast(coalesce(floor_areas.floor_area_m2, activity.heated_floor_area_m2) as decimal(18, 6))
        as heated_floor_area_m2,
    cast(
        case
            when floor_areas.floor_area_m2 is not null then emissions_of_areas.kg_co2e * 0.001
            when activity.heated_floor_area_m2 is not null then emissions.energy_tco2e
        end as decimal(28, 9)
    ) as emissions_of_floor_area_tco2e,
    cast(activity.employees as decimal(18, 6)) as employees,
    cast(avoided.avoided_tco2e as decimal(28, 9)) as avoided_tco2e,
    emissions.energy_with_factor_kwh,
    emissions.energy_needing_factor_kwh,
    emissions.factor_age_years
from months
left join emissions
    on months.district_id = emissions.district_id and months.month = emissions.month
left join rolling
    on months.district_id = rolling.district_id and months.month = rolling.month
left join path
    on months.district_id = path.district_id and months.month = path.month
left join activity
    on months.district_id = activity.district_id and months.month = activity.month
left join floor_areas
    on months.district_id = floor_areas.district_id and months.month = floor_areas.month
left join emissions_of_areas
    on
        months.district_id = emissions_of_areas.district_id
        and months.month = emissions_of_areas.month
left join avoided
    on months.district_id = avoided.district_id and months.month = avoided.month
