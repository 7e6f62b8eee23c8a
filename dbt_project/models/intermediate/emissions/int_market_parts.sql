-- Which part of a point's electricity each instrument serves, month by month: guarantees of the same year's
-- production, else the contract, else the supplier's mix, and the rest is residual. Amounts are used up in the
-- order of the months, so that a later month moves no earlier one.
with months as (
    select * from {{ ref('int_district_months') }}
),

instruments as (
    select * from {{ ref('int_market_instruments') }}
    where why_not is null
),

drawn as (
    select
        used.district_id,
        used.month,
        months.calendar_year,
        months.month_start,
        months.month_end,
        used.point_id,
        cast(greatest(sum(used.energy_kwh), 0) as decimal(28, 6)) as energy_kwh
    from {{ ref('int_final_energy') }} as used
    inner join months
        on used.district_id = months.district_id and used.month = months.month
    where used.carrier = 'electricity' and used.flow = 'import'
    group by
        used.district_id, used.month, months.calendar_year, months.month_start, months.month_end,
        used.point_id
),

drawn_in_year as (
    select
        *,
        sum(energy_kwh) over (
            partition by district_id, point_id, calendar_year
            order by month asc rows between unbounded preceding and current row
        ) as drawn_to
    from drawn
),

guaranteed_in_year as (
    select
        *,
        sum(energy_kwh) over (
            partition by district_id, point_id, vintage
            order by cancelled_on asc, contract_id asc
            rows between unbounded preceding and current row
        ) as guaranteed_to
    from instruments
    where instrument = 'guarantee_of_origin'
),

guaranteed as (
    select
        drawn.district_id,
        drawn.month,
        drawn.point_id,
        guarantees.contract_id,
        guarantees.instrument,
        guarantees.kg_co2e_per_kwh,
        cast(
            least(drawn.drawn_to, guarantees.guaranteed_to)
            - greatest(
                drawn.drawn_to - drawn.energy_kwh, guarantees.guaranteed_to - guarantees.energy_kwh
            ) as decimal(28, 6)
        ) as energy_kwh
    from drawn_in_year as drawn
    inner join guaranteed_in_year as guarantees
        on
            drawn.district_id = guarantees.district_id
            and drawn.point_id = guarantees.point_id
            and drawn.calendar_year = guarantees.vintage
            and drawn.drawn_to > guarantees.guaranteed_to - guarantees.energy_kwh
            and drawn.drawn_to - drawn.energy_kwh < guarantees.guaranteed_to
),

after_guarantees as (
    select
        drawn.district_id,
        drawn.month,
        drawn.month_start,
        drawn.month_end,
        drawn.point_id,
        drawn.energy_kwh as drawn_kwh,
        cast(drawn.energy_kwh - coalesce(sum(guaranteed.energy_kwh), 0) as decimal(28, 6)) as left_kwh
    from drawn
    left join guaranteed
        on
            drawn.district_id = guaranteed.district_id
            and drawn.month = guaranteed.month
            and drawn.point_id = guaranteed.point_id
    group by
        drawn.district_id, drawn.month, drawn.month_start, drawn.month_end, drawn.point_id,
        drawn.energy_kwh
),

{% for tier, earlier in [('contract', 'after_guarantees'), ('supplier_mix', 'after_contract')] -%}
-- One of a kind supplies a whole month: the one that began last.
{{ tier }}_months as (
    select
        {{ earlier }}.*,
        instruments.contract_id,
        instruments.kg_co2e_per_kwh,
        instruments.energy_kwh as limit_kwh,
        row_number() over (
            partition by {{ earlier }}.district_id, {{ earlier }}.month, {{ earlier }}.point_id
            order by instruments.valid_from desc, instruments.contract_id asc
        ) as newest
    from {{ earlier }}
    inner join instruments
        on
            {{ earlier }}.district_id = instruments.district_id
            and {{ earlier }}.point_id = instruments.point_id
            and instruments.instrument = '{{ tier }}'
            and {{ earlier }}.month_start >= instruments.valid_from
            and {{ earlier }}.month_end <= coalesce(instruments.valid_to, {{ earlier }}.month_end)
),

