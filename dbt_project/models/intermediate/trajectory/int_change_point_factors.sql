-- noqa: disable=LT02
-- The factors of each point's comparable energy in both months: activity x weather x use per activity (x kg CO2e per
-- kWh). Which of them are known is said; what is not known stays with the use.
with points as (
    select * from {{ ref('int_change_points') }}
),

drivers as (
    select
        points.district_id,
        points.carrier,
        points.sector,
        drivers.driver,
        row_number() over (
            partition by points.district_id, points.carrier, points.sector
            order by drivers.position asc
        ) as preference
    from (
        select distinct
            district_id,
            carrier,
            sector
        from points
    ) as points
    inner join {{ ref('stg_activity_drivers') }} as drivers
        on
            points.district_id = drivers.district_id
            and (drivers.carrier is null or points.carrier = drivers.carrier)
            and (drivers.sector is null or points.sector = drivers.sector)
),

activity as (
    select * from {{ ref('int_activity_months') }}
),

weather as (
    select
        district_id,
        point_id,
        carrier,
        month,
        adjustment_kwh
    from {{ ref('int_baseline_point_months') }}
),

-- kg CO2e of a point's month and per kWh of it; a gas without its factor adds nothing and is missed elsewhere.
emissions as (
    select
        district_id,
        point_id,
        carrier,
        month,
        cast(sum(kg_co2e) as decimal(28, 9)) as kg_co2e,
        sum({{ double('kg_per_kwh') }} * {{ double('gwp') }}) as kg_per_kwh
    from {{ ref('int_emission_point_lines') }}
    where scope in ('1', '2_location') and not biogenic and kg_co2e is not null
    group by district_id, point_id, carrier, month
),

joined as (
    select
        points.*,
        drivers.driver,
        {{ double('activity_now.value') }} as now_activity,
        {{ double('activity_before.value') }} as before_activity,
        case
            when points.flow = 'self_consumed' then 0e0
            else {{ double('weather_now.adjustment_kwh') }} * points.now_part
        end as now_adjustment,
        case
            when points.flow = 'self_consumed' then 0e0
            else {{ double('weather_before.adjustment_kwh') }} * points.before_part
        end as before_adjustment,
        coalesce(emissions_now.kg_co2e, 0) as now_kg,
        coalesce(emissions_before.kg_co2e, 0) as before_kg,
        coalesce(emissions_now.kg_per_kwh, 0e0) as now_kg_per_kwh,
        coalesce(emissions_before.kg_per_kwh, 0e0) as before_kg_per_kwh
    from points
    left join drivers
        on
            points.district_id = drivers.district_id
            and points.carrier = drivers.carrier
            and points.sector = drivers.sector
            and drivers.preference = 1
    left join activity as activity_now
        on
            points.district_id = activity_now.district_id
            and points.month = activity_now.month
            and drivers.driver = activity_now.driver
    left join activity as activity_before
        on
            points.district_id = activity_before.district_id
            and points.from_month = activity_before.month
            and drivers.driver = activity_before.driver
    left join weather as weather_now
        on
            points.district_id = weather_now.district_id
            and points.point_id = weather_now.point_id
            and points.carrier = weather_now.carrier
            and points.month = weather_now.month
            and points.flow = 'import'
    left join weather as weather_before
        on
            points.district_id = weather_before.district_id
            and points.point_id = weather_before.point_id
            and points.carrier = weather_before.carrier
            and points.from_month = weather_before.month
            and points.flow = 'import'
    left join emissions as emissions_now
        on
            points.district_id = emissions_now.district_id
            and points.point_id = emissions_now.point_id
            and points.carrier = emissions_now.carrier
            and points.month = emissions_now.month
            and points.flow = 'import'
    left join emissions as emissions_before
        on
            points.district_id = emissions_before.district_id
            and points.point_id = emissions_before.point_id
            and points.carrier = emissions_before.carrier
            and points.from_month = emissions_before.month
            and points.flow = 'import'
)

select
    *,
    case
        when driver is null then 'no_driver'
        when coalesce(now_activity, 0) <= 0 or coalesce(before_activity, 0) <= 0 then 'no_activity'
    end as activity_reason,
    case
        when now_adjustment is null or before_adjustment is null then 'no_model'
        when
            (now_comparable_kwh > 0 and now_comparable_kwh + now_adjustment <= 0)
            or (before_comparable_kwh > 0 and before_comparable_kwh + before_adjustment <= 0)
            then 'not_positive'
    end as weather_reason,
    {% for when in ['now', 'before'] -%}
    -- Energy over energy at normal weather; nothing used is not moved by weather.
    case
        when {{ when }}_comparable_kwh > 0
            then {{ double(when ~ '_comparable_kwh') }}
            / nullif({{ double(when ~ '_comparable_kwh') }} + {{ when }}_adjustment, 0)
        else 1e0
    end as {{ when }}_weather{{ ',' if not loop.last }}
    {% endfor -%}
from joined
