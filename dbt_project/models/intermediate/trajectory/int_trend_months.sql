-- The months that a pace is read from, for every month it is told of: those known by then, of one boundary, of which
-- enough was read. Each is set against the mean of its calendar month, so that the seasons say nothing about the pace.
with months as (
    select
        months.district_id,
        months.month,
        months.month_index,
        months.month_of_year,
        months.boundary_version,
        case
            when completeness.coverage is null or completeness.coverage >= thresholds.grey_below_coverage
                then emissions.energy_tco2e
        end as energy_tco2e
    from {{ ref('int_district_months') }} as months
    cross join {{ ref('int_thresholds') }} as thresholds
    left join {{ ref('int_emission_months') }} as emissions
        on months.district_id = emissions.district_id and months.month = emissions.month
    left join {{ ref('int_completeness') }} as completeness
        on
            months.district_id = completeness.district_id
            and months.month = completeness.month
            and completeness.theme = 'emissions'
            and completeness.period = 'month'
),

pairs as (
    select
        told.district_id,
        told.month as told_month,
        told.month_index as told_index,
        seen.month_index,
        seen.month_of_year,
        -- Months before the one it is told of: small numbers, so that sums stay exact.
        seen.month_index - told.month_index as position,
        seen.energy_tco2e
    from months as told
    inner join months as seen
        on
            told.district_id = seen.district_id
            and seen.month_index between told.month_index - {{ var('pace_most_months') }} + 1 and told.month_index
            and (told.boundary_version is null or told.boundary_version = seen.boundary_version)
    where seen.energy_tco2e is not null
),

seasons as (
    select
        district_id,
        told_month,
        month_of_year,
        count(*) as years,
        {{ double('sum(position)') }} / count(*) as mean_position,
        {{ double('sum(energy_tco2e)') }} / count(*) as mean_tco2e
    from pairs
    group by district_id, told_month, month_of_year
)

select
    pairs.district_id,
    pairs.told_month,
    pairs.told_index,
    pairs.month_index,
    pairs.month_of_year,
    seasons.years,
    seasons.mean_position,
    seasons.mean_tco2e,
    pairs.position - seasons.mean_position as position_off,
    {{ double('pairs.energy_tco2e') }} - seasons.mean_tco2e as tco2e_off
from pairs
inner join seasons
    on
        pairs.district_id = seasons.district_id
        and pairs.told_month = seasons.told_month
        and pairs.month_of_year = seasons.month_of_year
