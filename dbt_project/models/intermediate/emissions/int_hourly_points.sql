-- Electricity drawn by each point, how much of it is known hour by hour, and what that emitted at the factors of its
-- hours and at the factor of its year. A point counts where its month is its curve: where it enters or leaves the
-- boundary within the month, or gives power or heat away, its hours are not told apart.
with drawn as (
    select
        district_id,
        month,
        point_id,
        holder_group,
        holder_kind,
        method,
        sum(energy_kwh) as energy_kwh
    from {{ ref('int_final_energy') }}
    where carrier = 'electricity' and flow = 'import'
    group by district_id, month, point_id, holder_group, holder_kind, method
),

months as (
    select distinct
        district_id,
        month
    from {{ ref('int_grid_factor_hours') }}
),

curves as (
    select
        district_id,
        month,
        point_id,
        source_id,
        energy_kwh
    from {{ ref('int_point_months') }}
    where
        carrier = 'electricity' and flow = 'import' and role = 'supply' and method = 'interval'
        and boundary_share = 1
),

yearly as (
    select
        district_id,
        month,
        point_id,
        sum(cast(kg_per_kwh * gwp as decimal(28, 9))) as kg_per_kwh
    from {{ ref('int_emission_point_lines') }}
    where carrier = 'electricity' and scope = '2_location' and not biogenic
    group by district_id, month, point_id
    having count(*) = count(kg_per_kwh)
)

select
    drawn.district_id,
    drawn.month,
    drawn.point_id,
    drawn.holder_group,
    drawn.holder_kind,
    cast(drawn.energy_kwh as decimal(28, 6)) as energy_kwh,
    cast(coalesce(hourly.electricity_kwh, 0) as decimal(28, 6)) as hourly_kwh,
    hourly.kg_co2e as hourly_kg,
    cast(
        {{ round_half_up('hourly.electricity_kwh * yearly.kg_per_kwh', 9) }} as decimal(28, 9)
    ) as annual_kg
from drawn
inner join months
    on drawn.district_id = months.district_id and drawn.month = months.month
left join curves
    on
        drawn.district_id = curves.district_id
        and drawn.month = curves.month
        and drawn.point_id = curves.point_id
        and drawn.method = 'interval'
        and drawn.energy_kwh = curves.energy_kwh
left join yearly
    on
        drawn.district_id = yearly.district_id
        and drawn.month = yearly.month
        and drawn.point_id = yearly.point_id
-- Without a factor of the year there is nothing to set beside it.
left join {{ ref('int_hourly_month_sums') }} as hourly
    on
        curves.district_id = hourly.district_id
        and curves.month = hourly.month
        and curves.source_id = hourly.source_id
        and curves.point_id = hourly.point_id
        and yearly.kg_per_kwh is not null
