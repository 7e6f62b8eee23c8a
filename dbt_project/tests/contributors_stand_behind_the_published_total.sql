-- The disclosure rules would be blind where contributions and figure disagree. Negative contributions
-- (credits) enter by absolute value, so the sum may only be larger.
select
    energy.district_id,
    energy.month,
    energy.final_energy_kwh,
    contributions.amount
from {{ ref('fct_energy_monthly') }} as energy
left join (
    select
        district_id,
        month,
        sum(abs(amount)) as amount
    from {{ ref('int_contributions') }}
    where measure = 'final_energy_kwh'
    group by district_id, month
) as contributions
    on energy.district_id = contributions.district_id and energy.month = contributions.month
where coalesce(contributions.amount, 0) < energy.final_energy_kwh
