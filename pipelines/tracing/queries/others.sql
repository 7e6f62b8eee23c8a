-- Rows behind measures that neither meters nor counted registers give: areas, stocks and flows of activity, rain,
-- bills by their price, the peak, what emits other than by energy. Each row with what it gives to which measure.
create temp table others as
with areas as (
    select
        areas.district_id,
        areas.month,
        areas.site_id,
        areas.floor_area_m2,
        points.*
    from (select district_id, month, site_id, floor_area_m2 from int_floor_area_months) as areas
    inner join (
        select
            own.district_id as own_district,
            own.site_id as own_site,
            own.floor_area_m2 as own_area,
            rows.source_id,
            rows.sha256,
            rows.member,
            rows.source_row,
            rows.point_id,
            rows.known_at
        from int_points as own
        inner join rows_metering_points as rows
            on own.district_id = rows.district_id and own.point_id = rows.point_id
        where rows.floor_area_m2 = own.floor_area_m2
    ) as points
        on
            areas.district_id = points.own_district
            and areas.site_id = points.own_site
            and areas.floor_area_m2 = points.own_area
    qualify row_number() over (
        partition by areas.district_id, areas.month, areas.site_id
        order by points.known_at desc, points.source_row asc
    ) = 1
),

plants as (
    select
        plants.district_id,
        plants.month
    from int_point_months as plants
    where plants.role = 'plant'
    group by plants.district_id, plants.month
    having
        count(case when plants.flow = 'import' then plants.energy_kwh end) > 0
        and count(plants.volume_m3) > 0
),

drivers as (
    select
        driven.*,
        areas.site_id is not null as has_areas,
        plants.month is not null as has_plants
    from driven
    left join (select distinct district_id, month, 'some' as site_id from areas) as areas
        on driven.district_id = areas.district_id and driven.month = areas.month
    left join plants
        on driven.district_id = plants.district_id and driven.month = plants.month
),

read_as as (
    select *, driver as measure, amount as gives from drivers
    where
        driver in ('employees', 'output_kg', 'registered_organisations', 'active_firms')
        or (driver = 'heated_floor_area_m2' and not has_areas)
        or (driver = 'water_cycle_kwh' and not has_plants)
    union all
    select *, 'water_cycle_m3', amount from drivers
    where driver = 'water_treated_m3' and not has_plants
    union all
    select *, 'reuse_capacity_m3', amount * days / 365 from drivers
    where driver = 'reuse_capacity_m3_per_year'
    union all
    select *, 'network_km_days', amount * days from drivers
    where driver = 'network_km'
    union all
    select *, 'network_input_m3', amount from drivers
    where driver = 'water_input_m3'
    union all
    select *, 'network_losses_m3', case when driver = 'water_input_m3' then amount else -amount end from drivers
    where driver in ('water_input_m3', 'water_output_m3')
    union all
    select *, 'rain_m3', amount from drivers
    where driver = 'rainwater_collected_m3'
),

stations as (
    select
        district_id,
        source_id,
        station_id
    from rows_weather_daily
    where value is not null and variable = 'precipitation_mm'
    group by district_id, source_id, station_id
    qualify row_number() over (
        partition by district_id order by count(distinct day) desc, source_id asc, station_id asc
    ) = 1
),

rain as (
    select
        months.month as of_month,
        months.month_start,
        months.month_end,
        weather.*
    from int_district_months as months
    inner join rows_weather_daily as weather
        on
            months.district_id = weather.district_id
            and weather.day >= months.month_start - interval 2 month
            and weather.day < months.month_end
    inner join stations
        on
            weather.district_id = stations.district_id
            and weather.source_id = stations.source_id
            and weather.station_id = stations.station_id
    where weather.variable = 'precipitation_mm' and weather.value is not null
),

roofs as (
    select
        district_id,
        month,
        max(case when driver = 'roof_area_m2' then cast(amount as double) end)
        * max(case when driver = 'runoff_coefficient' then cast(amount as double) end)
        * max(case when driver = 'filter_efficiency' then cast(amount as double) end) / 1000 as m3_per_mm
    from driven
    group by district_id, month
),

usual as (
    select
        district_id,
        month,
        precipitation_normal_three_months_mm as normal_mm,
        precipitation_reference_basis as basis
    from int_precipitation_months
    where precipitation_normal_three_months_mm is not null
),

