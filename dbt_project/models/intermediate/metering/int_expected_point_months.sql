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

point_months as (
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
        months.quarter_hours,
        {{ days_between('months.month_start', 'months.month_end') }} as days,
        {{ days_between(
            'greatest(months.month_start, coalesce(points.valid_from, months.month_start))',
            'least(months.month_end, coalesce(points.valid_to, months.month_end))'
        ) }} as valid_days
    from points
    inner join {{ ref('int_district_months') }} as months
        on
            points.district_id = months.district_id
            and (points.valid_from is null or points.valid_from < months.month_end)
            and (points.valid_to is null or points.valid_to > months.month_start)
),

intervals as (
    select
        district_id,
        point_id,
        carrier,
        flow,
        month,
        row_count,
        {{ safe_divide('covered_seconds', 'row_count') }} as interval_seconds
    from {{ ref('int_point_month_candidates') }}
    where preference = 1 and usable and method = 'interval' and covered_seconds > 0
),

grid as (
    select
        point_months.*,
        coalesce(observed.energy_kwh, observed.volume_m3) as amount,
        observed.estimated_share,
        observed.substituted_share,
        observed.allocated_share,
        observed.allocation,
        observed.coverage_of_month,
        coalesce(observed.fully_covered, false)
        and coalesce(observed.energy_kwh, observed.volume_m3) is not null as full_month,
        observed.method is null or observed.method = 'interval' as may_have_intervals,
        intervals.row_count as present_intervals,
        intervals.interval_seconds
    from point_months
    left join {{ ref('int_point_months') }} as observed
        on
            point_months.district_id = observed.district_id
            and point_months.point_id = observed.point_id
            and point_months.carrier = observed.carrier
            and point_months.flow = observed.flow
            and point_months.month = observed.month
    left join intervals
        on
            point_months.district_id = intervals.district_id
            and point_months.point_id = intervals.point_id
            and point_months.carrier = intervals.carrier
            and point_months.flow = intervals.flow
            and point_months.month = intervals.month
    where point_months.valid_days > 0
),

-- By day of validity, so that a point that came or went within a month counts for the days it was there.
daily as (
    select
        *,
        case when full_month then {{ safe_divide('amount', 'valid_days') }} end as amount_of_day,
        max(case when amount is not null then month_index end) over (
            partition by district_id, point_id, carrier, flow
            order by month_index asc
        ) as last_read_index,
        -- A meter that falls silent owes as many intervals as it last sent.
        max_by(interval_seconds, case when interval_seconds is not null then month_index end) over (
            partition by district_id, point_id, carrier, flow
            order by month_index asc
        ) as usual_seconds
    from grid
),

-- Means look back from their month, so that a published coverage does not move with every month that is
-- added; only where nothing lies behind do they look at all there is.
means as (
    select
        *,
        coalesce(
            avg(amount_of_day)
                over (partition by district_id, point_id, carrier, flow order by month_index asc),
            avg(amount_of_day) over (partition by district_id, point_id, carrier, flow)
        ) as own_mean,
        coalesce(
            avg(amount_of_day)
                over (partition by district_id, carrier, flow, sector order by month_index asc),
            avg(amount_of_day) over (partition by district_id, carrier, flow, sector)
        ) as sector_mean,
        coalesce(
            avg(amount_of_day)
                over (partition by district_id, carrier, flow order by month_index asc),
            avg(amount_of_day) over (partition by district_id, carrier, flow)
        ) as carrier_mean,
        coalesce(
            avg(amount_of_day)
                over (partition by district_id, family, role order by month_index asc),
            avg(amount_of_day) over (partition by district_id, family, role)
        ) as district_mean
    from daily
),

chosen as (
    select
        means.*,
        last_year.amount as last_year_amount,
        last_year.valid_days as last_year_days,
        weather.moved_kwh,
        case
            when means.full_month then 'observed'
            when last_year.amount is not null and weather.moved_kwh is not null then 'last_year_adjusted'
            when last_year.amount is not null then 'last_year'
            when means.own_mean is not null then 'own_mean'
            when means.sector_mean is not null then 'sector_mean'
            when means.carrier_mean is not null then 'carrier_mean'
            when means.district_mean is not null then 'district_mean'
        end as basis
    from means
    left join daily as last_year
        on
            means.district_id = last_year.district_id
            and means.point_id = last_year.point_id
            and means.carrier = last_year.carrier
            and means.flow = last_year.flow
            and means.month_index = last_year.month_index + 12
            and last_year.full_month
    left join {{ ref('int_weather_since_last_year') }} as weather
        on
            means.district_id = weather.district_id
            and means.point_id = weather.point_id
            and means.carrier = weather.carrier
            and means.month = weather.month
            and means.role = 'supply'
),

foreseen as (
    select
        *,
        case basis
            when 'observed' then amount
            when 'last_year'
                then cast(
                    {{ round_half_up(
                        double('last_year_amount') ~ ' * valid_days / last_year_days', 6
                    ) }} as decimal(28, 6)
                )
            when 'last_year_adjusted'
                then cast(
                    {{ round_half_up(
                        double('last_year_amount') ~ ' * valid_days / last_year_days + '
                        ~ double('moved_kwh') ~ ' * valid_days / days', 6
                    ) }} as decimal(28, 6)
                )
            {% for mean in ['own_mean', 'sector_mean', 'carrier_mean', 'district_mean'] -%}
            when '{{ mean }}'
                then cast({{ round_half_up(mean ~ ' * valid_days', 6) }} as decimal(28, 6))
            {% endfor -%}
        end as foreseen_amount
    from chosen
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
    -- A month that nets to less than nothing carries no energy that could be covered or missing.
    cast(greatest(foreseen_amount, coalesce(amount, 0), 0) as decimal(28, 6)) as expected_amount,
    cast(
        {{ round_half_up('amount * (1 - estimated_share)', 6) }} as decimal(28, 6)
    ) as actual_read_amount,
    cast(
        greatest({{ round_half_up('amount * (1 - estimated_share)', 6) }}, 0) as decimal(28, 6)
    ) as covered_amount,
    cast({{ round_half_up('amount * substituted_share', 6) }} as decimal(28, 6)) as substituted_amount,
    cast({{ round_half_up('amount * allocated_share', 6) }} as decimal(28, 6)) as allocated_amount,
    allocation,
    cast(
        case
            when may_have_intervals and usual_seconds > 0
                then greatest(
                    {{ round_half_up(
                        double('quarter_hours') ~ ' * 900 * valid_days / days / usual_seconds'
                    ) }},
                    coalesce(present_intervals, 0)
                )
        end as bigint
    ) as expected_intervals,
    cast(
        case when may_have_intervals and usual_seconds > 0 then coalesce(present_intervals, 0) end
        as bigint
    ) as present_intervals,
    cast(month_index - last_read_index as integer) as months_since_read
from foreseen
