-- What one kilowatt of peak power gives in a year: as declared for a class of surface, else as PVGIS models it.
-- PVGIS' hours are of a plant of 1 kWp (peakpower=1); only whole years of its radiation data count.
with declared as (
    select
        district_id,
        code as surface_class,
        quantity as kwh_per_kwp,
        row_number() over (
            partition by district_id, code
            order by valid_from desc nulls last, flow_rank desc nulls last, known_at desc, source_id asc
        ) as newest
    from {{ ref('stg_reference_values') }}
    where list = 'pv_yield' and quantity is not null
),

hours as (
    select
        district_id,
        source_id,
        place,
        substr(cast({{ to_local('interval_start', "'UTC'") }} as {{ text_type() }}), 1, 4) as model_year,
        {{ seconds_between('interval_start', 'interval_end') }} as seconds,
        quantity
    from {{ ref('stg_context_series') }}
    where variable = 'pv_power' and unit = 'W' and quantity is not null
),

modelled_years as (
    select
        district_id,
        cast(
            {{ round_half_up('sum(cast(quantity as decimal(28, 6)) * seconds) / 3600000', 6) }}
            as decimal(28, 6)
        ) as kwh_per_kwp
    from hours
    group by district_id, source_id, place, model_year
    having sum(seconds) >= 8760 * 3600
),

modelled as (
    select
        district_id,
        cast({{ safe_divide('sum(kwh_per_kwp)', 'count(*)') }} as decimal(28, 6)) as kwh_per_kwp,
        count(*) as model_years
    from modelled_years
    group by district_id
),

classes as (
    select 'roof' as surface_class
    union all
    select 'parking' as surface_class
    union all
    select 'free_area' as surface_class
)

select
    districts.district_id,
    classes.surface_class,
    cast(coalesce(own.kwh_per_kwp, alike.kwh_per_kwp, modelled.kwh_per_kwp) as decimal(28, 6)) as kwh_per_kwp,
    case
        when coalesce(own.kwh_per_kwp, alike.kwh_per_kwp) is not null then 'declared'
        when modelled.kwh_per_kwp is not null then 'pvgis'
    end as basis,
    case when coalesce(own.kwh_per_kwp, alike.kwh_per_kwp) is null then modelled.model_years end
        as model_years
from {{ ref('stg_districts') }} as districts
cross join classes
left join declared as own
    on
        districts.district_id = own.district_id
        and classes.surface_class = own.surface_class
        and own.newest = 1
left join declared as alike
    on districts.district_id = alike.district_id and alike.surface_class = 'all' and alike.newest = 1
left join modelled
    on districts.district_id = modelled.district_id
