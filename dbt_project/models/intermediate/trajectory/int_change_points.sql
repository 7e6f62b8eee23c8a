-- Each point's energy of a month beside that of the same month a year before: how much of the difference is only that
-- the point came or went, or was read for another part of the month, and what is left on both sides to compare.
with months as (
    select * from {{ ref('int_district_months') }}
),

energy as (
    select
        final_energy.district_id,
        final_energy.point_id,
        final_energy.carrier,
        final_energy.flow,
        final_energy.site_id,
        final_energy.sector,
        final_energy.holder_group,
        final_energy.holder_kind,
        final_energy.energy_kwh,
        months.month_index,
        {{ double('case when final_energy.coverage_of_month >= ' ~ var('full_coverage')
            ~ ' then 1 else final_energy.coverage_of_month end') }} as read_share
    from {{ ref('int_final_energy') }} as final_energy
    inner join months
        on final_energy.district_id = months.district_id and final_energy.month = months.month
),

keys as (
    select
        district_id,
        point_id,
        carrier,
        flow,
        month_index as to_index
    from energy
    union distinct
    select
        district_id,
        point_id,
        carrier,
        flow,
        month_index + 12 as to_index
    from energy
),

-- A site that uses its own sun is there as long as something generates on it.
places as (
    select
        district_id,
        point_id,
        'import' as flow,
        valid_from,
        valid_to
    from {{ ref('int_points') }}
    union all
    select
        district_id,
        site_id as point_id,
        'self_consumed' as flow,
        case when count(valid_from) = count(*) then min(valid_from) end as valid_from,
        case when count(valid_to) = count(*) then max(valid_to) end as valid_to
    from {{ ref('int_points') }}
    where role = 'generation' and carrier = 'electricity'
    group by district_id, site_id
),

pairs as (
    select
        keys.district_id,
        keys.point_id,
        keys.carrier,
        keys.flow,
        coalesce(now.sector, before.sector) as sector,
        coalesce(now.holder_group, before.holder_group) as holder_group,
        coalesce(now.holder_kind, before.holder_kind) as holder_kind,
        months.month,
        months_before.month as from_month,
        now.energy_kwh as now_kwh,
        before.energy_kwh as before_kwh,
        case when now.energy_kwh is null then 0e0 else now.read_share end as now_read,
        case when before.energy_kwh is null then 0e0 else before.read_share end as before_read,
        (places.valid_from is null or places.valid_from <= months.month_start)
        and (places.valid_to is null or places.valid_to >= months.month_end) as now_within,
        (places.valid_from is null or places.valid_from <= months_before.month_start)
        and (places.valid_to is null or places.valid_to >= months_before.month_end) as before_within
    from keys
    inner join months
        on keys.district_id = months.district_id and keys.to_index = months.month_index
    inner join months as months_before
        on keys.district_id = months_before.district_id and keys.to_index = months_before.month_index + 12
    left join energy as now
        on
            keys.district_id = now.district_id
            and keys.point_id = now.point_id
            and keys.carrier = now.carrier
            and keys.flow = now.flow
            and keys.to_index = now.month_index
    left join energy as before
        on
            keys.district_id = before.district_id
            and keys.point_id = before.point_id
            and keys.carrier = before.carrier
            and keys.flow = before.flow
            and keys.to_index = before.month_index + 12
    left join places
        on
            keys.district_id = places.district_id
            and keys.point_id = places.point_id
            and keys.flow = places.flow
),

-- Own generation that stands on one side only was nothing on the other: the sun is used, or it is not.
shares as (
    select
        *,
        case
            when not (now_within and before_within) and flow = 'import' then 'boundary'
            when flow = 'self_consumed' and now_within != before_within then 'comparable'
            when now_read > 0 and before_read > 0 then 'comparable'
            else 'coverage'
        end as kind,
        case
            when flow = 'self_consumed' and now_within != before_within then 1e0
            else least(now_read, before_read)
        end as common_read
    from pairs
),

compared as (
    select
        *,
        cast(
            case
                when kind != 'comparable' then 0
                when common_read >= now_read then coalesce(now_kwh, 0)
                else {{ round_half_up(double('now_kwh') ~ ' * common_read / now_read', 6) }}
            end as decimal(28, 6)
        ) as now_comparable_kwh,
        cast(
            case
                when kind != 'comparable' then 0
                when common_read >= before_read then coalesce(before_kwh, 0)
                else {{ round_half_up(double('before_kwh') ~ ' * common_read / before_read', 6) }}
            end as decimal(28, 6)
        ) as before_comparable_kwh
    from shares
)

select
    district_id,
    month,
    from_month,
    point_id,
    carrier,
    flow,
    sector,
    holder_group,
    holder_kind,
    kind,
    cast(coalesce(now_kwh, 0) as decimal(28, 6)) as now_kwh,
    cast(coalesce(before_kwh, 0) as decimal(28, 6)) as before_kwh,
    now_comparable_kwh,
    before_comparable_kwh,
    case when now_read > 0 then common_read / now_read else 0e0 end as now_part,
    case when before_read > 0 then common_read / before_read else 0e0 end as before_part
from compared
