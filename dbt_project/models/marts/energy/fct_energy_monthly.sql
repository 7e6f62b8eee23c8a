-- Energy measures of a district's month; null where nothing of the kind was read.
with final_energy as (
    select * from {{ ref('int_final_energy') }}
),

consumption as (
    select
        district_id,
        month,
        sum(energy_kwh) as final_energy_kwh,
        sum(case when carrier = 'electricity' and flow = 'import' then energy_kwh end)
            as electricity_import_kwh,
        sum(case when flow = 'self_consumed' then energy_kwh end) as pv_self_consumed_kwh,
        sum(case when carrier = 'electricity' then energy_kwh end) as electricity_final_kwh,
        sum(case when carrier = 'natural_gas' and unit = 'Smc' then quantity end) as natural_gas_smc,
        sum(case when carrier = 'natural_gas' then energy_kwh end) as natural_gas_kwh,
        sum(case when carrier = 'district_heat' then energy_kwh end) as district_heat_kwh,
        sum(case when carrier in ('lpg', 'gas_oil', 'biomass') then energy_kwh end) as other_fuels_kwh,
        sum(case when flow = 'import' then energy_kwh end) as reported_energy_kwh,
        -- Of the same energy: what an engine exports or a battery gives back is in neither.
        sum(
            case
                when flow = 'import'
                    then cast(
                        {{ round_half_up('energy_kwh * (1 - estimated_share)', 6) }} as decimal(28, 6)
                    )
            end
        ) as actual_read_energy_kwh,
        sum(case when hourly then energy_kwh end) as interval_metered_kwh,
        sum(case when sector = 'industry' then energy_kwh end) as industry_energy_kwh
    from final_energy
    group by district_id, month
),

unregistered as (
    select
        district_id,
        month,
        sum(greatest(energy_kwh, 0)) as expected_kwh,
        sum(greatest(cast(energy_kwh * (1 - estimated_share) as decimal(28, 6)), 0)) as covered_kwh
    from final_energy
    where flow = 'import' and not registered
    group by district_id, month
),

-- Boundary of the coverage: every registered supply point, read or not, and what else was read.
expected as (
    select
        expected.district_id,
        expected.month,
        sum(expected.expected_amount) as expected_kwh,
        sum(expected.covered_amount) as covered_kwh
    from {{ ref('int_expected_point_months') }} as expected
    where expected.family = 'energy' and expected.role = 'supply'
    group by expected.district_id, expected.month
),

pv as (
    select
        district_id,
        month,
        sum(production_kwh) as pv_generation_kwh,
        sum(export_kwh) as electricity_export_kwh,
        sum(case when self_consumed_kwh is not null then production_kwh end)
            as pv_balanced_generation_kwh
    from {{ ref('int_pv_site_months') }}
    group by district_id, month
),

weather as (
    select * from {{ ref('int_baseline_district_months') }}
),

bills as (
    select
        bill_months.district_id,
        bill_months.month,
        sum(
            case
                when bill_months.unit = 'kWh' then bill_months.priced_quantity
                else cast(
                    {{ round_half_up('bill_months.priced_quantity * conversions.kwh_per_unit', 6) }}
                    as decimal(28, 6)
                )
            end
        ) as billed_energy_kwh,
        sum(
            case
                when bill_months.unit = 'kWh' or conversions.kwh_per_unit is not null
                    then bill_months.priced_amount_eur
            end
        ) as billed_energy_eur
    from {{ ref('int_bill_months') }} as bill_months
    inner join {{ ref('int_points') }} as points
        on
            bill_months.district_id = points.district_id
            and bill_months.point_id = points.point_id
            and points.role = 'supply'
    inner join {{ ref('int_district_months') }} as months
        on bill_months.district_id = months.district_id and bill_months.month = months.month
    left join {{ ref('int_energy_conversions') }} as conversions
        on
            bill_months.carrier = conversions.carrier
            and bill_months.unit = conversions.from_unit
            and months.calendar_year = conversions.calendar_year
    where bill_months.carrier not in ('water', 'waste_water')
    group by bill_months.district_id, bill_months.month
),

floor_areas as (
    select
        district_id,
        month,
        sum(floor_area_m2) as floor_area_m2,
        sum(energy_kwh) as energy_kwh,
        sum(adjustment_kwh) as adjustment_kwh
    from {{ ref('int_floor_area_months') }}
    group by district_id, month
),

activity as (
    select
        district_id,
        month,
        max(case when driver = 'output_kg' then value end) as output_kg,
        max(case when driver = 'employees' then value end) as employees,
        max(case when driver = 'heated_floor_area_m2' then value end) as heated_floor_area_m2
    from {{ ref('int_activity_months') }}
    group by district_id, month
),

surfaces as (
    select
        district_id,
        month,
        sum(installed_kw) as installed_kw,
        sum(potential_kw) as potential_kw,
        -- A potential of which a part has no yield is not the potential of the district.
        case
            when count(potential_kw) = count(potential_kwh_of_year) then sum(potential_kwh_of_year)
        end as potential_kwh_of_year
    from {{ ref('int_renewable_surfaces') }}
    group by district_id, month
)

