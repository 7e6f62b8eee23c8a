-- The declared path from a baseline year to the target year, month by month, and the budget under it.
with targets as (
    select
        *,
        row_number() over (partition by district_id order by target_year desc, source asc) as preference
    from {{ ref('stg_targets') }}
    where kpi_code = 'EMI11' and path = 'linear'
),

months as (
    select * from {{ ref('int_district_months') }}
),

emissions as (
    select * from {{ ref('int_emission_months') }}
),

positions as (
    select
        months.district_id,
        months.month,
        months.month_index,
        targets.baseline_year,
        targets.target_year,
        targets.baseline_value,
        targets.reduction,
        -- t is a year's December; t0 the December of the baseline year.
        {{ double('months.calendar_year') }}
        + ({{ double('months.month_of_year') }} - 12) / 12 as t
    from months
    inner join targets
        on months.district_id = targets.district_id and targets.preference = 1
),

since_baseline as (
    select
        positions.district_id,
        positions.month,
        count(emissions.energy_tco2e) as months_known,
        sum(emissions.energy_tco2e) as emitted_tco2e
    from positions
    inner join emissions
        on
            positions.district_id = emissions.district_id
            and positions.month_index >= emissions.month_index
            and emissions.month_index > positions.baseline_year * 12 + 12
    group by positions.district_id, positions.month
)

select
    positions.district_id,
    positions.month,
    cast(positions.baseline_value as decimal(28, 9)) as baseline_tco2e,
    cast(
        {{ double('positions.baseline_value') }}
        * (
            1 - {{ double('positions.reduction') }} * (positions.t - positions.baseline_year)
            / (positions.target_year - positions.baseline_year)
        ) as decimal(28, 9)
    ) as path_tco2e,
    case
        when
            since_baseline.months_known = positions.month_index - (positions.baseline_year * 12 + 12)
            then cast(
                {{ double('positions.baseline_value') }}
                * (positions.target_year - positions.baseline_year)
                * (1 - {{ double('positions.reduction') }} / 2)
                - {{ double('since_baseline.emitted_tco2e') }} as decimal(28, 9)
            )
    end as budget_left_tco2e
from positions
left join since_baseline
    on
        positions.district_id = since_baseline.district_id
        and positions.month = since_baseline.month
