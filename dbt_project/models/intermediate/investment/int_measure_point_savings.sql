-- What each measure is expected to save in a year at each of its points: by what they used in the last twelve months,
-- in equal parts where that is not known of all of them. A measure without points has one row without a point.
with savings as (
    select
        savings.*,
        months.month_index,
        months.month_end,
        months.calendar_year
    from {{ ref('int_measure_savings') }} as savings
    inner join {{ ref('int_district_months') }} as months
        on savings.district_id = months.district_id and savings.month = months.month
),

measure_points as (
    select * from {{ ref('int_measure_points') }}
),

points as (
    select
        *,
        coalesce(
            gas_use,
            case sector
                when 'industry' then 'industrial'
                when 'residential' then 'residential'
                when 'agriculture' then 'residential'
                else 'commercial'
            end
        ) as use
    from {{ ref('int_points') }}
),

used as (
    select
        point_months.district_id,
        point_months.point_id,
        months.month_index,
        sum(coalesce(point_months.energy_kwh, point_months.volume_m3)) as amount
    from {{ ref('int_point_months') }} as point_months
    inner join {{ ref('int_district_months') }} as months
        on point_months.district_id = months.district_id and point_months.month = months.month
    where point_months.flow = 'import'
    group by point_months.district_id, point_months.point_id, months.month_index
),

at_points as (
    select
        savings.district_id,
        savings.month,
        savings.measure_id,
        savings.carrier,
        savings.unit,
        savings.expected_saving,
        savings.month_index,
        savings.calendar_year,
        measure_points.point_id
    from savings
    left join measure_points
        on
            savings.district_id = measure_points.district_id
            and savings.measure_id = measure_points.measure_id
            and savings.carrier = measure_points.carrier
            and (measure_points.valid_to is null or savings.month_end <= measure_points.valid_to)
),

-- Use of a year is known only where every month of it is.
with_use as (
    select
        at_points.district_id,
        at_points.month,
        at_points.measure_id,
        at_points.carrier,
        at_points.unit,
        at_points.expected_saving,
        at_points.calendar_year,
        at_points.point_id,
        case when count(used.amount) = 12 then sum(used.amount) end as use_12m
    from at_points
    left join used
        on
            at_points.district_id = used.district_id
            and at_points.point_id = used.point_id
            and at_points.month_index between used.month_index and used.month_index + 11
    group by
        at_points.district_id, at_points.month, at_points.measure_id, at_points.carrier, at_points.unit,
        at_points.expected_saving, at_points.calendar_year, at_points.point_id
),

totals as (
    select
        *,
        count(*) over (partition by district_id, month, measure_id, carrier) as points,
        count(use_12m) over (partition by district_id, month, measure_id, carrier) as known,
        sum(use_12m) over (partition by district_id, month, measure_id, carrier) as total_use
    from with_use
)

select
    totals.district_id,
    totals.month,
    totals.measure_id,
    totals.carrier,
    totals.unit,
    totals.point_id,
    points.holder_group,
    points.holder_kind,
    cast(totals.use_12m as decimal(28, 6)) as use_12m,
    cast(
        case
            when totals.known = totals.points and totals.total_use > 0
                then {{ round_half_up(
                    'totals.expected_saving * ' ~ double('totals.use_12m') ~ ' / ' ~ double('totals.total_use'), 6
                ) }}
            else {{ round_half_up(double('totals.expected_saving') ~ ' / totals.points', 6) }}
        end as decimal(28, 6)
    ) as expected_saving,
    factors.kg_co2e_per_kwh
from totals
left join points
    on totals.district_id = points.district_id and totals.point_id = points.point_id
left join {{ ref('int_use_factors') }} as factors
    on
        totals.district_id = factors.district_id
        and totals.calendar_year = factors.calendar_year
        and totals.carrier = factors.carrier
        and coalesce(points.use, 'commercial') = factors.use
        and coalesce(points.network, 'any') = factors.network
