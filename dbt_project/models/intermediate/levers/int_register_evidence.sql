-- What each register claims up to the month's end, how much of it a document proves, how much of that can be checked.
with months as (
    select * from {{ ref('int_district_months') }}
),

claims as (
    select
        district_id,
        dataset,
        lever,
        claim_id,
        -- Where one document stands for several rows, all of them name it or the claim is not proven.
        max(claimed_on) as claimed_on,
        min(case when has_evidence then 1 else 0 end) as proven,
        min(case when has_reference then 1 else 0 end) as referenced
    from {{ ref('int_register_rows') }}
    where claimed_on is not null
    group by district_id, dataset, lever, claim_id
)

select
    months.district_id,
    months.month,
    claims.dataset,
    claims.lever,
    cast(count(*) as integer) as claims,
    cast(sum(claims.proven) as integer) as proven,
    cast(sum(claims.referenced) as integer) as referenced,
    cast({{ safe_divide('sum(claims.proven)', 'count(*)') }} as decimal(9, 6)) as evidence_share
from months
inner join claims
    on
        months.district_id = claims.district_id
        and months.month_end > claims.claimed_on
group by months.district_id, months.month, claims.dataset, claims.lever