{{ tier }}_drawn as (
    select
        *,
        sum(left_kwh) over (
            partition by district_id, point_id, contract_id
            order by month asc rows between unbounded preceding and current row
        ) as drawn_to
    from {{ tier }}_months
    where newest = 1
),

{{ tier }}_parts as (
    select
        district_id,
        month,
        point_id,
        contract_id,
        kg_co2e_per_kwh,
        cast(
            case
                when limit_kwh is null then left_kwh
                else least(drawn_to, limit_kwh) - least(drawn_to - left_kwh, limit_kwh)
            end as decimal(28, 6)
        ) as energy_kwh
    from {{ tier }}_drawn
),

after_{{ tier }} as (
    select
        earlier.district_id,
        earlier.month,
        earlier.month_start,
        earlier.month_end,
        earlier.point_id,
        earlier.drawn_kwh,
        cast(earlier.left_kwh - coalesce(parts.energy_kwh, 0) as decimal(28, 6)) as left_kwh
    from {{ earlier }} as earlier
    left join {{ tier }}_parts as parts
        on
            earlier.district_id = parts.district_id
            and earlier.month = parts.month
            and earlier.point_id = parts.point_id
),

{% endfor -%}
-- Whose guarantees are sold has sold what its sun was worth: first of what left the site in that year, then of
-- what the site used itself, which then counts like any power of unknown origin.
sold as (
    select
        district_id,
        site_id,
        vintage,
        sum(energy_kwh) as sold_kwh
    from instruments
    where instrument = 'guarantee_sold'
    group by district_id, site_id, vintage
),

made as (
    select
        sites.district_id,
        sites.month,
        sites.site_id,
        months.calendar_year,
        sites.self_consumed_kwh,
        sum(sites.self_consumed_kwh) over (
            partition by sites.district_id, sites.site_id, months.calendar_year
            order by sites.month asc rows between unbounded preceding and current row
        ) as used_to,
        sum(sites.export_kwh) over (
            partition by sites.district_id, sites.site_id, months.calendar_year
        ) as exported_in_year
    from {{ ref('int_pv_site_months') }} as sites
    inner join months
        on sites.district_id = months.district_id and sites.month = months.month
    where sites.self_consumed_kwh is not null
),

forfeited as (
    select
        made.district_id,
        made.month,
        made.site_id as point_id,
        cast(
            least(made.used_to, greatest(sold.sold_kwh - coalesce(made.exported_in_year, 0), 0))
            - least(
                made.used_to - made.self_consumed_kwh,
                greatest(sold.sold_kwh - coalesce(made.exported_in_year, 0), 0)
            ) as decimal(28, 6)
        ) as energy_kwh
    from made
    inner join sold
        on
            made.district_id = sold.district_id
            and made.site_id = sold.site_id
            and made.calendar_year = sold.vintage
),

parts as (
    select
        district_id,
        month,
        point_id,
        'import' as flow,
        instrument,
        contract_id,
        kg_co2e_per_kwh,
        energy_kwh
    from guaranteed
    {% for tier in ['contract', 'supplier_mix'] -%}
    union all
    select
        district_id,
        month,
        point_id,
        'import' as flow,
        '{{ tier }}' as instrument,
        contract_id,
        kg_co2e_per_kwh,
        energy_kwh
    from {{ tier }}_parts
    {% endfor -%}
    union all
    select
        district_id,
        month,
        point_id,
        'import' as flow,
        'residual_mix' as instrument,
        cast(null as {{ text_type() }}) as contract_id,
        cast(null as decimal(18, 9)) as kg_co2e_per_kwh,
        left_kwh as energy_kwh
    from after_supplier_mix
    where left_kwh > 0 or drawn_kwh = 0
    union all
    select
        district_id,
        month,
        point_id,
        'self_consumed' as flow,
        'guarantee_sold' as instrument,
        cast(null as {{ text_type() }}) as contract_id,
        cast(null as decimal(18, 9)) as kg_co2e_per_kwh,
        energy_kwh
    from forfeited
)

select
    district_id,
    month,
    point_id,
    flow,
    instrument,
    coalesce(contract_id, 'any') as contract_id,
    kg_co2e_per_kwh,
    energy_kwh
from parts
where energy_kwh > 0 or instrument = 'residual_mix'
