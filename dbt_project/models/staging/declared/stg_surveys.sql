with source as (
    select * from {{ source('declared', 'surveys') }}
)

select
    district_id,
    survey_id,
    name_it,
    name_en,
    selection,
    smallest_cell,
    weight_cap,
    margins,
    weights_source
from source
