-- noqa: disable=LT02
-- What each measure saved at its points: by month, over twelve months, in its year and since it is in place, each with
-- the square of half its 90 % interval. A month counts for a measure where it is known at all of its points.
{%- set spans = ['month', 'of_year', 'in_year', 'since'] %}

with shares as (
    select
        *,
        max(case when reason is not null then 1 else 0 end) over (
            partition by district_id, measure_id, carrier, month
        ) = 0 as counts,
        case
            when ends_on < month_start
                then 1 + cast(
                    floor(
                        (
                            month_index - 1 - {{ month_index(month_of('ends_on')) }}
                        ) * {{ double('1') }} / 12
                    ) as integer
                )
        end as reporting_year
    from {{ ref('int_measure_shares') }}
),

models as (
    select
        *,
        greatest(periods / coalesce(independent_periods, periods), 1) as widened
    from {{ ref('int_baseline_models') }}
),

running as (
    select
        shares.*,
        {% for term in ['days', 'heating', 'cooling', 'output'] -%}
        case when shares.counts then share * {{ double(term) }} end as {{ term }}_month,
        {% for span in spans[1:] -%}
        sum(case when shares.counts then cast(share * {{ double(term) }} as decimal(28, 9)) end) over {{ span }}
            as {{ term }}_{{ span }},
        {% endfor -%}
        {% endfor -%}
        case when shares.counts then share * share * {{ double('days') }} end as scatter_month,
        {% for span in spans[1:] -%}
        sum(
            case when shares.counts then cast(share * share * {{ double('days') }} as decimal(28, 9)) end
        ) over {{ span }} as scatter_{{ span }},
        sum(case when shares.counts then saving end) over {{ span }} as saving_{{ span }},
        sum(
            case when shares.counts then cast({{ round_half_up('shares.baseline * share', 6) }} as decimal(28, 6)) end
        ) over {{ span }} as baseline_{{ span }},
        count(case when shares.counts then 1 end) over {{ span }} as months_{{ span }},
        {% endfor -%}
        sum(case when shares.counts then expected_saving end) over of_year as declared_of_year,
        sum(
            case
                when shares.counts
                    then cast({{ round_half_up('saving * kg_co2e_per_kwh * 0.001', 9) }} as decimal(28, 9))
            end
        ) over of_year as avoided_of_year
    from shares
    window
        of_year as (
            partition by district_id, measure_id, point_id, carrier
            order by month_index asc
            range between 11 preceding and current row
        ),
        in_year as (
            partition by district_id, measure_id, point_id, carrier, reporting_year
            order by month_index asc
            range between unbounded preceding and current row
        ),
        since as (
            partition by district_id, measure_id, point_id, carrier
            order by month_index asc
            range between unbounded preceding and current row
        )
),

halves as (
    select
        running.*,
        {% for span in spans -%}
        {{ prediction_interval(
            double('days_' ~ span), double('heating_' ~ span), double('cooling_' ~ span),
            double('output_' ~ span), 'widened', double('scatter_' ~ span)
        ) }} as half_{{ span }}{{ ',' if not loop.last }}
        {% endfor -%}
    from running
    left join models
        on running.series_number = models.series_number
)

select
    district_id,
    measure_id,
    point_id,
    carrier,
    month,
    month_index,
    reporting_year,
    counts,
    model_grade,
    measures_in_place,
    share,
    works_of,
    reason,
    expected_saving,
    declared_of_year,
    avoided_of_year,
    case when counts then cast({{ round_half_up('baseline * share', 6) }} as decimal(28, 6)) end as baseline,
    case when counts then saving end as saving,
    cast({{ round_half_up('saving * kg_co2e_per_kwh * 0.001', 9) }} as decimal(28, 9)) as avoided_tco2e,
    {% for span in spans[1:] -%}
    saving_{{ span }},
    baseline_{{ span }},
    months_{{ span }},
    {% endfor -%}
    {% for span in spans -%}
    cast(half_{{ span }} * half_{{ span }} as decimal(38, 9)) as square_{{ span }}{{ ',' if not loop.last }}
    {% endfor -%}
from halves
