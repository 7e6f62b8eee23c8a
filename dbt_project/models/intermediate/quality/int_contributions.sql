-- What each holder contributes to each measure; internal, it only feeds the disclosure rules.
with final_energy as (
    select * from {{ ref('int_final_energy') }}
),

point_months as (
    select * from {{ ref('int_point_months') }}
),

emissions as (
    select * from {{ ref('int_emission_point_lines') }}
    where not biogenic
),

activity_lines as (
    select * from {{ ref('int_activity_lines') }}
    where not biogenic and kg_co2e is not null
),

with_output as (
    select distinct
        district_id,
        month
    from {{ ref('int_activity_months') }}
    where driver = 'output_kg'
),

with_areas as (
    select distinct
        district_id,
        month
    from {{ ref('int_floor_area_months') }}
),

-- Only points with a model stand behind what is told of baselines.
modelled as (
    select
        baselines.*,
        points.holder_group,
        points.holder_kind
    from {{ ref('int_baseline_point_months') }} as baselines
    inner join {{ ref('int_points') }} as points
        on baselines.district_id = points.district_id and baselines.point_id = points.point_id
),

-- Each project with private money stands for one who pays.
project_money as (
    select
        district_id,
        month,
        source_id || ':' || project_id as holder_group,
        active,
        capex_eur,
        funded_eur,
        committed_eur,
        paid_eur,
        municipality_share,
        -- A project that does not tell its public part too is in no leverage, and covers nobody in it.
        case when public_eur is not null then private_eur * municipality_share end as private_eur,
        -- What no public body pays is one firm's business; what one pays is public, and so is what it pays for.
        case
            when
                coalesce(public_eur, 0) = 0
                and (coalesce(private_eur, 0) > 0 or coalesce(programme, '') = 'private')
                then 'firm'
            else 'public'
        end as holder_kind
    from {{ ref('int_project_months') }}
    where counts
),

-- Who stands behind what measures cost: the holders of the points they act on, in equal parts; one that acts on no
-- known point is somebody's.
measure_holders as (
    select distinct
        district_id,
        month,
        measure_id,
        coalesce(holder_group, measure_id) as holder_group,
        coalesce(holder_kind, 'firm') as holder_kind
    from {{ ref('int_measure_point_savings') }}
),

measure_money as (
    select
        holders.district_id,
        holders.month,
        holders.holder_group,
        holders.holder_kind,
        cast(abatement.capex_eur as decimal(28, 2)) / count(*) over (
            partition by holders.district_id, holders.month, holders.measure_id
        ) as amount
    from measure_holders as holders
    inner join {{ ref('int_measure_abatement') }} as abatement
        on
            holders.district_id = abatement.district_id
            and holders.month = abatement.month
            and holders.measure_id = abatement.measure_id
    -- What public bodies pay is told measure by measure, and so no cover for a firm.
    where
        abatement.status != 'abandoned' and holders.holder_kind != 'public'
        and abatement.annualised_cost_eur is not null and abatement.annual_abatement_tco2e is not null
),