billed as (
    select
        points.district_id,
        cuts.month,
        rows.source_id,
        rows.sha256,
        rows.member,
        rows.source_row,
        rows.bill_id,
        rows.period_start,
        rows.period_end,
        rows.quantity,
        rows.amount_net_eur,
        bills.quantity * (cuts.mark_after - cuts.mark_before) / cuts.mark_end
        * case when bills.unit = 'kWh' then 1 else conversions.kwh_per_unit end as kwh,
        bills.amount_net_eur * (cuts.mark_after - cuts.mark_before) / cuts.mark_end as eur
    from int_bill_spans as bills
    inner join int_points as points
        on
            bills.district_id = points.district_id
            and bills.point_id = points.point_id
            and points.role = 'supply'
    left join int_span_windows as windows
        on
            bills.district_id = windows.district_id
            and bills.point_id = windows.point_id
            and bills.span_start = windows.span_start
            and bills.span_end = windows.span_end
    inner join int_span_months as cuts
        on
            bills.district_id = cuts.district_id
            and bills.allocation = cuts.allocation
            and bills.span_start = cuts.span_start
            and bills.span_end = cuts.span_end
            and coalesce(windows.counts_from, bills.span_start) = cuts.counts_from
            and coalesce(windows.counts_until, bills.span_end) = cuts.counts_until
    inner join int_district_months as months
        on cuts.district_id = months.district_id and cuts.month = months.month
    left join int_energy_conversions as conversions
        on
            bills.carrier = conversions.carrier
            and bills.unit = conversions.from_unit
            and months.calendar_year = conversions.calendar_year
    inner join rows_utility_bills as rows
        on
            bills.district_id = rows.district_id
            and bills.source_id = rows.source_id
            and bills.point_id = rows.point_id
            and bills.bill_id = rows.bill_id
            and bills.bill_kind = rows.bill_kind
            and bills.carrier = rows.carrier
            and bills.period_start = rows.period_start
            and bills.period_end = rows.period_end
    where
        not bills.superseded and bills.carrier not in ('water', 'waste_water')
        and bills.quantity is not null and bills.amount_net_eur is not null
),

peaks as (
    select
        load.district_id,
        load.month as of_month,
        rows.*
    from int_load as load
    inner join rows_meter_intervals as rows
        on
            load.district_id = rows.district_id
            and load.month = rows.month
            and load.peak_at = rows.interval_start
            and load.part = rows.part
    where rows.carrier = 'electricity' and rows.flow = 'import'
)

select
    district_id, month, 'heated_floor_area_m2' as measure, 'metering_points' as dataset, source_id, sha256, member,
    source_row, site_id as subject, null as dated, cast(floor_area_m2 as double) as value,
    cast(floor_area_m2 as double) as amount, 'area_of_site' as why
from areas
union all
select
    district_id, month, 'change_links', 'theory', 'declared', null, null, null, link_id, null, 1, 1, 'declared_amount'
from int_change_link_months
union all
select
    district_id, month, 'billed_energy_kwh', 'utility_bills', source_id, sha256, member, source_row, bill_id,
    cast(period_start as varchar) || '/' || cast(period_end as varchar), cast(quantity as double), cast(kwh as double), 'bill'
from billed
where kwh is not null
union all
select
    district_id, month, 'billed_energy_eur', 'utility_bills', source_id, sha256, member, source_row, bill_id,
    cast(period_start as varchar) || '/' || cast(period_end as varchar), cast(amount_net_eur as double), cast(eur as double), 'bill'
from billed
where kwh is not null
union all
select
    peaks.district_id, of_month, 'peak_load_kw', 'meter_intervals', source_id, sha256, member, source_row,
    point_id || ' ' || flow, cast(interval_start as varchar), cast(quantity as double), cast(quantity as double) * 4, 'quarter_hour_of_peak'
from peaks
union all
select
    district_id, month, measure, 'district_activity', source_id, sha256, member, source_row, driver,
    cast(period_start as varchar) || '/' || cast(period_end as varchar), cast(value as double), cast(gives as double), why
from read_as
union all
select
    rain.district_id, of_month, 'precipitation_anomaly_mm', 'weather_daily', source_id, sha256, member, source_row,
    station_id, cast(day as varchar), cast(value as double), cast(value as double), 'rain_of_three_months'
from rain
union all
select
    district_id, month, 'precipitation_anomaly_mm', 'reference_values', basis, null, null, null, 'usual', null,
    null, -cast(normal_mm as double), 'usual_rain'
from usual
union all
select
    district_id, month, 'precipitation_normal_three_months_mm', 'reference_values', basis, null, null, null, 'usual',
    null, null, cast(normal_mm as double), 'usual_rain'
from usual
union all
select
    rain.district_id, of_month, 'rain_potential_m3', 'weather_daily', source_id, sha256, member, source_row,
    station_id, cast(day as varchar), cast(value as double), cast(value as double) * roofs.m3_per_mm, 'rain_on_roofs'
from rain
inner join roofs on rain.district_id = roofs.district_id and rain.of_month = roofs.month
where rain.day >= rain.month_start and roofs.m3_per_mm is not null
union all
select
    lines.district_id, lines.month,
    case when lines.gpc_ref = 'IV.1' then 'process_tco2e' else 'scope3_tco2e' end, 'activity_data', lines.source_id,
    lines.sha256, rows.member, lines.source_row, lines.activity || ' ' || lines.gas,
    cast(rows.period_start as varchar) || '/' || cast(rows.period_end as varchar),
    cast(rows.quantity as double), cast(lines.kg_co2e as double) / 1000, 'activity_times_factor'
from int_activity_lines as lines
inner join rows_activity_data as rows
    on lines.sha256 = rows.sha256 and lines.source_row = rows.source_row and lines.source_id = rows.source_id
where not lines.biogenic and lines.kg_co2e is not null and (lines.gpc_ref = 'IV.1' or lines.scope = '3');
