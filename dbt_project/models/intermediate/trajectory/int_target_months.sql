-- The target that held in each month: the newest declared by its end, before the first one that one.
with months as (
    select * from {{ ref('int_district_months') }}
),

ranked as (
    select
        months.district_id,
        months.month,
        months.month_index,
        months.boundary_version,
        months.gwp_set,
        -- t is a year's December, in years.
        {{ double('months.month_index - 12') }} / 12 as t,
        targets.position,
        targets.kpi_code,
        targets.stands,
        targets.path,
        targets.baseline_year,
        targets.baseline_value,
        targets.baseline_boundary_version,
        targets.baseline_series,
        targets.baseline_gwp_set,
        targets.reduction,
        targets.target_year,
        targets.target_value,
        row_number() over (
            partition by months.district_id, months.month, targets.kpi_code
            order by
                case when targets.declared_on is null or targets.declared_on < months.month_end then 0 else 1 end asc,
                case
                    when targets.declared_on < months.month_end
                        then -{{ days_between("cast('1970-01-01' as date)", 'targets.declared_on') }}
                    when targets.declared_on is null then 0
                    else {{ days_between("cast('1970-01-01' as date)", 'targets.declared_on') }}
                end asc,
                targets.target_year desc, targets.position asc
        ) as preference
    from months
    inner join {{ ref('stg_targets') }} as targets
        on months.district_id = targets.district_id
)

select
    district_id,
    month,
    month_index,
    boundary_version,
    gwp_set,
    t,
    position,
    kpi_code,
    stands,
    path,
    baseline_year,
    baseline_value,
    baseline_boundary_version,
    baseline_series,
    baseline_gwp_set,
    reduction,
    target_year,
    target_value
from ranked
where preference = 1
