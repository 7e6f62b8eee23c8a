-- Expected and read amounts of the metered themes: kWh, and m3 for water.
with carrier_themes as (
    select
        'energy' as theme,
        'energy' as family,
        cast(null as {{ text_type() }}) as carrier,
        'supply' as role
    union all
    select
        'electricity' as theme,
        'energy' as family,
        'electricity' as carrier,
        'supply' as role
    union all
    select
        'natural_gas' as theme,
        'energy' as family,
        'natural_gas' as carrier,
        'supply' as role
    union all
    select
        'district_heat' as theme,
        'energy' as family,
        'district_heat' as carrier,
        'supply' as role
    union all
    select
        'pv' as theme,
        'energy' as family,
        'electricity' as carrier,
        'generation' as role
    union all
    select
        'water' as theme,
        'water' as family,
        'water' as carrier,
        'supply' as role
),

point_months as (
    select
        *,
        case when carrier in ('water', 'waste_water') then 'water' else 'energy' end as family,
        coalesce(energy_kwh, volume_m3) as amount
    from {{ ref('int_point_months') }}
    where
        (role = 'supply' and flow = 'import')
        or (role = 'generation' and flow = 'production')
),

amounts as (
    select
        district_id,
        month,
        family,
        carrier,
        role,
        expected_amount as expected,
        covered_amount as present,
        amount as reported,
        actual_read_amount as read,
        substituted_amount as substituted,
        allocated_amount as allocated,
        allocation,
        1 as points,
        1 as registered_points,
        case when full_month then 1 else 0 end as points_full,
        case when coverage_of_month is null then 1 else 0 end as points_silent,
        expected_intervals,
        present_intervals,
        case when months_since_read is not null then expected_amount end as once_read,
        cast(expected_amount * months_since_read as decimal(28, 6)) as amount_months_old,
        0 as accepted_rows
    from {{ ref('int_expected_point_months') }}

    union all

    select
        district_id,
        month,
        family,
        carrier,
        role,
        case when registered then 0 else greatest(amount, 0) end as expected,
        case
            when registered then 0
            else greatest(cast(amount * (1 - estimated_share) as decimal(28, 6)), 0)
        end as present,
        case when registered then 0 else amount end as reported,
        case
            when registered then 0
            else cast(amount * (1 - estimated_share) as decimal(28, 6))
        end as read,
        case when registered then 0 else cast(amount * substituted_share as decimal(28, 6)) end as substituted,
        case when registered then 0 else cast(amount * allocated_share as decimal(28, 6)) end as allocated,
        case when not registered then allocation end as allocation,
        case when registered then 0 else 1 end as points,
        0 as registered_points,
        case when not registered and fully_covered then 1 else 0 end as points_full,
        0 as points_silent,
        cast(null as bigint) as expected_intervals,
        cast(null as bigint) as present_intervals,
        cast(null as decimal(28, 6)) as once_read,
        cast(null as decimal(28, 6)) as amount_months_old,
        row_count as accepted_rows
    from point_months
)

select
    amounts.district_id,
    amounts.month,
    carrier_themes.theme,
    cast(sum(amounts.expected) as decimal(28, 6)) as expected,
    cast(coalesce(sum(amounts.present), 0) as decimal(28, 6)) as present,
    cast(coalesce(sum(amounts.reported), 0) as decimal(28, 6)) as reported,
    cast(coalesce(sum(amounts.read), 0) as decimal(28, 6)) as read,
    cast(coalesce(sum(amounts.substituted), 0) as decimal(28, 6)) as substituted,
    cast(coalesce(sum(amounts.allocated), 0) as decimal(28, 6)) as allocated,
    case
        when min(amounts.allocation) = max(amounts.allocation) then min(amounts.allocation)
        when min(amounts.allocation) is not null then 'several'
    end as allocation,
    cast(sum(amounts.points) as bigint) as points,
    cast(sum(amounts.registered_points) as bigint) as registered_points,
    cast(sum(amounts.points_full) as bigint) as points_full,
    cast(sum(amounts.points_silent) as bigint) as points_silent,
    cast(sum(amounts.expected_intervals) as bigint) as expected_intervals,
    cast(sum(amounts.present_intervals) as bigint) as present_intervals,
    -- How old the newest reading of each point is, by what the point weighs; never read has no age.
    cast(
        {{ safe_divide('sum(amounts.amount_months_old)', 'sum(amounts.once_read)') }} as decimal(9, 4)
    ) as months_old,
    cast(sum(amounts.accepted_rows) as bigint) as accepted_rows
from amounts
inner join carrier_themes
    on
        amounts.family = carrier_themes.family
        and amounts.role = carrier_themes.role
        and (carrier_themes.carrier is null or amounts.carrier = carrier_themes.carrier)
group by amounts.district_id, amounts.month, carrier_themes.theme
