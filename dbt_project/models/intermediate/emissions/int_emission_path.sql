-- The path of twelve-month emissions month by month, where it ends, and what is left of the area under it.
with paths as (
    select * from {{ ref('int_target_paths') }}
    where kpi_code = 'EMI11'
),

months as (
    select * from {{ ref('int_emission_months') }}
),

-- What went by since the December of the baseline year: years of the same inventory before the district was
-- metered, grossed like their baseline, and the months that are known.
declared as (
    select
        paths.district_id,
        paths.month,
        {{ exact_sum(
            double('emitted.value') ~ ' * paths.grossing_factor + ' ~ double('paths.grossing_addend')
        ) }} as emitted_tco2e,
        count(*) as years_known,
        max(emitted.year) as last_year
    from paths
    inner join {{ ref('stg_target_emitted') }} as emitted
        on
            paths.district_id = emitted.district_id
            and paths.position = emitted.position
            and paths.baseline_year < emitted.year
            and paths.month_index >= emitted.year * 12 + 12
    group by paths.district_id, paths.month
),

since as (
    select
        paths.*,
        coalesce(declared.emitted_tco2e, 0e0) as declared_tco2e,
        coalesce(declared.last_year, paths.baseline_year) * 12 + 12 as metered_after,
        -- Declared years must follow the baseline without a gap.
        coalesce(declared.years_known, 0)
        = coalesce(declared.last_year, paths.baseline_year) - paths.baseline_year as years_follow
    from paths
    left join declared
        on paths.district_id = declared.district_id and paths.month = declared.month
),

metered as (
    select
        since.district_id,
        since.month,
        count(months.energy_tco2e) as months_known,
        sum(months.energy_tco2e) as emitted_tco2e
    from since
    inner join months
        on
            since.district_id = months.district_id
            and since.month_index >= months.month_index
            and since.metered_after < months.month_index
    group by since.district_id, since.month
)

select
    since.district_id,
    since.month,
    since.month_index,
    since.t,
    since.target_year,
    since.baseline_value as baseline_tco2e,
    since.path_value as path_tco2e,
    since.end_value as target_tco2e,
    case
        when
            since.years_follow
            and coalesce(metered.months_known, 0) = greatest(since.month_index - since.metered_after, 0)
            then cast(
                {{ round_half_up(
                    double('since.area_value') ~ ' - since.declared_tco2e - '
                    ~ double('coalesce(metered.emitted_tco2e, 0)'), 9
                ) }} as decimal(28, 9)
            )
    end as budget_left_tco2e,
    since.reason
from since
left join metered
    on since.district_id = metered.district_id and since.month = metered.month
