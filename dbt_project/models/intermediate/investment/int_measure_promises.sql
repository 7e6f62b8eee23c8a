-- Points of which the ledger promises to save more than they use in a year: one measure alone, or several together. A
-- year is the twelve months before the first works there, else, where no works have begun, the last twelve.
with promises as (
    select
        savings.district_id,
        savings.month,
        savings.point_id,
        savings.carrier,
        sum(savings.expected_saving) as promised,
        count(*) as measures,
        min(savings.measure_id) as first_measure,
        max(savings.measure_id) as last_measure,
        min(measures.source_id) as source_id,
        max(measures.known_at) as known_at,
        max(savings.use_12m) as use_12m
    from {{ ref('int_measure_point_savings') }} as savings
    inner join {{ ref('int_measure_months') }} as measures
        on
            savings.district_id = measures.district_id
            and savings.month = measures.month
            and savings.measure_id = measures.measure_id
    where
        savings.expected_saving > 0
        and savings.point_id is not null
        and measures.status != 'abandoned'
    group by savings.district_id, savings.month, savings.point_id, savings.carrier
),

first_works as (
    select
        district_id,
        point_id,
        carrier,
        min(starts_on) as starts_on
    from {{ ref('int_measure_spans') }}
    group by district_id, point_id, carrier
),

years_before as (
    select
        works.district_id,
        works.point_id,
        works.carrier,
        sum(coalesce(used.energy_kwh, used.volume_m3)) as use_before
    from first_works as works
    inner join {{ ref('int_district_months') }} as months
        on
            works.district_id = months.district_id
            and months.month_index between
            {{ month_index(month_of('works.starts_on')) }} - 12 and {{ month_index(month_of('works.starts_on')) }} - 1
    inner join {{ ref('int_point_months') }} as used
        on
            works.district_id = used.district_id
            and works.point_id = used.point_id
            and works.carrier = used.carrier
            and months.month = used.month
            and used.flow = 'import'
    group by works.district_id, works.point_id, works.carrier
    having count(coalesce(used.energy_kwh, used.volume_m3)) = 12
),

known as (
    select
        promises.*,
        case when works.point_id is null then promises.use_12m else years_before.use_before end as use_of_year
    from promises
    left join first_works as works
        on
            promises.district_id = works.district_id
            and promises.point_id = works.point_id
            and promises.carrier = works.carrier
    left join years_before
        on
            promises.district_id = years_before.district_id
            and promises.point_id = years_before.point_id
            and promises.carrier = years_before.carrier
)

select
    district_id,
    month,
    point_id,
    carrier,
    promised,
    use_of_year,
    cast(measures as integer) as measures,
    first_measure,
    last_measure,
    source_id,
    known_at
from known
where promised > use_of_year
