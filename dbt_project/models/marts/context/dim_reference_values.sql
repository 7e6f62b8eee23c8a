-- Published lists and tables as they hold today: of an entry with several dates, the latest that has begun.
with entries as (
    select * from {{ ref('stg_reference_values') }}
),

districts as (
    select
        districts.district_id,
        cast({{ to_local('as_of.known_at', 'districts.timezone') }} as date) as today
    from {{ ref('stg_districts') }} as districts
    cross join {{ ref('stg_as_of') }} as as_of
),

ranked as (
    select
        entries.*,
        row_number() over (
            partition by entries.district_id, entries.source_id, entries.list, entries.code
            order by case when entries.valid_from is null then 1 else 0 end asc, entries.valid_from desc
        ) as preference
    from entries
    inner join districts on entries.district_id = districts.district_id
    where entries.valid_from is null or entries.valid_from <= districts.today
)

select
    district_id,
    source_id,
    list,
    code,
    valid_from,
    label,
    parent,
    quantity,
    unit,
    note,
    known_at
from ranked
where preference = 1
