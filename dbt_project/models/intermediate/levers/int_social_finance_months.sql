with months as (
    select * from {{ ref('int_district_months') }}
),

registers as (
    select * from {{ ref('int_lever_registers') }}
),

practices as (
    select
        months.district_id,
        months.month,
        count(distinct practices.practice_id) as practices_catalogued,
        count(
            distinct case
                when
                    practices.replicated_on < months.month_end
                    -- Where it comes from is no other district.
                    and lower(trim(coalesce(practices.replicated_in, ''))) not in ('', months.district_id)
                    then practices.practice_id
            end
        ) as practices_replicated
    from months
    inner join {{ ref('stg_best_practices') }} as practices
        on months.district_id = practices.district_id and months.month_end > practices.catalogued_on
    group by months.district_id, months.month
),

schemes as (
    select
        months.district_id,
        months.month,
        count(
            distinct case
                when
                    schemes.scheme_type != 'community_of_practice'
                    and coalesce(schemes.role, 'member') in ('lead', 'member')
                    and schemes.joined_on < months.month_end
                    and (schemes.left_on is null or schemes.left_on >= months.month_end)
                    then schemes.organisation_id
            end
        ) as scheme_firms,
        count(
            distinct case
                when
                    schemes.scheme_type = 'energy_community'
                    and schemes.joined_on < months.month_end
                    and (schemes.left_on is null or schemes.left_on >= months.month_end)
                    then schemes.organisation_id
            end
        ) as energy_community_members,
        count(
            distinct case
                when
                    schemes.scheme_type = 'community_of_practice'
                    and schemes.last_met_on >= {{ add_months('months.month_start', -5) }}
                    and schemes.joined_on < months.month_end
                    and (schemes.left_on is null or schemes.left_on >= months.month_end)
                    then schemes.scheme_id
            end
        ) as communities_active,
        count(
            distinct case
                when
                    schemes.scheme_type = 'energy_management'
                    and schemes.joined_on < months.month_end
                    and (schemes.left_on is null or schemes.left_on >= months.month_end)
                    and coalesce(schemes.role, 'member') in ('lead', 'member')
                    then schemes.organisation_id
            end
        ) as management_members,
        count(
            distinct case
                when
                    schemes.scheme_type = 'energy_management'
                    and schemes.joined_on < months.month_end
                    and (schemes.left_on is null or schemes.left_on >= months.month_end)
                    and coalesce(schemes.role, 'member') in ('lead', 'member')
                    and schemes.agreement_on < months.month_end
                    and (schemes.agreement_until is null or schemes.agreement_until >= months.month_end)
                    and (
                        coalesce(schemes.covers_electricity, false)
                        or coalesce(schemes.covers_natural_gas, false)
                        or coalesce(schemes.covers_district_heat, false)
                    )
                    then schemes.organisation_id
            end
        ) as management_members_with_agreement
    from months
    inner join registers
        on
            months.district_id = registers.district_id
            and registers.dataset = 'shared_schemes'
            and months.month_end > registers.first_dated_on
    left join {{ ref('stg_shared_schemes') }} as schemes
        on months.district_id = schemes.district_id
    group by months.district_id, months.month
),

barriers as (
    select
        months.district_id,
        months.month,
        count(case when kind = 'barrier' then 1 end) as barriers,
        count(
            case
                when
                    kind = 'barrier' and closed_on < month_end
                    and evidence is not null and trim(evidence) != ''
                    then 1
            end
        ) as barriers_closed,
        count(case when kind = 'risk' then 1 end) as risks,
        count(case when kind = 'risk' and mitigated_on < month_end then 1 end) as risks_mitigated
    from months
    inner join {{ ref('stg_finance_barriers') }} as barriers
        on months.district_id = barriers.district_id and months.month_end > barriers.identified_on
    group by months.district_id, months.month
)

select
    months.district_id,
    months.month,
    practices.practices_catalogued,
    practices.practices_replicated,
    schemes.scheme_firms,
    schemes.energy_community_members,
    schemes.communities_active,
    schemes.management_members,
    schemes.management_members_with_agreement,
    barriers.barriers,
    barriers.barriers_closed,
    barriers.risks,
    barriers.risks_mitigated
from months
left join practices
    on months.district_id = practices.district_id and months.month = practices.month
left join schemes
    on months.district_id = schemes.district_id and months.month = schemes.month
left join barriers
    on months.district_id = barriers.district_id and months.month = barriers.month
