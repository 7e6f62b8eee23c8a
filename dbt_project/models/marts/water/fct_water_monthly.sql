-- Water measures of a district's month; recycled and rain water are never added to what is withdrawn.
with volumes as (
    select * from {{ ref('int_point_months') }}
    where volume_m3 is not null
),

supplied as (
    select
        district_id,
        month,
        sum(
            case
                when coalesce(water_source, 'unknown') not in ('recycled', 'rain') then volume_m3
            end
        ) as withdrawn_m3,
        sum(case when water_source = 'potable_network' then volume_m3 end) as potable_m3,
        sum(case when water_source = 'well' then volume_m3 end) as well_m3,
        sum(case when water_source = 'surface' then volume_m3 end) as surface_m3,
        sum(case when water_source is null then volume_m3 end) as unassigned_source_m3,
        sum(case when water_source = 'recycled' then volume_m3 end) as recycled_m3,
        sum(case when water_source = 'rain' then volume_m3 end) as rain_m3,
        sum(
            case when sector = 'industry' and coalesce(water_source, '') != 'rain' then volume_m3 end
        ) as industry_m3
    from volumes
    where carrier = 'water' and role = 'supply' and flow = 'import'
    group by district_id, month
),

-- Where no customer of the reuse network is metered, what the plant gave out stands for them.
plants as (
    select
        district_id,
        month,
        sum(case when water_source = 'recycled' and carrier = 'water' then volume_m3 end)
            as recycled_given_out_m3,
        sum(volume_m3) as treated_m3
    from volumes
    where role = 'plant'
    group by district_id, month
),

plant_energy as (
    select
        district_id,
        month,
        sum(energy_kwh) as plant_kwh
    from {{ ref('int_point_months') }}
    where role = 'plant' and flow = 'import' and energy_kwh is not null
    group by district_id, month
),

discharges as (
    select
        district_id,
        month,
        sum(volume_m3) as discharged_m3
    from volumes
    where carrier = 'waste_water' and role = 'supply'
    group by district_id, month
),

expected as (
    select
        district_id,
        month,
        sum(expected_amount) as expected_m3,
        sum(actual_read_amount) as actual_read_m3
    from {{ ref('int_expected_point_months') }}
    where carrier = 'water' and role = 'supply'
    group by district_id, month
),

reported as (
    select
        district_id,
        month,
        sum(volume_m3) as reported_m3,
        sum(case when not registered then volume_m3 else 0 end) as unregistered_m3,
        sum(
            case
                when not registered then cast(volume_m3 * (1 - estimated_share) as decimal(28, 6))
                else 0
            end
        ) as unregistered_read_m3
    from volumes
    where carrier = 'water' and role = 'supply' and flow = 'import'
    group by district_id, month
),

activity as (
    select
        district_id,
        month,
        max(case when driver = 'output_kg' then value end) as output_kg,
        max(case when driver = 'reuse_capacity_m3_per_year' then value end)
            as reuse_capacity_m3_per_year,
        max(case when driver = 'network_km' then value end) as network_km,
        max(case when driver = 'water_input_m3' then value end) as water_input_m3,
        max(case when driver = 'water_output_m3' then value end) as water_output_m3,
        max(case when driver = 'water_cycle_kwh' then value end) as water_cycle_kwh,
        max(case when driver = 'water_treated_m3' then value end) as water_treated_m3,
        max(case when driver = 'rainwater_collected_m3' then value end) as rainwater_collected_m3,
        max(case when driver = 'roof_area_m2' then value end) as roof_area_m2,
        max(case when driver = 'runoff_coefficient' then value end) as runoff_coefficient,
        max(case when driver = 'filter_efficiency' then value end) as filter_efficiency
    from {{ ref('int_activity_months') }}
    group by district_id, month
),