select
    months.district_id,
    months.month,
    cast(consumption.final_energy_kwh as decimal(28, 6)) as final_energy_kwh,
    -- Without degree days there is nothing to adjust by, so there is no adjusted figure either.
    cast(
        case
            when degree_days.hdd is not null
                then consumption.final_energy_kwh + coalesce(weather.adjustment_kwh, 0)
        end as decimal(28, 6)
    ) as final_energy_adjusted_kwh,
    cast(
        case
            when degree_days.hdd is not null and consumption.final_energy_kwh is not null
                then coalesce(weather.modelled_kwh, 0)
        end as decimal(28, 6)
    ) as weather_modelled_kwh,
    cast(
        case
            when degree_days.hdd is not null and consumption.final_energy_kwh is not null
                then coalesce(weather.modelled_well_kwh, 0)
        end as decimal(28, 6)
    ) as weather_modelled_well_kwh,
    cast(consumption.electricity_import_kwh as decimal(28, 6)) as electricity_import_kwh,
    cast(pv.electricity_export_kwh as decimal(28, 6)) as electricity_export_kwh,
    cast(pv.pv_generation_kwh as decimal(28, 6)) as pv_generation_kwh,
    cast(pv.pv_balanced_generation_kwh as decimal(28, 6)) as pv_balanced_generation_kwh,
    cast(consumption.pv_self_consumed_kwh as decimal(28, 6)) as pv_self_consumed_kwh,
    cast(consumption.electricity_final_kwh as decimal(28, 6)) as electricity_final_kwh,
    cast(consumption.natural_gas_smc as decimal(28, 6)) as natural_gas_smc,
    cast(consumption.natural_gas_kwh as decimal(28, 6)) as natural_gas_kwh,
    cast(consumption.district_heat_kwh as decimal(28, 6)) as district_heat_kwh,
    cast(consumption.other_fuels_kwh as decimal(28, 6)) as other_fuels_kwh,
    -- Without a register of points nobody knows what there is to expect.
    cast(expected.expected_kwh + coalesce(unregistered.expected_kwh, 0) as decimal(28, 6))
        as expected_energy_kwh,
    cast(expected.covered_kwh + coalesce(unregistered.covered_kwh, 0) as decimal(28, 6))
        as covered_energy_kwh,
    cast(consumption.actual_read_energy_kwh as decimal(28, 6)) as actual_read_energy_kwh,
    cast(consumption.reported_energy_kwh as decimal(28, 6)) as reported_energy_kwh,
    cast(consumption.interval_metered_kwh as decimal(28, 6)) as interval_metered_kwh,
    cast(bills.billed_energy_kwh as decimal(28, 6)) as billed_energy_kwh,
    cast(bills.billed_energy_eur as decimal(18, 2)) as billed_energy_eur,
    load.peak_load_kw,
    cast(weather.expected_kwh as decimal(28, 6)) as baseline_expected_kwh,
    cast(weather.actual_kwh as decimal(28, 6)) as baseline_actual_kwh,
    cast(weather.expected_kwh - weather.actual_kwh as decimal(28, 6)) as baseline_saving_kwh,
    weather.uncertainty_kwh as baseline_uncertainty_kwh,
    weather.cumulated_saving_kwh as baseline_cumulated_saving_kwh,
    weather.uncertainty_since_kwh as baseline_cumulated_uncertainty_kwh,
    weather.improvement_low as baseline_improvement_low,
    weather.improvement_high as baseline_improvement_high,
    cast(coalesce(floor_areas.floor_area_m2, activity.heated_floor_area_m2) as decimal(18, 6))
        as heated_floor_area_m2,
    cast(
        case
            when floor_areas.floor_area_m2 is not null then floor_areas.energy_kwh
            when activity.heated_floor_area_m2 is not null then consumption.final_energy_kwh
        end as decimal(28, 6)
    ) as energy_of_floor_area_kwh,
    cast(
        case
            when degree_days.hdd is null then null
            when floor_areas.floor_area_m2 is not null
                then floor_areas.energy_kwh + floor_areas.adjustment_kwh
            when activity.heated_floor_area_m2 is not null
                then consumption.final_energy_kwh + coalesce(weather.adjustment_kwh, 0)
        end as decimal(28, 6)
    ) as energy_of_floor_area_adjusted_kwh,
    cast(activity.employees as decimal(18, 6)) as employees,
    cast(activity.output_kg as decimal(28, 6)) as output_kg,
    cast(
        case when activity.output_kg is not null then consumption.industry_energy_kwh end
        as decimal(28, 6)
    ) as energy_of_output_kwh,
    cast(surfaces.installed_kw as decimal(18, 6)) as installed_kw,
    cast(surfaces.potential_kw as decimal(18, 6)) as potential_kw,
    cast(surfaces.potential_kwh_of_year as decimal(28, 6)) as potential_kwh_of_year,
    degree_days.hdd,
    degree_days.cdd,
    degree_days.reference_hdd,
    cast(months.working_days as integer) as working_days
from {{ ref('int_district_months') }} as months
left join consumption
    on months.district_id = consumption.district_id and months.month = consumption.month
left join unregistered
    on months.district_id = unregistered.district_id and months.month = unregistered.month
left join expected
    on months.district_id = expected.district_id and months.month = expected.month
left join pv
    on months.district_id = pv.district_id and months.month = pv.month
left join weather
    on months.district_id = weather.district_id and months.month = weather.month
left join {{ ref('int_weather_months') }} as degree_days
    on months.district_id = degree_days.district_id and months.month = degree_days.month
left join bills
    on months.district_id = bills.district_id and months.month = bills.month
left join {{ ref('int_load') }} as load
    on months.district_id = load.district_id and months.month = load.month
left join floor_areas
    on months.district_id = floor_areas.district_id and months.month = floor_areas.month
left join activity
    on months.district_id = activity.district_id and months.month = activity.month
left join surfaces
    on months.district_id = surfaces.district_id and months.month = surfaces.month
