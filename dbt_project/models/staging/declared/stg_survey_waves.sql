with source as (
    select * from {{ source('declared', 'survey_waves') }}
)

select
    district_id,
    survey_id,
    wave,
    invited,
    unreachable,
    mode,
    universe_it,
    universe_en,
    population,
    population_source,
    closed_on
from source
