-- Every point of a district: the registered ones, and those that were read without being registered.
with registered as (
    select
        *,
        row_number() over (
            partition by district_id, point_id
            order by flow_rank desc nulls last, known_at desc, source_id asc, source_row asc
        ) as newest
    from {{ ref('stg_metering_points') }}
),

-- A point behind another of its role and carrier is counted there: a meter behind a meter is a sub-meter,
-- whatever its role says. A converter's meter is a supply point where it draws from the network itself.
placed as (
    select
        registered.*,
        parents.point_id is not null as lies_behind,
        case
            when registered.role = 'conversion' and parents.point_id is null then 'supply'
            when registered.role in ('conversion', 'storage') and parents.point_id is not null then 'submeter'
            when registered.role = parents.role and registered.carrier = parents.carrier then 'submeter'
            else registered.role
        end as counted_role
    from registered
    left join registered as parents
        on
            registered.district_id = parents.district_id
            and registered.parent_point_id = parents.point_id
            and registered.carrier = parents.carrier
            and parents.newest = 1
            and registered.point_id != parents.point_id
    where registered.newest = 1
),

read as (
    select
        district_id,
        point_id,
        carrier,
        flow
    from {{ ref('int_interval_months') }}
    union all
    select
        district_id,
        point_id,
        carrier,
        flow
    from {{ ref('int_register_spans') }}
    union all
    select
        district_id,
        point_id,
        carrier,
        'import' as flow
    from {{ ref('int_bill_spans') }}
),

unregistered as (
    select
        read.district_id,
        read.point_id,
        min(read.carrier) as carrier,
        -- A point that only ever reports production is a generator; any other draws from a network.
        case
            when min(read.flow) = 'production' and max(read.flow) = 'production' then 'generation'
            else 'supply'
        end as role
    from read
    left join registered
        on
            read.district_id = registered.district_id
            and read.point_id = registered.point_id
            and registered.newest = 1
    where registered.point_id is null
    group by read.district_id, read.point_id
)

select
    district_id,
    point_id,
    carrier,
    counted_role as role,
    role = 'conversion' as converts,
    -- Whose figure holds what a converter draws.
    case when lies_behind then parent_point_id else point_id end as drawn_by_point_id,
    case
        when role = 'generation' and carrier = 'electricity' then coalesce(generator, 'photovoltaic')
        when role = 'generation' then generator
    end as generator,
    end_use,
    network,
    site_id,
    parent_point_id,
    sector,
    holder_group,
    holder_kind,
    water_source,
    floor_area_m2,
    installed_kw,
    gas_use,
    valid_from,
    valid_to,
    true as registered
from placed

union all

select
    district_id,
    point_id,
    carrier,
    role,
    false as converts,
    point_id as drawn_by_point_id,
    case when role = 'generation' and carrier = 'electricity' then 'photovoltaic' end as generator,
    cast(null as {{ text_type() }}) as end_use,
    cast(null as {{ text_type() }}) as network,
    point_id as site_id,
    cast(null as {{ text_type() }}) as parent_point_id,
    'unassigned' as sector,
    point_id as holder_group,
    -- Protected as a firm until someone says that it is not one.
    'firm' as holder_kind,
    cast(null as {{ text_type() }}) as water_source,
    cast(null as decimal(18, 6)) as floor_area_m2,
    cast(null as decimal(18, 6)) as installed_kw,
    cast(null as {{ text_type() }}) as gas_use,
    cast(null as date) as valid_from,
    cast(null as date) as valid_to,
    false as registered
from unregistered
