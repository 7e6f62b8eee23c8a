-- Each link of a Theory of Change with its state, its evidence, and where its KPI stands on the line from one target to
-- the next. A year's target holds at the end of its December.
with links as (
    select
        months.district_id,
        months.month,
        declared.link_id,
        declared.kpi_code,
        declared.boundary_version,
        states.as_of,
        states.stage,
        states.timeliness,
        states.evidence_on,
        states.evidence,
        states.evidence_ref
    from {{ ref('int_district_months') }} as months
    inner join {{ ref('stg_theory_links') }} as declared
        on months.district_id = declared.district_id and months.month_end > declared.declared_on
    left join {{ ref('int_change_link_months') }} as states
        on
            months.district_id = states.district_id
            and months.month = states.month
            and declared.link_id = states.link_id
),

figures as (
    select
        links.*,
        kpis.direction,
        kpis.mart,
        figures.value,
        figures.coverage,
        figures.grade,
        figures.reason,
        figures.boundary_version as figure_boundary_version,
        {{ month_index(month_of(add_days('figures.period_end', -1))) }} as told_index
    from links
    inner join {{ ref('stg_kpis') }} as kpis
        on links.kpi_code = kpis.code
    left join {{ ref('fct_kpi_values') }} as figures
        on
            links.district_id = figures.district_id
            and links.month = figures.month
            and links.kpi_code = figures.kpi_code
),

points as (
    select
        figures.district_id,
        figures.month,
        figures.link_id,
        min(
            case
                when targets.is_target and targets.year * 12 + 12 >= figures.told_index then targets.year
            end
        ) as next_year,
        max(case when targets.is_target then targets.year end) as last_year,
        max(case when targets.year * 12 + 12 < figures.told_index then targets.year end) as before_year
    from figures
    inner join {{ ref('stg_theory_targets') }} as targets
        on figures.district_id = targets.district_id and figures.kpi_code = targets.kpi_code
    group by figures.district_id, figures.month, figures.link_id
),

aimed as (
    select
        figures.*,
        coalesce(points.next_year, points.last_year) as target_year,
        next_target.value as target,
        case
            when points.next_year is null or points.next_year * 12 + 12 = figures.told_index then next_target.value
            else cast(
                {{ round_half_up(
                    double('before.value') ~ ' + ' ~ double('next_target.value - before.value')
                    ~ ' * (figures.told_index - before.year * 12 - 12) / nullif((points.next_year - before.year) * 12, 0)',
                    9
                ) }} as decimal(28, 9)
            )
        end as expected
    from figures
    left join points
        on
            figures.district_id = points.district_id
            and figures.month = points.month
            and figures.link_id = points.link_id
    left join {{ ref('stg_theory_targets') }} as next_target
        on
            figures.district_id = next_target.district_id
            and figures.kpi_code = next_target.kpi_code
            and coalesce(points.next_year, points.last_year) = next_target.year
    left join {{ ref('stg_theory_targets') }} as before
        on
            figures.district_id = before.district_id
            and figures.kpi_code = before.kpi_code
            and points.before_year = before.year
),

judged as (
    select
        aimed.*,
        case
            when aimed.value is null then coalesce(aimed.reason, 'not_delivered')
            when aimed.coverage < thresholds.grey_below_coverage then 'below_coverage'
            when aimed.grade = 'E' then 'grade_e'
            when
                aimed.mart in ('fct_energy_monthly', 'fct_water_monthly', 'fct_emissions_monthly')
                and aimed.boundary_version != aimed.figure_boundary_version
                then 'other_boundary'
        end as not_measured,
        case aimed.direction
            when 'higher' then aimed.value >= aimed.target
            when 'lower' then aimed.value <= aimed.target
        end as is_reached,
        case aimed.direction
            when 'higher' then aimed.value >= aimed.expected - thresholds.course_tolerance * abs(aimed.expected)
            when 'lower' then aimed.value <= aimed.expected + thresholds.course_tolerance * abs(aimed.expected)
        end as is_on_course
    from aimed
    cross join {{ ref('int_thresholds') }} as thresholds
)

select
    district_id,
    month,
    link_id,
    kpi_code,
    as_of,
    stage,
    timeliness,
    evidence_on,
    evidence,
    evidence_ref,
    cast(target_year as integer) as target_year,
    cast(target as decimal(28, 9)) as target,
    cast(expected as decimal(28, 9)) as expected,
    case
        when not_measured is not null then 'not_measurable'
        when is_reached then 'reached'
        when is_on_course then 'on_course'
        when is_on_course is null then 'not_measurable'
        else 'behind'
    end as status,
    case
        when not_measured is not null then not_measured
        when not is_reached and is_on_course is null then 'no_start'
    end as reason
from judged