joined as (
    select
        months.district_id,
        months.month,
        months.days,
        supplied.withdrawn_m3,
        supplied.potable_m3,
        supplied.well_m3,
        supplied.surface_m3,
        supplied.unassigned_source_m3,
        supplied.industry_m3,
        coalesce(supplied.recycled_m3, plants.recycled_given_out_m3) as recycled_m3,
        coalesce(supplied.rain_m3, activity.rainwater_collected_m3) as rain_m3,
        plant_energy.plant_kwh,
        plants.treated_m3,
        discharges.discharged_m3,
        expected.expected_m3,
        expected.actual_read_m3,
        reported.reported_m3,
        reported.unregistered_m3,
        reported.unregistered_read_m3,
        activity.output_kg,
        activity.reuse_capacity_m3_per_year,
        activity.network_km,
        activity.water_input_m3,
        activity.water_output_m3,
        activity.water_cycle_kwh,
        activity.water_treated_m3,
        activity.roof_area_m2,
        activity.runoff_coefficient,
        activity.filter_efficiency,
        weather.precipitation_mm,
        weather.precipitation_normal_mm,
        weather.precipitation_three_months_mm,
        weather.precipitation_normal_three_months_mm,
        weather.precipitation_reference_basis,
        weather.precipitation_reference_period
    from {{ ref('int_district_months') }} as months
    left join supplied
        on months.district_id = supplied.district_id and months.month = supplied.month
    left join plants
        on months.district_id = plants.district_id and months.month = plants.month
    left join plant_energy
        on months.district_id = plant_energy.district_id and months.month = plant_energy.month
    left join discharges
        on months.district_id = discharges.district_id and months.month = discharges.month
    left join expected
        on months.district_id = expected.district_id and months.month = expected.month
    left join reported
        on months.district_id = reported.district_id and months.month = reported.month
    left join activity
        on months.district_id = activity.district_id and months.month = activity.month
    left join {{ ref('int_precipitation_months') }} as weather
        on months.district_id = weather.district_id and months.month = weather.month
)

select
    district_id,
    month,
    cast(withdrawn_m3 as decimal(28, 6)) as withdrawn_m3,
    cast(potable_m3 as decimal(28, 6)) as potable_m3,
    cast(well_m3 as decimal(28, 6)) as well_m3,
    cast(surface_m3 as decimal(28, 6)) as surface_m3,
    cast(unassigned_source_m3 as decimal(28, 6)) as unassigned_source_m3,
    cast(recycled_m3 as decimal(28, 6)) as recycled_m3,
    cast(rain_m3 as decimal(28, 6)) as rain_m3,
    cast(
        case
            when coalesce(withdrawn_m3, recycled_m3, rain_m3) is not null
                then coalesce(withdrawn_m3, 0) + coalesce(recycled_m3, 0) + coalesce(rain_m3, 0)
        end as decimal(28, 6)
    ) as total_water_m3,
    -- A year's capacity by days; leap years have one more of them.
    cast(
        {{ round_half_up(safe_divide('reuse_capacity_m3_per_year * days', '365'), 6) }}
        as decimal(28, 6)
    ) as reuse_capacity_m3,
    cast(case when output_kg is not null then industry_m3 end as decimal(28, 6)) as water_of_output_m3,
    -- Energy and water of the same plants: both metered, else both declared, never one of each. The kWh are
    -- already in final energy where they have a supply point.
    cast(
        case when plant_kwh is not null and treated_m3 is not null then plant_kwh else water_cycle_kwh end
        as decimal(28, 6)
    ) as water_cycle_kwh,
    cast(
        case when plant_kwh is not null and treated_m3 is not null then treated_m3 else water_treated_m3 end
        as decimal(28, 6)
    ) as water_cycle_m3,
    cast(water_input_m3 as decimal(28, 6)) as network_input_m3,
    cast(water_input_m3 - water_output_m3 as decimal(28, 6)) as network_losses_m3,
    cast(network_km * days as decimal(28, 6)) as network_km_days,
    cast(discharged_m3 as decimal(28, 6)) as discharged_m3,
    cast(
        case
            when coalesce(expected_m3, reported_m3) is not null
                then coalesce(expected_m3, 0) + coalesce(unregistered_m3, 0)
        end as decimal(28, 6)
    ) as expected_water_m3,
    cast(
        case
            when coalesce(actual_read_m3, reported_m3) is not null
                then coalesce(actual_read_m3, 0) + coalesce(unregistered_read_m3, 0)
        end as decimal(28, 6)
    ) as actual_read_water_m3,
    cast(reported_m3 as decimal(28, 6)) as reported_water_m3,
    -- Computed and not measured: it stays beside what was collected and is never added to it.
    cast(
        {{ round_half_up(
            double('precipitation_mm') ~ ' / 1000 * ' ~ double('roof_area_m2') ~ ' * '
            ~ double('runoff_coefficient') ~ ' * ' ~ double('filter_efficiency'), 6
        ) }} as decimal(28, 6)
    ) as rain_potential_m3,
    precipitation_mm,
    precipitation_normal_mm,
    precipitation_normal_three_months_mm,
    cast(precipitation_three_months_mm - precipitation_normal_three_months_mm as decimal(18, 6))
        as precipitation_anomaly_mm,
    precipitation_reference_basis,
    precipitation_reference_period,
    cast(output_kg as decimal(28, 6)) as output_kg
from joined
