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

-- A month and the same of a year before are known in the same way.
{% set times = [('now', 'month'), ('before', 'from_month')] %}
joined as (
    select
        points.*,
        {% for when, month in times -%}
        {{ double('activity_' ~ when ~ '.value') }} as {{ when }}_activity,
        case
            when points.flow = 'self_consumed' then 0e0
            else {{ double('weather_' ~ when ~ '.adjustment_kwh') }} * points.{{ when }}_part
        end as {{ when }}_adjustment,
        coalesce(emissions_{{ when }}.kg_co2e, 0) as {{ when }}_kg,
        coalesce(emissions_{{ when }}.kg_per_kwh, 0e0) as {{ when }}_kg_per_kwh,
        {% endfor -%}
        drivers.driver
    from points
    left join drivers
        on
            points.district_id = drivers.district_id
            and points.carrier = drivers.carrier
            and points.sector = drivers.sector
            and drivers.preference = 1
    {% for when, month in times -%}
    left join activity as activity_{{ when }}
        on
            points.district_id = activity_{{ when }}.district_id
            and points.{{ month }} = activity_{{ when }}.month
            and drivers.driver = activity_{{ when }}.driver
    {% for known in ['weather', 'emissions'] -%}
    left join {{ known }} as {{ known }}_{{ when }}
        on
            points.district_id = {{ known }}_{{ when }}.district_id
            and points.point_id = {{ known }}_{{ when }}.point_id
            and points.carrier = {{ known }}_{{ when }}.carrier
            and points.{{ month }} = {{ known }}_{{ when }}.month
            and points.flow = 'import'
    {% endfor -%}
    {% endfor -%}
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
