-- What a baseline is in each month: brought to the month's boundary, factor series and warming potentials where the
-- district declares how, and not comparable, with what differs, where it does not.
with targets as (
    select * from {{ ref('int_target_months') }}
    where path = 'linear'
),

series as (
    select distinct
        district_id,
        month,
        series
    from {{ ref('fct_emission_lines') }}
    where scope in ('1', '2_location') and not biogenic and kg_co2e is not null and series is not null
),

differences as (
    select
        district_id,
        month,
        kpi_code,
        position,
        'boundary_version' as dimension,
        boundary_version as becomes
    from targets
    where baseline_boundary_version != boundary_version

    union all

    select
        district_id,
        month,
        kpi_code,
        position,
        'gwp_set' as dimension,
        gwp_set as becomes
    from targets
    where baseline_gwp_set != gwp_set

    union all

    select
        targets.district_id,
        targets.month,
        targets.kpi_code,
        targets.position,
        'series' as dimension,
        series.series as becomes
    from targets
    inner join series
        on targets.district_id = series.district_id and targets.month = series.month
    where
        targets.baseline_series != ''
        and ',' || targets.baseline_series || ',' not like '%,' || series.series || ',%'
),

bridged as (
    select
        differences.district_id,
        differences.month,
        differences.kpi_code,
        exp({{ exact_sum('ln(' ~ double('grossings.factor') ~ ')') }}) as factor,
        sum(grossings.addend) as addend,
        max(case when grossings.becomes is null then differences.dimension end) as not_bridged
    from differences
    left join {{ ref('stg_target_grossings') }} as grossings
        on
            differences.district_id = grossings.district_id
            and differences.position = grossings.position
            and differences.dimension = grossings.dimension
            and differences.becomes = grossings.becomes
    group by differences.district_id, differences.month, differences.kpi_code
),

grossed as (
    select
        targets.*,
        coalesce(bridged.factor, 1e0) as grossing_factor,
        coalesce(bridged.addend, 0) as grossing_addend,
        cast(
            case
                when bridged.not_bridged is null
                    then {{ round_half_up(
                        double('targets.baseline_value') ~ ' * coalesce(bridged.factor, 1e0) + '
                        ~ double('coalesce(bridged.addend, 0)'), 9
                    ) }}
            end as decimal(28, 9)
        ) as month_baseline,
        bridged.not_bridged
    from targets
    left join bridged
        on
            targets.district_id = bridged.district_id
            and targets.month = bridged.month
            and targets.kpi_code = bridged.kpi_code
)

-- Emissions are of twelve months: across a change of boundary their baseline is the mean of those months' baselines.
select
    district_id,
    month,
    month_index,
    t,
    kpi_code,
    position,
    baseline_year,
    target_year,
    reduction,
    grossing_factor,
    grossing_addend,
    month_baseline,
    cast(
        case
            when kpi_code != 'EMI11' then month_baseline
            when count(not_bridged) over year_of_months = 0
                then {{ round_half_up(
                    double('sum(month_baseline) over year_of_months') ~ ' / count(month_baseline) over year_of_months', 9
                ) }}
        end as decimal(28, 9)
    ) as baseline_value,
    'baseline_' || case when kpi_code = 'EMI11' then max(not_bridged) over year_of_months else not_bridged end as reason
from grossed
window year_of_months as (
    partition by district_id, kpi_code, position
    order by month_index asc
    range between 11 preceding and current row
)