measures as (
    select
        district_id,
        month,
        'private_eur' as measure,
        holder_group,
        'firm' as holder_kind,
        cast(private_eur as decimal(28, 6)) as amount
    from project_money
    where private_eur is not null
    union all
    {% for measure, amount in {
        'pipeline_capex_eur': 'case when active then capex_eur end',
        'capex_eur': 'capex_eur',
        'committed_eur': 'committed_eur',
        'paid_eur': 'paid_eur',
        'funding_gap_eur': 'case when active and funded_eur <= capex_eur then capex_eur - funded_eur end',
    }.items() -%}
    select
        district_id,
        month,
        '{{ measure }}' as measure,
        holder_group,
        holder_kind,
        cast(cast({{ amount }} as decimal(28, 2)) * municipality_share as decimal(28, 6)) as amount
    from project_money
    where {{ amount }} is not null
    union all
    {% endfor -%}
    select
        district_id,
        month,
        'annualised_cost_eur' as measure,
        holder_group,
        holder_kind,
        cast(amount as decimal(28, 6)) as amount
    from measure_money
    where amount is not null
    union all
    select
        district_id,
        month,
        'avoided_tco2e' as measure,
        coalesce(holder_group, measure_id) as holder_group,
        coalesce(holder_kind, 'firm') as holder_kind,
        cast(avoided_tco2e as decimal(28, 6)) as amount
    from {{ ref('int_measure_avoided') }}
    union all
    {% for measure, amount in {
        'weather_modelled_kwh': 'energy_kwh',
        'weather_adjustment_kwh': 'adjustment_kwh',
        'baseline_expected_kwh': 'baseline_expected_kwh',
    }.items() -%}
    select
        district_id,
        month,
        '{{ measure }}' as measure,
        holder_group,
        holder_kind,
        {{ amount }} as amount
    from modelled
    union all
    {% endfor -%}
    {% for measure, condition in {
        'final_energy_kwh': 'true',
        'electricity_final_kwh': "carrier = 'electricity'",
        'electricity_import_kwh': "carrier = 'electricity' and flow = 'import'",
        'pv_self_consumed_kwh': "flow = 'self_consumed'",
        'natural_gas_kwh': "carrier = 'natural_gas'",
        'district_heat_kwh': "carrier = 'district_heat'",
        'other_fuels_kwh': "carrier in ('lpg', 'gas_oil', 'biomass')",
        'interval_metered_kwh': 'hourly',
        'energy_without_intervals_kwh': 'not hourly',
        'reported_energy_kwh': "flow = 'import'",
    }.items() -%}
    select
        district_id,
        month,
        '{{ measure }}' as measure,
        holder_group,
        holder_kind,
        energy_kwh as amount
    from final_energy
    where {{ condition }}
    union all
    {% endfor -%}
    select
        final_energy.district_id,
        final_energy.month,
        'energy_of_output_kwh' as measure,
        final_energy.holder_group,
        final_energy.holder_kind,
        final_energy.energy_kwh as amount
    from final_energy
    inner join with_output
        on
            final_energy.district_id = with_output.district_id
            and final_energy.month = with_output.month
    where final_energy.sector = 'industry'
    union all
    select
        point_months.district_id,
        point_months.month,
        'water_of_output_m3' as measure,
        point_months.holder_group,
        point_months.holder_kind,
        point_months.volume_m3 as amount
    from point_months
    inner join with_output
        on
            point_months.district_id = with_output.district_id
            and point_months.month = with_output.month
    where
        point_months.sector = 'industry' and point_months.carrier = 'water'
        and point_months.role = 'supply' and point_months.flow = 'import'
        and coalesce(point_months.water_source, '') != 'rain'
    union all
    select
        district_id,
        month,
        'change_' || measure || '_' || part as measure,
        holder_group,
        holder_kind,
        cast({{ round_half_up('amount * 0.001', 6) }} as decimal(28, 6)) as amount
    from {{ ref('int_change_point_parts') }}
    {% for measure, amount in [
        ('hourly_electricity_kwh', 'hourly_kwh'), ('other_electricity_kwh', 'energy_kwh - hourly_kwh')
    ] -%}
    union all
    select
        district_id,
        month,
        '{{ measure }}' as measure,
        holder_group,
        holder_kind,
        cast({{ amount }} as decimal(28, 6)) as amount
    from {{ ref('int_hourly_points') }}
    {% endfor -%}
    union all
    select
        district_id,
        month,
        'energy_of_floor_area_kwh' as measure,
        holder_group,
        holder_kind,
        energy_kwh as amount
    from {{ ref('int_floor_area_months') }}
    union all
    -- What a figure of some sites leaves out: the total less the figure gives it back.
    select
        final_energy.district_id,
        final_energy.month,
        'energy_outside_floor_area_kwh' as measure,
        final_energy.holder_group,
        final_energy.holder_kind,
        final_energy.energy_kwh as amount
    from final_energy
    inner join with_areas
        on
            final_energy.district_id = with_areas.district_id
            and final_energy.month = with_areas.month
    left join {{ ref('int_floor_area_months') }} as areas
        on
            final_energy.district_id = areas.district_id
            and final_energy.month = areas.month
            and final_energy.site_id = areas.site_id
    where areas.site_id is null
    union all
    select
        district_id,
        month,
        'floor_area_adjustment_kwh' as measure,
        holder_group,
        holder_kind,
        adjustment_kwh as amount
    from {{ ref('int_floor_area_months') }}
    union all
    select
        emissions.district_id,
        emissions.month,
        'emissions_of_floor_area_tco2e' as measure,
        emissions.holder_group,
        emissions.holder_kind,
        cast(emissions.kg_co2e * 0.001 as decimal(28, 6)) as amount
    from emissions
    inner join {{ ref('int_floor_area_months') }} as areas
        on
            emissions.district_id = areas.district_id
            and emissions.month = areas.month
            and emissions.site_id = areas.site_id
    where emissions.scope in ('1', '2_location') and emissions.kg_co2e is not null
    union all
    -- Where only the area of the whole district is known, it is adjusted as a whole.
    select
        modelled.district_id,
        modelled.month,
        'floor_area_adjustment_kwh' as measure,
        modelled.holder_group,
        modelled.holder_kind,
        modelled.adjustment_kwh as amount
    from modelled
    left join with_areas
        on modelled.district_id = with_areas.district_id and modelled.month = with_areas.month
    where with_areas.month is null
    union all
    select
        district_id,
        month,
        'pv_generation_kwh' as measure,
        holder_group,
        holder_kind,
        production_kwh as amount
    from {{ ref('int_pv_site_months') }}
    union all
    select
        district_id,
        month,
        'electricity_export_kwh' as measure,
        holder_group,
        holder_kind,
        export_kwh as amount
    from {{ ref('int_pv_site_months') }}
    union all
    select
        bill_months.district_id,
        bill_months.month,
        'billed_energy_kwh' as measure,
        points.holder_group,
        points.holder_kind,
        bill_months.priced_quantity as amount
    from {{ ref('int_bill_months') }} as bill_months
    inner join {{ ref('int_points') }} as points
        on bill_months.district_id = points.district_id and bill_months.point_id = points.point_id
    where points.role = 'supply' and bill_months.carrier not in ('water', 'waste_water')
    union all
    select
        intervals.district_id,
        intervals.month,
        'peak_load_kw' as measure,
        points.holder_group,
        points.holder_kind,
        intervals.quantity * 4 as amount
    from {{ ref('int_load_readings') }} as intervals
    inner join {{ ref('int_points') }} as points
        on intervals.district_id = points.district_id and intervals.point_id = points.point_id
    inner join {{ ref('stg_districts') }} as districts
        on intervals.district_id = districts.district_id
    where
        points.role = 'supply'
        and (
            points.valid_from is null
            or intervals.peak_at >= {{ to_utc('points.valid_from', 'districts.timezone') }}
        )
        and (
            points.valid_to is null
            or intervals.peak_at < {{ to_utc('points.valid_to', 'districts.timezone') }}
        )
    union all
    {% for measure, condition in {
        'withdrawn_m3':
            "carrier = 'water' and flow = 'import' and coalesce(water_source, '') not in ('recycled', 'rain')",
        'potable_m3': "carrier = 'water' and flow = 'import' and water_source = 'potable_network'",
        'well_m3': "carrier = 'water' and flow = 'import' and water_source = 'well'",
        'surface_m3': "carrier = 'water' and flow = 'import' and water_source = 'surface'",
        'unassigned_source_m3': "carrier = 'water' and flow = 'import' and water_source is null",
        'recycled_m3': "carrier = 'water' and flow = 'import' and water_source = 'recycled'",
        'rain_m3': "carrier = 'water' and flow = 'import' and water_source = 'rain'",
        'total_water_m3': "carrier = 'water' and flow = 'import'",
        'reported_water_m3': "carrier = 'water' and flow = 'import'",
        'discharged_m3': "carrier = 'waste_water'",
    }.items() -%}
    select
        district_id,
        month,
        '{{ measure }}' as measure,
        holder_group,
        holder_kind,
        volume_m3 as amount
    from point_months
    where role = 'supply' and volume_m3 is not null and {{ condition }}
    union all
    {% endfor -%}
    -- Who proves where power was made: what it serves market-based gives the amount back.
    select
        district_id,
        month,
        'proven_electricity_kwh' as measure,
        holder_group,
        holder_kind,
        energy_kwh as amount
    from emissions
    where scope = '2_market' and instrument not in ('any', 'residual_mix', 'grid_average')
    union all
    select
        district_id,
        month,
        'scope3_tco2e' as measure,
        holder_group,
        holder_kind,
        cast(kg_co2e * 0.001 as decimal(28, 6)) as amount
    from activity_lines
    where scope = '3'
    union all
    select
        district_id,
        month,
        'process_tco2e' as measure,
        holder_group,
        holder_kind,
        cast(kg_co2e * 0.001 as decimal(28, 6)) as amount
    from activity_lines
    where gpc_ref = 'IV.1'
    union all
    select
        district_id,
        month,
        concat('gpc_', gpc_ref) as measure,
        holder_group,
        holder_kind,
        cast(kg_co2e * 0.001 as decimal(28, 6)) as amount
    from activity_lines
    union all
    {% for measure, condition in {
        'scope1_tco2e': "scope = '1'",
        'scope2_location_tco2e': "scope = '2_location'",
        'scope2_market_tco2e': "scope = '2_market'",
        'energy_tco2e': "scope in ('1', '2_location')",
    }.items() -%}
    select
        district_id,
        month,
        '{{ measure }}' as measure,
        holder_group,
        holder_kind,
        cast(kg_co2e * 0.001 as decimal(28, 6)) as amount
    from emissions
    where {{ condition }} and kg_co2e is not null
    {{ 'union all' if not loop.last }}
    {% endfor -%}
)

select
    district_id,
    month,
    measure,
    holder_group,
    holder_kind,
    cast(sum(amount) as decimal(28, 6)) as amount
from measures
group by district_id, month, measure, holder_group, holder_kind
