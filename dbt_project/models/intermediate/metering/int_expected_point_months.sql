-- What every registered point should have shown in each month of its validity, read or not.
-- The amount is kWh for energy and m3 for water; the basis says where the expectation comes from.
with points as (
    select
        *,
        case when role = 'generation' then 'production' else 'import' end as flow,
        case when carrier in ('water', 'waste_water') then 'water' else 'energy' end as family
    from {{ ref('int_points') }}
    where registered and role in ('supply', 'generation')
),

months as (
    select * from {{ ref('int_district_months') }}
),

observed as (
    select
        district_id,
        point_id,
        carrier,
        flow,
        month,
        coalesce(energy_kwh, volume_m3) as amount,
        estimated_share,
        coverage_of_month,
        fully_covered
    from {{ ref('int_point_months') }}
),

grid as (
    select
        points.district_id,
        points.point_id,
        points.carrier,
        points.family,
        points.flow,
        points.role,
        points.sector,
        months.month,
        months.month_index,
        observed.amount,
        observed.estimated_share,
        observed.coverage_of_month,
        coalesce(observed.fully_covered, false) and observed.amount is not null as full_month
    from points
    inner join months
        on
            points.district_id = months.district_id
            and (points.valid_from is null or points.valid_from < months.month_end)
            and (points.valid_to is null or points.valid_to > months.month_start)
    left join observed
        on
            points.district_id = observed.district_id
            and points.point_id = observed.point_id
            and points.carrier = observed.carrier
            and points.flow = observed.flow
            and months.month = observed.month
),

-- Means look back from their month, so that a published coverage does not move with every month that is
-- added; only where nothing lies behind do they look at all there is.
means as (
    select
        *,
        coalesce(
            avg(case when full_month then amount end)
                over (partition by district_id, point_id, carrier, flow order by month_index asc),
            avg(case when full_month then amount end)
                over (partition by district_id, point_id, carrier, flow)
        ) as own_mean,
        coalesce(
            avg(case when full_month then amount end)
                over (partition by district_id, carrier, flow, sector order by month_index asc),
            avg(case when full_month then amount end)
                over (partition by district_id, carrier, flow, sector)
        ) as sector_mean,
        coalesce(
            avg(case when full_month then amount end)
                over (partition by district_id, carrier, flow order by month_index asc),
            avg(case when full_month then amount end) over (partition by district_id, carrier, flow)
        ) as carrier_mean,
        coalesce(
            avg(case when full_month then amount end)
                over (partition by district_id, family, role order by month_index asc),
            avg(case when full_month then amount end) over (partition by district_id, family, role)
        ) as district_mean
    from grid
),

chosen as (
    select
        means.*,
        last_year.amount as last_year_amount,
        case
            when means.full_month then 'observed'
            when last_year.amount is not null then 'last_year'
            when means.own_mean is not null then 'own_mean'
            when means.sector_mean is not null then 'sector_mean'
            when means.carrier_mean is not null then 'carrier_mean'
            when means.district_mean is not null then 'district_mean'
        end as basis
    from means
    left join grid as last_year
        on
            means.district_id = last_year.district_id
            and means.point_id = last_year.point_id
            and means.carrier = last_year.carrier
            and means.flow = last_year.flow
            and means.month_index = last_year.month_index + 12
            and last_year.full_month
)

select
    district_id,
    point_id,
    carrier,
    family,
    flow,
    role,
    sector,
    month,
    amount,
    coverage_of_month,
    full_month,
    basis,
    cast(
        greatest(
            case basis
                when 'observed' then amount
                when 'last_year' then last_year_amount
                when 'own_mean' then cast({{ round_half_up('own_mean', 6) }} as decimal(28, 6))
                when 'sector_mean' then cast({{ round_half_up('sector_mean', 6) }} as decimal(28, 6))
                when 'carrier_mean' then cast({{ round_half_up('carrier_mean', 6) }} as decimal(28, 6))
                when 'district_mean' then cast({{ round_half_up('district_mean', 6) }} as decimal(28, 6))
            end,
            coalesce(amount, 0)
        ) as decimal(28, 6)
    ) as expected_amount,
    cast(
        {{ round_half_up('amount * (1 - estimated_share)', 6) }} as decimal(28, 6)
    ) as actual_read_amount
from chosen
