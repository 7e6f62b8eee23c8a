-- What every point adds to the measures of its district's month, with how much of it was read and since when that is
-- known: two builds beside each other say point by point why a measure moved. It never leaves the city's machine.
{%- set of_final_energy = {
    'final_energy_kwh': 'energy_kwh',
    'electricity_final_kwh': "case when carrier = 'electricity' then energy_kwh end",
    'pv_self_consumed_kwh': "case when flow = 'self_consumed' then energy_kwh end",
    'reported_energy_kwh': "case when flow = 'import' then energy_kwh end",
    'actual_read_energy_kwh':
        "case when flow = 'import' then " ~ round_half_up('energy_kwh * (1 - estimated_share)', 6) ~ ' end',
    'interval_metered_kwh': 'case when hourly then energy_kwh end',
    'energy_of_output_kwh': "case when sector = 'industry' then energy_kwh end",
} %}
{%- set of_lines = {
    'energy_tco2e': 'kg_co2e * 0.001',
    'emissions_of_floor_area_tco2e': 'case when has_area then kg_co2e * 0.001 end',
    'quality_weighted_tco2e': 'kg_co2e * 0.001 * data_quality',
    'quality_of_reading_tco2e':
        'kg_co2e * 0.001 * (data_quality + case when coalesce(factor_age_years, 4) > 3 then 1 else 0 end)',
} %}
with final_energy as (
    select * from {{ ref('int_final_energy') }}
),

expected as (
    select
        expected.*,
        points.holder_group,
        points.holder_kind
    from {{ ref('int_expected_point_months') }} as expected
    inner join {{ ref('int_points') }} as points
        on expected.district_id = points.district_id and expected.point_id = points.point_id
    where expected.family = 'energy' and expected.role = 'supply'
),

-- Without a register of points nobody knows what there is to expect, nor what of it was covered.
registers as (
    select distinct
        district_id,
        month
    from expected
),

unregistered as (
    select final_energy.*
    from final_energy
    inner join registers
        on final_energy.district_id = registers.district_id and final_energy.month = registers.month
    where final_energy.flow = 'import' and not final_energy.registered
),

areas as (
    select * from {{ ref('int_floor_area_months') }}
),

baselines as (
    select
        baselines.*,
        points.holder_group,
        points.holder_kind
    from {{ ref('int_baseline_point_months') }} as baselines
    inner join {{ ref('int_points') }} as points
        on baselines.district_id = points.district_id and baselines.point_id = points.point_id
),

lines as (
    select
        lines.*,
        areas.site_id is not null as has_area
    from {{ ref('int_emission_point_lines') }} as lines
    left join areas
        on
            lines.district_id = areas.district_id
            and lines.month = areas.month
            and lines.site_id = areas.site_id
    where lines.scope in ('1', '2_location') and not lines.biogenic and lines.kg_co2e is not null
),

water as (
    select * from {{ ref('int_point_months') }}
    where volume_m3 is not null and role = 'supply'
),

