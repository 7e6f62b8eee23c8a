-- Measures that are sums over the months of points: which month of which point gives how much of each.
create temp table measured as
with areas as (
    select
        final_parts.*,
        areas.site_id is not null as has_area,
        max(case when areas.site_id is not null then 1 else 0 end) over (
            partition by final_parts.district_id, final_parts.month
        ) as some_area
    from final_parts
    left join int_floor_area_months as areas
        using (district_id, month, site_id)
),

emitted as (
    select
        emitted_parts.*,
        areas.site_id is not null as has_area,
        max(case when areas.site_id is not null then 1 else 0 end) over (
            partition by emitted_parts.district_id, emitted_parts.month
        ) as some_area
    from emitted_parts
    left join int_floor_area_months as areas
        using (district_id, month, site_id)
),

bought as (
    select
        bought.district_id,
        bought.month,
        parts.point_id,
        parts.flow,
        bought.instrument,
        bought.energy_kwh * coalesce(
            parts.amount / nullif(
                sum(parts.amount) over (
                    partition by bought.district_id, bought.month, bought.point_id, bought.instrument, bought.contract_id
                ), 0
            ), 0
        ) as amount
    from int_market_parts as bought
    inner join final_parts as parts
        on
            bought.district_id = parts.district_id
            and bought.month = parts.month
            and bought.point_id = parts.final_point_id
            and parts.carrier = 'electricity'
            and parts.final_flow = 'import'
    where bought.flow = 'import'
),

supplied as (
    select
        *,
        max(case when water_source = 'recycled' and role = 'supply' then 1 else 0 end) over (
            partition by district_id, month
        ) as recycled_metered
    from int_point_months
    where volume_m3 is not null
),

withdrawn as (
    select * from supplied
    where
        carrier = 'water' and role = 'supply' and flow = 'import'
        and coalesce(water_source, 'unknown') not in ('recycled', 'rain')
),

recycled as (
    select * from supplied
    where
        carrier = 'water' and water_source = 'recycled'
        and ((role = 'supply' and flow = 'import') or (role = 'plant' and recycled_metered = 0))
),

rain as (
    select * from supplied
    where carrier = 'water' and role = 'supply' and flow = 'import' and water_source = 'rain'
)

select district_id, month, 'final_energy_kwh' as measure, point_id, carrier, flow, amount from final_parts
union all
select district_id, month, 'electricity_final_kwh', point_id, carrier, flow, amount from final_parts
where carrier = 'electricity'
union all
select district_id, month, 'interval_metered_kwh', point_id, carrier, flow, amount from final_parts
where hourly
union all
select district_id, month, 'reported_energy_kwh', point_id, carrier, flow, amount from final_parts
where final_flow = 'import'
union all
select district_id, month, 'actual_read_energy_kwh', point_id, carrier, flow, amount * (1 - estimated_share)
from final_parts
where final_flow = 'import'
union all
select district_id, month, 'energy_of_output_kwh', point_id, carrier, flow, amount from final_parts
where sector = 'industry'
union all
select district_id, month, 'energy_of_floor_area_kwh', point_id, carrier, flow, amount from areas
where has_area or some_area = 0
union all
select district_id, month, 'pv_self_consumed_kwh', point_id, carrier, flow, amount from final_parts
where final_flow = 'self_consumed'
union all
select district_id, month, 'pv_generation_kwh', point_id, 'electricity', flow, amount from sun_parts
where flow = 'production'
union all
select district_id, month, 'pv_balanced_generation_kwh', point_id, 'electricity', flow, amount from sun_parts
where flow = 'production' and balanced
union all
select district_id, month, 'electricity_export_kwh', point_id, 'electricity', flow, amount from sun_parts
where flow = 'export'
union all
select district_id, month, 'scope1_tco2e', point_id, carrier, flow, tonnes from emitted_parts
where scope = '1'
union all
select district_id, month, 'scope2_location_tco2e', point_id, carrier, flow, tonnes from emitted_parts
where scope = '2_location'
union all
select district_id, month, 'scope2_market_tco2e', point_id, carrier, flow, tonnes from emitted_parts
where scope = '2_market'
union all
select district_id, month, 'scope3_tco2e', point_id, carrier, flow, tonnes from emitted_parts
where scope = '3'
union all
select district_id, month, 'energy_tco2e', point_id, carrier, flow, tonnes from emitted_parts
where scope in ('1', '2_location')
union all
select district_id, month, 'quality_weighted_tco2e', point_id, carrier, flow, quality_weighted from emitted_parts
where scope in ('1', '2_location')
union all
select district_id, month, 'emissions_of_floor_area_tco2e', point_id, carrier, flow, tonnes from emitted
where scope in ('1', '2_location') and (has_area or some_area = 0)
union all
select district_id, month, 'market_electricity_kwh', point_id, 'electricity', flow, amount from bought
union all
select district_id, month, 'proven_electricity_kwh', point_id, 'electricity', flow, amount from bought
where instrument in ('guarantee_of_origin', 'contract')
union all
select district_id, month, 'withdrawn_m3', point_id, carrier, flow, volume_m3 from withdrawn
union all
select district_id, month, 'recycled_m3', point_id, carrier, flow, volume_m3 from recycled
union all
select district_id, month, 'rain_m3', point_id, carrier, flow, volume_m3 from rain
union all
select district_id, month, 'total_water_m3', point_id, carrier, flow, volume_m3 from withdrawn
union all
select district_id, month, 'total_water_m3', point_id, carrier, flow, volume_m3 from recycled
union all
select district_id, month, 'total_water_m3', point_id, carrier, flow, volume_m3 from rain
union all
select district_id, month, 'water_of_output_m3', point_id, carrier, flow, volume_m3 from supplied
where
    carrier = 'water' and role = 'supply' and flow = 'import'
    and sector = 'industry' and coalesce(water_source, '') != 'rain'
union all
select district_id, month, 'discharged_m3', point_id, carrier, flow, volume_m3 from supplied
where carrier = 'waste_water' and role = 'supply';
