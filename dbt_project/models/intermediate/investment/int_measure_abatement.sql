-- What each measure is expected to avoid and to cost in a year, at the declared discount rate and the factors of the
-- month: held for the lifetime, or on average over it where a path of future factors is declared.
with measures as (
    select
        measure_months.*,
        months.month_start,
        months.month_end,
        thresholds.discount_rate,
        case
            when measure_months.lifetime_years > 0
                then {{ capital_recovery_factor('measure_months.lifetime_years', 'thresholds.discount_rate') }}
        end as recovery
    from {{ ref('int_measure_months') }} as measure_months
    inner join {{ ref('int_district_months') }} as months
        on
            measure_months.district_id = months.district_id
            and measure_months.month = months.month
    cross join {{ ref('int_thresholds') }} as thresholds
),

-- Mean of the declared path over the years in which the measure saves, over its value in the year of the month.
outlooks as (
    select
        measures.district_id,
        measures.month,
        measures.measure_id,
        outlook.carrier,
        cast(avg(outlook.share_of_base) as decimal(18, 9)) as share_of_base
    from measures
    inner join {{ ref('int_district_months') }} as months
        on measures.district_id = months.district_id and measures.month = months.month
    inner join {{ ref('int_factor_outlook') }} as outlook
        on
            measures.district_id = outlook.district_id
            and months.calendar_year = outlook.base_year
            and outlook.year >= extract(year from measures.saves_from)
            and outlook.year < extract(year from measures.saves_until)
    group by measures.district_id, measures.month, measures.measure_id, outlook.carrier
),

at_points as (
    select
        savings.*,
        coalesce(outlooks.share_of_base, 1) as share_of_base,
        outlooks.carrier is not null as has_outlook
    from {{ ref('int_measure_point_savings') }} as savings
    left join outlooks
        on
            savings.district_id = outlooks.district_id
            and savings.month = outlooks.month
            and savings.measure_id = outlooks.measure_id
            and savings.carrier = outlooks.carrier
),

savings as (
    select
        district_id,
        month,
        measure_id,
        max(case when has_outlook then 1 else 0 end) = 1 as with_outlook,
        sum(
            case
                when unit = 'kWh'
                    then
                        cast(
                            {{ round_half_up('expected_saving * kg_co2e_per_kwh * share_of_base * 0.001', 9) }}
                            as decimal(28, 9)
                        )
            end
        ) as tco2e_of_lifetime,
        sum(case when unit = 'kWh' then expected_saving end) as expected_saving_kwh,
        sum(case when unit = 'm3' then expected_saving end) as expected_saving_m3,
        count(case when unit = 'kWh' then carrier end) as energy_rows,
        count(case when unit = 'kWh' then kg_co2e_per_kwh end) as with_factor,
        sum(
            case
                when unit = 'kWh'
                    then cast({{ round_half_up('expected_saving * kg_co2e_per_kwh * 0.001', 9) }} as decimal(28, 9))
            end
        ) as tco2e
    from at_points
    group by district_id, month, measure_id
),

yearly as (
    select
        measures.*,
        savings.expected_saving_kwh,
        savings.expected_saving_m3,
        coalesce(savings.with_outlook, false) as with_outlook,
        case when savings.with_factor = savings.energy_rows then savings.tco2e end as abatement_now,
        case when savings.with_factor = savings.energy_rows then savings.tco2e_of_lifetime end
            as annual_abatement_tco2e,
        case
            when coalesce(savings.energy_rows, 0) = 0 then 'no_saving_declared'
            when savings.with_factor < savings.energy_rows then 'no_factor'
            when savings.tco2e <= 0 then 'no_abatement'
            when measures.capex_eur is null or measures.recovery is null or measures.running_cost_change_eur is null
                then 'no_cost'
        end as reason,
        {{ double('measures.capex_eur') }} * measures.recovery
        + {{ double('measures.running_cost_change_eur') }} as annualised_cost_eur,
        case when measures.running_cost_change_eur < 0 then -1 * measures.running_cost_change_eur end
            as yearly_saving_eur
    from measures
    left join savings
        on
            measures.district_id = savings.district_id
            and measures.month = savings.month
            and measures.measure_id = savings.measure_id
)

select
    district_id,
    month,
    measure_id,
    status,
    in_operation,
    capex_eur,
    discount_rate,
    cast(expected_saving_kwh as decimal(28, 6)) as expected_saving_kwh,
    cast(expected_saving_m3 as decimal(28, 6)) as expected_saving_m3,
    cast(annual_abatement_tco2e as decimal(28, 9)) as annual_abatement_tco2e,
    cast({{ round_half_up('annualised_cost_eur', 2) }} as decimal(18, 2)) as annualised_cost_eur,
    cast(
        case
            when annual_abatement_tco2e > 0
                then {{ round_half_up('annualised_cost_eur / ' ~ double('annual_abatement_tco2e'), 2) }}
        end as decimal(18, 2)
    ) as cost_per_tonne_eur,
    cast(yearly_saving_eur as decimal(18, 2)) as yearly_saving_eur,
    cast(
        case
            when capex_eur > 0 and yearly_saving_eur > 0
                then {{ round_half_up(double('capex_eur') ~ ' / ' ~ double('yearly_saving_eur'), 2) }}
        end as decimal(18, 2)
    ) as payback_years,
    cast(
        {{ round_half_up(
            '-1 * ' ~ double('running_cost_change_eur') ~ ' / recovery - ' ~ double('capex_eur'), 2
        ) }} as decimal(18, 2)
    ) as net_present_value_eur,
    cast(
        case
            when in_operation and saves_from < month_end and (saves_until is null or saves_until > month_start)
                then {{ round_half_up('abatement_now / 12', 9) }}
        end as decimal(28, 9)
    ) as avoided_tco2e,
    with_outlook,
    reason
from yearly
