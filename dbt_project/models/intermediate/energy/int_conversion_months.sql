-- Fuel of what a site turns into power and heat and gives to others: that part of it is transformation and no
-- final energy. Fuel is divided over power and heat by their energy.
with points as (
    select * from {{ ref('int_points') }}
),

point_months as (
    select * from {{ ref('int_point_months') }}
    where energy_kwh is not null
),

-- Engines, boilers and heat pumps of a site, read or not: without the output of one of them the fuel cannot be
-- divided.
made as (
    select
        makers.district_id,
        makers.site_id,
        months.month,
        sum(point_months.energy_kwh) as converted_kwh,
        sum(case when makers.carrier = 'electricity' then point_months.energy_kwh end)
            as converted_power_kwh,
        count(case when makers.carrier = 'electricity' then 1 end) as engines,
        min(case when coalesce(point_months.fully_covered, false) then 1 else 0 end) as all_read
    from points as makers
    inner join {{ ref('int_district_months') }} as months
        on
            makers.district_id = months.district_id
            and (makers.valid_from is null or makers.valid_from < months.month_end)
            and (makers.valid_to is null or makers.valid_to > months.month_start)
    left join point_months
        on
            makers.district_id = point_months.district_id
            and makers.point_id = point_months.point_id
            and months.month = point_months.month
            and point_months.flow = 'production'
    where makers.role = 'generation' and makers.generator in ('chp', 'boiler', 'heat_pump')
    group by makers.district_id, makers.site_id, months.month
),

left_site as (
    select
        district_id,
        site_id,
        month,
        sum(case when role = 'generation' and carrier = 'electricity' and flow = 'production' then energy_kwh end)
            as power_kwh,
        -- The exchange meter is the one the network bills by; a generator's own export is second best.
        coalesce(
            sum(case when role = 'supply' and carrier = 'electricity' and flow = 'export' then energy_kwh end),
            sum(case when role = 'generation' and carrier = 'electricity' and flow = 'export' then energy_kwh end),
            0
        ) as power_export_kwh,
        coalesce(sum(case when carrier = 'district_heat' and flow = 'export' then energy_kwh end), 0)
            as heat_export_kwh,
        min(case when fully_covered then 1 else 0 end) as all_read
    from point_months
    where
        carrier in ('electricity', 'district_heat') and flow in ('production', 'export')
        and role in ('supply', 'generation')
    group by district_id, site_id, month
),

balanced as (
    select
        left_site.district_id,
        left_site.site_id,
        left_site.month,
        made.converted_kwh,
        coalesce(made.all_read, 0) = 1 and left_site.all_read = 1 as all_read,
        -- Power of several makers leaves the site in proportion to what each made.
        case
            when left_site.power_export_kwh = 0 or coalesce(made.engines, 0) = 0
                then left_site.heat_export_kwh
            else cast(
                {{ round_half_up(
                    'left_site.power_export_kwh * '
                    ~ safe_divide('made.converted_power_kwh', 'left_site.power_kwh'), 6
                ) }} + left_site.heat_export_kwh as decimal(28, 6)
            )
        end as exported_kwh
    from left_site
    left join made
        on
            left_site.district_id = made.district_id
            and left_site.site_id = made.site_id
            and left_site.month = made.month
)

select
    fuels.district_id,
    fuels.site_id,
    fuels.month,
    fuels.point_id,
    fuels.carrier,
    fuels.sector,
    points.drawn_by_point_id,
    fuels.energy_kwh as fuel_kwh,
    cast(balanced.converted_kwh as decimal(28, 6)) as converted_kwh,
    cast(balanced.exported_kwh as decimal(28, 6)) as exported_kwh,
    cast(
        case
            when balanced.district_id is null or balanced.exported_kwh = 0 then 0
            when
                fuels.fully_covered and balanced.all_read
                and balanced.converted_kwh >= balanced.exported_kwh
                then {{ round_half_up(
                    'fuels.energy_kwh * ' ~ safe_divide(
                        'balanced.exported_kwh', 'balanced.converted_kwh'
                    ), 6
                ) }}
        end as decimal(28, 6)
    ) as transformation_kwh,
    fuels.known_at
from point_months as fuels
inner join points
    on
        fuels.district_id = points.district_id
        and fuels.point_id = points.point_id
        and points.converts
left join balanced
    on
        fuels.district_id = balanced.district_id
        and fuels.site_id = balanced.site_id
        and fuels.month = balanced.month
where fuels.flow = 'import'
