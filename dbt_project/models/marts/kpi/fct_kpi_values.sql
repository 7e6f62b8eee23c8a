with shown as (
    select * from {{ ref('int_kpi_shown') }}
),

months as (
    select * from {{ ref('int_district_months') }}
),

targets as (
    select
        levels.district_id,
        levels.month_index,
        levels.kpi_code,
        case levels.path
            when 'level' then cast(levels.target_value as decimal(28, 9))
            when 'linear' then paths.path_value
        end as target
    from {{ ref('int_target_months') }} as levels
    left join {{ ref('int_target_paths') }} as paths
        on
            levels.district_id = paths.district_id
            and levels.month = paths.month
            and levels.kpi_code = paths.kpi_code
),

-- A value over twelve months may speak of two boundaries, and then names both.
boundaries as (
    select
        shown.district_id,
        shown.month,
        shown.kpi_code,
        min(months.boundary_version) as first_version,
        max(months.boundary_version) as last_version
    from shown
    inner join months
        on
            shown.district_id = months.district_id
            and shown.period_end > months.month_start
            and shown.period_start < months.month_end
    group by shown.district_id, shown.month, shown.kpi_code
),

positions as (
    select
        shown.*,
        months.gwp_set,
        case
            when boundaries.first_version != boundaries.last_version
                then boundaries.first_version || ' + ' || boundaries.last_version
            else coalesce(boundaries.last_version, months.boundary_version)
        end as boundary_version,
        targets.target
    from shown
    inner join months
        on shown.district_id = months.district_id and shown.month = months.month
    left join boundaries
        on
            shown.district_id = boundaries.district_id
            and shown.month = boundaries.month
            and shown.kpi_code = boundaries.kpi_code
    left join targets
        on
            shown.district_id = targets.district_id
            and shown.kpi_code = targets.kpi_code
            and shown.shown_index = targets.month_index
),

gaps as (
    select
        positions.*,
        -- Towards worse, as a share of the target.
        cast(
            case direction
                when 'lower' then {{ safe_divide('value - target', 'abs(target)') }}
                when 'higher' then {{ safe_divide('target - value', 'abs(target)') }}
            end as decimal(28, 9)
        ) as gap
    from positions
),

judged as (
    select
        gaps.*,
        case
            when
                value is not null
                and (coverage < thresholds.grey_below_coverage or grade = 'E')
                then 'grey'
            when target is null then 'none'
            when gap is null then 'grey'
            when gap <= thresholds.signal_green then 'green'
            when gap <= thresholds.signal_amber then 'amber'
            else 'red'
        end as signal,
        case
            when
                value is not null
                and {{ month_index('as_of.as_of_month') }} - shown_index >= thresholds.final_after_months
                and coverage >= thresholds.coverage_a
                and coalesce(estimated_share, 0) <= thresholds.estimated_a
                and (theme != 'emissions' or coalesce(factor_age_years, 1) = 0)
                then 'final'
            else 'provisional'
        end as status,
        case
            when reason is not null then reason
            when value is not null and theme_reason = 'no_register' then 'no_register'
            when coverage < thresholds.grey_below_coverage then 'below_coverage'
        end as reason_shown,
        as_of.factor_set,
        as_of.model_version,
        as_of.known_at
    from gaps
    cross join {{ ref('int_thresholds') }} as thresholds
    cross join {{ ref('stg_as_of') }} as as_of
)

select
    judged.district_id,
    judged.month,
    judged.period_start,
    judged.period_end,
    judged.kpi_code,
    judged.value,
    judged.value_adjusted,
    judged.interval_low,
    judged.interval_high,
    judged.unit,
    judged.status,
    judged.signal,
    judged.grade,
    judged.coverage,
    judged.reason_shown as reason,
    judged.numerator,
    judged.denominator,
    judged.target,
    judged.gap,
    last_year.value as previous_year,
    judged.next_due,
    judged.factor_set,
    judged.gwp_set,
    judged.model_version,
    judged.boundary_version,
    judged.known_at
from judged
left join shown as last_year
    on
        judged.district_id = last_year.district_id
        and judged.kpi_code = last_year.kpi_code
        and judged.month_index = last_year.month_index + 12
