-- Activity times factor times warming potential, of what emits other than by metered energy: per row of the
-- activity data, month and gas. A quantity falls to its months by days, to the last digit.
with months as (
    select
        months.*,
        districts.region
    from {{ ref('int_district_months') }} as months
    inner join {{ ref('stg_districts') }} as districts
        on months.district_id = districts.district_id
),

lines as (
    select * from {{ ref('stg_gpc_lines') }}
),

activity as (
    select * from {{ ref('stg_activity_data') }}
    where quantity is not null and notation_key is null and period_end > period_start
),

parts as (
    select
        activity.district_id,
        months.month,
        months.calendar_year,
        months.region,
        months.gwp_set,
        activity.gpc_ref,
        lines.scope,
        activity.activity,
        activity.holder_group,
        activity.holder_kind,
        activity.unit,
        activity.series,
        activity.evidence,
        activity.source_id,
        activity.sha256,
        activity.source_row,
        {{ part_of(
            'activity.quantity',
            days_between('activity.period_start', 'greatest(activity.period_start, months.month_start)'),
            days_between('activity.period_start', 'least(activity.period_end, months.month_end)'),
            days_between('activity.period_start', 'activity.period_end')
        ) }} as quantity
    from activity
    inner join months
        on
            activity.district_id = months.district_id
            and activity.period_start < months.month_end
            and activity.period_end > months.month_start
    inner join lines
        on activity.gpc_ref = lines.gpc_ref
),

factors as (
    select
        *,
        coalesce(region, 'WORLD') as place
    from {{ ref('stg_factors') }}
    where kind = 'emission' and activity is not null and kg_per_unit is not null
),

gwp as (
    select
        gas,
        gwp_set,
        max(value) as gwp
    from {{ ref('stg_factors') }}
    where kind = 'gwp'
    group by gas, gwp_set
),

-- The plant's own factor, else that of its region and of what the region lies in, else the world's.
candidates as (
    select
        parts.*,
        factors.gas,
        factors.biogenic,
        factors.factor_code,
        factors.kg_per_unit,
        factors.valid_year as factor_year,
        coalesce(factors.operator, factors.place) as factor_place,
        row_number() over (
            partition by
                parts.district_id, parts.month, parts.gpc_ref, parts.activity, parts.holder_group,
                parts.sha256, parts.source_row, factors.gas
            order by
                case
                    when factors.operator is not null then 0
                    when factors.place = 'WORLD' then 9
                    else 8 - length(factors.place)
                end asc,
                factors.valid_year desc nulls last,
                factors.factor_code asc
        ) as nearest
    from parts
    left join factors
        on
            parts.activity = factors.activity
            and parts.series = factors.series
            and parts.unit = factors.activity_unit
            and parts.calendar_year >= coalesce(factors.valid_year, 0)
            and (
                parts.holder_group = factors.operator
                or (
                    factors.operator is null
                    and (
                        factors.place = 'WORLD'
                        or substr(parts.region, 1, length(factors.place)) = factors.place
                    )
                )
            )
),

weighed as (
    select
        candidates.*,
        cast(
            case when candidates.gas in ('CO2', 'CO2e') then 1 else gwp.gwp end as decimal(18, 6)
        ) as gwp,
        cast(
            {{ round_half_up(
                'candidates.quantity * cast(candidates.kg_per_unit as decimal(18, 9))', 9
            ) }} as decimal(28, 9)
        ) as kg_gas
    from candidates
    left join gwp
        on candidates.gas = gwp.gas and candidates.gwp_set = gwp.gwp_set
    where candidates.nearest = 1
)

select
    district_id,
    month,
    gpc_ref,
    scope,
    activity,
    holder_group,
    holder_kind,
    coalesce(gas, 'all') as gas,
    coalesce(biogenic, false) as biogenic,
    cast(quantity as decimal(28, 6)) as quantity,
    unit,
    series,
    factor_code,
    cast(kg_per_unit as decimal(18, 9)) as kg_per_unit,
    factor_year,
    factor_place,
    calendar_year - factor_year as factor_age_years,
    gwp_set,
    gwp,
    kg_gas,
    cast({{ round_half_up('kg_gas * gwp', 9) }} as decimal(28, 9)) as kg_co2e,
    case when kg_per_unit is null or gwp is null then 'NE' end as notation_key,
    case when kg_per_unit is null or gwp is null then 'no_factor' end as reason,
    evidence,
    source_id,
    sha256,
    source_row
from weighed
