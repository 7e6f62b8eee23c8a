-- Production of a site's roofs and its export, by point: the exchange meter before a generator's own.
create view sun_parts as
with flows as (
    select
        points.district_id,
        points.month,
        points.site_id,
        points.point_id,
        points.flow,
        points.energy_kwh,
        points.role,
        max(case when points.flow = 'export' and points.role = 'supply' then 1 else 0 end) over (
            partition by points.district_id, points.month, points.site_id
        ) as exchanged,
        coalesce(registered.generator, '') = 'chp' as of_fuel
    from int_point_months as points
    inner join int_points as registered
        using (district_id, point_id)
    where
        points.carrier = 'electricity' and points.energy_kwh is not null
        and (
            (points.role = 'generation' and points.flow in ('production', 'export'))
            or (points.role = 'supply' and points.flow = 'export')
        )
),

counted as (
    select * from flows
    where
        (flow = 'production' and not of_fuel)
        or (flow = 'export' and (role = 'supply' or exchanged = 0))
)

select
    counted.district_id,
    counted.month,
    counted.site_id,
    counted.point_id,
    counted.flow,
    sites.self_consumed_kwh is not null as balanced,
    -- Where an engine stands beside the roof, only a part of the export is the roof's.
    case
        when counted.flow = 'production' then counted.energy_kwh
        else counted.energy_kwh * coalesce(
            sites.export_kwh / nullif(
                sum(counted.energy_kwh) over (
                    partition by counted.district_id, counted.month, counted.site_id, counted.flow
                ), 0
            ), 1
        )
    end as amount
from counted
inner join int_pv_site_months as sites
    using (district_id, month, site_id);