amounts as (
    {% for measure, amount in of_final_energy.items() -%}
    select
        district_id,
        month,
        point_id,
        carrier,
        sector,
        holder_group,
        holder_kind,
        '{{ measure }}' as measure,
        cast({{ amount }} as decimal(28, 9)) as amount
    from final_energy
    union all
    {% endfor -%}
    {% for measure in ['expected', 'covered'] -%}
    select
        district_id,
        month,
        point_id,
        carrier,
        sector,
        holder_group,
        holder_kind,
        '{{ measure }}_energy_kwh' as measure,
        cast({{ measure }}_amount as decimal(28, 9)) as amount
    from expected
    union all
    select
        district_id,
        month,
        point_id,
        carrier,
        sector,
        holder_group,
        holder_kind,
        '{{ measure }}_energy_kwh' as measure,
        cast(
            greatest(
                {% if measure == 'covered' -%}
                cast(energy_kwh * (1 - estimated_share) as decimal(28, 6))
                {%- else -%}
                energy_kwh
                {%- endif %}, 0
            ) as decimal(28, 9)
        ) as amount
    from unregistered
    union all
    {% endfor -%}
    {% for measure, amount in {
        'baseline_expected_kwh': 'baseline_expected_kwh',
        'baseline_saving_kwh': 'baseline_expected_kwh - baseline_actual_kwh',
        'weather_adjustment_kwh': 'adjustment_kwh',
    }.items() -%}
    select
        district_id,
        month,
        point_id,
        carrier,
        sector,
        holder_group,
        holder_kind,
        '{{ measure }}' as measure,
        cast({{ amount }} as decimal(28, 9)) as amount
    from baselines
    union all
    {% endfor -%}
    {% for measure, amount in of_lines.items() -%}
    select
        district_id,
        month,
        point_id,
        carrier,
        sector,
        holder_group,
        holder_kind,
        '{{ measure }}' as measure,
        cast({{ round_half_up(amount, 9) }} as decimal(28, 9)) as amount
    from lines
    union all
    {% endfor -%}
    {% for measure, amount in {
        'pv_generation_kwh': 'production_kwh',
        'electricity_export_kwh': 'export_kwh',
        'pv_balanced_generation_kwh': 'case when self_consumed_kwh is not null then production_kwh end',
    }.items() -%}
    select
        district_id,
        month,
        site_id as point_id,
        'electricity' as carrier,
        sector,
        holder_group,
        holder_kind,
        '{{ measure }}' as measure,
        cast({{ amount }} as decimal(28, 9)) as amount
    from {{ ref('int_pv_site_months') }}
    union all
    {% endfor -%}
    select
        used.district_id,
        used.month,
        used.point_id,
        used.carrier,
        used.sector,
        used.holder_group,
        used.holder_kind,
        'energy_of_floor_area_kwh' as measure,
        cast(used.energy_kwh as decimal(28, 9)) as amount
    from final_energy as used
    inner join areas
        on used.district_id = areas.district_id and used.month = areas.month and used.site_id = areas.site_id
    union all
    select
        district_id,
        month,
        site_id as point_id,
        'any' as carrier,
        'any' as sector,
        holder_group,
        holder_kind,
        'heated_floor_area_m2' as measure,
        cast(floor_area_m2 as decimal(28, 9)) as amount
    from areas
    union all
    select
        district_id,
        month,
        point_id,
        carrier,
        sector,
        holder_group,
        holder_kind,
        case
            when carrier = 'waste_water' then 'discharged_m3'
            when water_source in ('recycled', 'rain') then water_source || '_m3'
            else 'withdrawn_m3'
        end as measure,
        cast(volume_m3 as decimal(28, 9)) as amount
    from water
    where carrier = 'waste_water' or flow = 'import'
),

summed as (
    select
        district_id,
        month,
        point_id,
        carrier,
        measure,
        min(sector) as sector,
        min(holder_group) as holder_group,
        min(holder_kind) as holder_kind,
        sum(amount) as amount
    from amounts
    where amount is not null
    group by district_id, month, point_id, carrier, measure
),

-- Of a point, and of a site for what its sun gave it.
read_rows as (
    select
        district_id,
        month,
        point_id,
        carrier,
        coverage_of_month,
        known_at
    from {{ ref('int_point_months') }}
    union all
    select
        district_id,
        month,
        point_id,
        carrier,
        coverage_of_month,
        known_at
    from final_energy
    where flow = 'self_consumed'
    union all
    select
        district_id,
        month,
        site_id as point_id,
        'electricity' as carrier,
        cast(null as decimal(9, 6)) as coverage_of_month,
        known_at
    from {{ ref('int_pv_site_months') }}
),

read as (
    select
        district_id,
        month,
        point_id,
        carrier,
        sum(coverage_of_month) as read_share,
        max(known_at) as known_at
    from read_rows
    group by district_id, month, point_id, carrier
),

registered as (
    select
        district_id,
        point_id,
        min(site_id) as site_id,
        max(case when registered then 1 else 0 end) as registered
    from {{ ref('int_points') }}
    group by district_id, point_id
)

select
    summed.district_id,
    summed.month,
    summed.point_id,
    coalesce(registered.site_id, summed.point_id) as site_id,
    summed.carrier,
    summed.sector,
    summed.holder_group,
    summed.holder_kind,
    summed.measure,
    cast(summed.amount as decimal(28, 9)) as amount,
    coalesce(registered.registered = 1, false) as registered,
    cast(coalesce(read.read_share, 0) as decimal(9, 6)) as read_share,
    read.known_at
from summed
left join read
    on
        summed.district_id = read.district_id
        and summed.month = read.month
        and summed.point_id = read.point_id
        and summed.carrier = read.carrier
left join registered
    on summed.district_id = registered.district_id and summed.point_id = registered.point_id
