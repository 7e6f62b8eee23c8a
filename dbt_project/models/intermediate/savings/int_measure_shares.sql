-- Which measures claim a point's saving of a month: those in place for the whole of it. One claims all; several share
-- it as the savings they declare for the point: no kWh is claimed twice, and the parts add up to the last digit.
with spans as (
    select * from {{ ref('int_measure_spans') }}
),

months as (
    select
        months.*,
        spans.measure_id,
        spans.starts_on,
        spans.ends_on,
        spans.ends_on < months.month_start
        and (spans.saves_until is null or spans.saves_until >= months.month_end) as in_place
    from {{ ref('int_measured_point_months') }} as months
    inner join spans
        on
            months.district_id = spans.district_id
            and months.point_id = spans.point_id
            and months.carrier = spans.carrier
            and months.month_end > spans.starts_on
),

declared as (
    select
        months.*,
        savings.expected_saving,
        savings.kg_co2e_per_kwh,
        case
            when months.in_place
                then greatest(coalesce(cast({{ round_half_up('savings.expected_saving', 0) }} as bigint), 0), 0)
            else 0
        end as claim
    from months
    left join {{ ref('int_measure_point_savings') }} as savings
        on
            months.district_id = savings.district_id
            and months.month = savings.month
            and months.measure_id = savings.measure_id
            and months.carrier = savings.carrier
            and months.point_id = savings.point_id
),

counted as (
    select
        *,
        sum(case when in_place then 1 else 0 end) over point_month as measures_in_place,
        sum(case when in_place and claim > 0 then 1 else 0 end) over point_month as measures_that_declare,
        sum(claim) over point_month as claims,
        sum(claim) over (
            partition by district_id, point_id, carrier, month
            order by measure_id asc
            rows between unbounded preceding and current row
        ) as claims_up_to
    from declared
    window point_month as (partition by district_id, point_id, carrier, month)
),

shared as (
    select
        *,
        case
            when not coalesce(in_place, false) then 'blackout'
            when reason is not null then reason
            when measures_in_place > 1 and measures_that_declare < measures_in_place then 'expected_saving_not_declared'
        end as why_not,
        case
            when measures_in_place = 1 then 1
            else {{ double('claim') }} / nullif({{ double('claims') }}, 0)
        end as share
    from counted
    where
        in_place
        or ends_on is null
        or ends_on >= month_start
)

select
    district_id,
    measure_id,
    point_id,
    carrier,
    month,
    month_index,
    month_start,
    starts_on,
    ends_on,
    series_number,
    model_grade,
    model_reason,
    measures_in_place,
    case when why_not is null then share end as share,
    days,
    heating,
    cooling,
    output,
    baseline,
    used,
    expected_saving,
    kg_co2e_per_kwh,
    case
        when why_not is not null then null
        when measures_in_place = 1 then saving
        else {{ part_of('saving', 'claims_up_to - claim', 'claims_up_to', 'claims') }}
    end as saving,
    -- Whose works silence what is in place.
    case when why_not = 'blackout' and in_place then works_of end as works_of,
    why_not as reason
from shared
