-- Parts of the change of a district's month against the same month a year before, in MWh and tCO2e. What rounding
-- leaves (less than a millionth) goes to the largest part, so that the parts add up to the change of what is published.
with point_parts as (
    select * from {{ ref('int_change_point_parts') }}
),

names as (
    {% for measure, parts in [
        ('energy', ['activity', 'weather', 'efficiency', 'coverage', 'boundary', 'not_separable']),
        ('emissions', ['activity', 'weather', 'efficiency', 'factor', 'coverage', 'boundary', 'not_separable']),
    ] -%}
    {% set last_measure = loop.last -%}
    {% for part in parts -%}
    select
        '{{ measure }}' as measure,
        '{{ part }}' as part
    {{ 'union all' if not (last_measure and loop.last) }}
    {% endfor -%}
    {% endfor -%}
),

totals as (
    select
        district_id,
        month,
        'energy' as measure,
        cast(sum(energy_kwh) * 0.001 as decimal(28, 9)) as value
    from {{ ref('int_final_energy') }}
    group by district_id, month
    union all
    select
        district_id,
        month,
        'emissions' as measure,
        energy_tco2e as value
    from {{ ref('int_emission_months') }}
    where energy_tco2e is not null
),

months as (
    select
        months.district_id,
        months.month,
        months.month_index,
        totals.measure,
        totals.value,
        months.boundary_version
    from {{ ref('int_district_months') }} as months
    inner join totals
        on months.district_id = totals.district_id and months.month = totals.month
),

changes as (
    select
        now.district_id,
        now.month,
        now.month_index,
        before.month as from_month,
        now.measure,
        before.value as from_value,
        now.value as to_value
    from months as now
    inner join months as before
        on
            now.district_id = before.district_id
            and now.measure = before.measure
            and now.month_index = before.month_index + 12
),

sums as (
    select
        district_id,
        month,
        measure,
        part,
        cast({{ round_half_up('sum(amount) * 0.001', 9) }} as decimal(28, 9)) as value
    from point_parts
    group by district_id, month, measure, part
),

-- Why a factor is not known at every point; what nobody declared before what is below zero.
reasons as (
    select
        district_id,
        month,
        measure,
        min(activity_reason) as activity_reason,
        min(weather_reason) as weather_reason,
        min(factor_reason) as factor_reason
    from point_parts
    group by district_id, month, measure
),

grid as (
    select
        changes.*,
        names.part,
        case
            when names.part in ('coverage', 'boundary', 'not_separable') then coalesce(sums.value, 0)
            else sums.value
        end as value,
        case
            when names.part = 'activity' then reasons.activity_reason
            when names.part = 'weather' then reasons.weather_reason
            when names.part = 'factor' then reasons.factor_reason
            when names.part = 'efficiency' then coalesce(reasons.activity_reason, reasons.weather_reason)
            when names.part = 'not_separable' then coalesce(reasons.weather_reason, reasons.activity_reason)
        end as reason
    from changes
    inner join names
        on changes.measure = names.measure
    left join sums
        on
            changes.district_id = sums.district_id
            and changes.month = sums.month
            and changes.measure = sums.measure
            and names.part = sums.part
    left join reasons
        on
            changes.district_id = reasons.district_id
            and changes.month = reasons.month
            and changes.measure = reasons.measure
),

ranked as (
    select
        *,
        to_value - from_value - sum(value) over (partition by district_id, month, measure) as remainder,
        row_number() over (
            partition by district_id, month, measure
            order by abs(value) desc nulls last, part asc
        ) as size
    from grid
)

select
    district_id,
    month,
    month_index,
    from_month,
    measure,
    part,
    from_value,
    to_value,
    cast(case when size = 1 then value + remainder else value end as decimal(28, 9)) as value,
    cast(remainder as decimal(28, 9)) as remainder,
    reason
from ranked
