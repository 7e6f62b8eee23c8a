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
    cast(coalesce(activity.heated_floor_area_m2, floor_areas.floor_area_m2) as decimal(18, 6))
        as heated_floor_area_m2,
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
left join avoided
    on months.district_id = avoided.district_id and months.month = avoided.month
