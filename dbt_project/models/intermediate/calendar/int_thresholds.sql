-- One row, one column per declared line, so that formulas can name them.
with declared as (
    select * from {{ ref('stg_thresholds') }}
)

select
    {% for name in [
        'coverage', 'estimated', 'age', 'factor_age', 'evidence', 'quarantine',
    ] -%}
    {% for letter in ['a', 'b', 'c', 'd'] -%}
    max(case when name = '{{ name }}_{{ letter }}' then value end) as {{ name }}_{{ letter }},
    {% endfor -%}
    {% endfor -%}
    {% for name in [
        'grey_below_coverage', 'withheld_below_coverage', 'signal_green', 'signal_amber',
        'stale_after_cadences', 'discount_rate', 'course_tolerance',
    ] -%}
    max(case when name = '{{ name }}' then value end) as {{ name }},
    {% endfor -%}
    max(case when name = 'final_after_months' then value end) as final_after_months
from declared
