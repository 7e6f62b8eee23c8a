-- noqa: disable=LT02
-- What each point's change consists of, in kWh and kg CO2e. Boundary and coverage come first, point by point; the rest
-- is split by LMDI-I. Efficiency is what the other parts leave, so that they add up to the change to the last digit;
-- it differs from its own formula by the rounding of the others alone.
{% set measures = ['energy', 'emissions'] %}
-- Why a factor of a point is not known stands with what is left of it, for each factor by itself.
{% set no_reasons -%}
cast(null as {{ text_type() }}) as activity_reason,
        cast(null as {{ text_type() }}) as weather_reason,
        cast(null as {{ text_type() }}) as factor_reason
{%- endset %}
with factors as (
    select * from {{ ref('int_change_point_factors') }}
),

changes as (
    {% for measure in measures -%}
    select
        district_id,
        month,
        from_month,
        point_id,
        carrier,
        flow,
        holder_group,
        holder_kind,
        kind,
        activity_reason,
        weather_reason,
        now_activity,
        before_activity,
        now_weather,
        before_weather,
        now_kg_per_kwh,
        before_kg_per_kwh,
        now_comparable_kwh,
        before_comparable_kwh,
        '{{ measure }}' as measure,
        {% if measure == 'energy' -%}
        cast(now_kwh - before_kwh as decimal(28, 9)) as change,
        {% for when in ['now', 'before'] -%}
        cast({{ when }}_comparable_kwh as decimal(28, 9)) as {{ when }}_value{{ ',' if not loop.last }}
        {% endfor -%}
        {% else -%}
        cast(now_kg - before_kg as decimal(28, 9)) as change,
        {% for when in ['now', 'before'] -%}
        cast(
            case
                when kind != 'comparable' then 0
                when {{ when }}_comparable_kwh = {{ when }}_kwh then {{ when }}_kg
                else {{ round_half_up(
                    double(when ~ '_kg') ~ ' * ' ~ double(when ~ '_comparable_kwh') ~ ' / '
                    ~ double(when ~ '_kwh'), 9
                ) }}
            end as decimal(28, 9)
        ) as {{ when }}_value{{ ',' if not loop.last }}
        {% endfor -%}
        {%- endif %}
    from factors
    {% if measure == 'emissions' -%}
    where flow = 'import'
    {%- endif %}
    {{ 'union all' if not loop.last }}
    {% endfor -%}
),

-- Which factors were zero, where the value was: the use, the factor of emissions, or both.
zeros as (
    select
        *,
        now_value - before_value as comparable_change,
        {{ double('now_value') }} as v1,
        {{ double('before_value') }} as v0,
        kind = 'comparable' and (now_value < 0 or before_value < 0) as below_zero,
        case when now_value = 0 then now_kg_per_kwh else before_kg_per_kwh end <= 0 as no_factor,
        case when now_value = 0 then now_comparable_kwh else before_comparable_kwh end = 0 as no_use,
        (now_value = 0) != (before_value = 0) as one_zero
    from changes
),

-- With a known factor of zero the value is zero through it; with energy of zero through the use.
split as (
    select
        *,
        case
            when kind != 'comparable' or below_zero or activity_reason is not null then null
            when now_value = 0 or before_value = 0 then 0e0
            else {{ moved_by('v1', 'v0', 'now_activity', 'before_activity') }}
        end as by_activity,
        case
            when kind != 'comparable' or below_zero or weather_reason is not null then null
            when now_value = 0 or before_value = 0 then 0e0
            else {{ moved_by('v1', 'v0', 'now_weather', 'before_weather') }}
        end as by_weather,
        case
            when kind != 'comparable' or measure = 'energy' or below_zero then null
            when one_zero and no_factor and no_use then {{ double('comparable_change') }} / 2
            when one_zero and no_factor then {{ double('comparable_change') }}
            when now_value = 0 or before_value = 0 then 0e0
            else {{ moved_by('v1', 'v0', 'now_kg_per_kwh', 'before_kg_per_kwh') }}
        end as by_factor
    from zeros
),

rounded as (
    select
        *,
        {% for part in ['activity', 'weather', 'factor'] -%}
        cast({{ round_half_up('by_' ~ part, 9) }} as decimal(28, 9)) as part_{{ part }}{{ ',' if not loop.last }}
        {% endfor -%}
    from split
),

parts as (
    {% for part in ['activity', 'weather', 'factor'] -%}
    select
        district_id,
        month,
        from_month,
        measure,
        point_id,
        carrier,
        flow,
        holder_group,
        holder_kind,
        '{{ part }}' as part,
        part_{{ part }} as amount,
        {{ no_reasons }}
    from rounded
    where part_{{ part }} is not null
    union all
    {% endfor -%}
    select
        district_id,
        month,
        from_month,
        measure,
        point_id,
        carrier,
        flow,
        holder_group,
        holder_kind,
        case
            when below_zero or activity_reason is not null or weather_reason is not null then 'not_separable'
            else 'efficiency'
        end as part,
        cast(
            comparable_change - coalesce(part_activity, 0) - coalesce(part_weather, 0) - coalesce(part_factor, 0)
            as decimal(28, 9)
        ) as amount,
        case when below_zero then 'not_positive' else activity_reason end as activity_reason,
        case when below_zero then 'not_positive' else weather_reason end as weather_reason,
        case when below_zero then 'not_positive' end as factor_reason
    from rounded
    where kind = 'comparable'
    union all
    select
        district_id,
        month,
        from_month,
        measure,
        point_id,
        carrier,
        flow,
        holder_group,
        holder_kind,
        case when kind = 'boundary' then 'boundary' else 'coverage' end as part,
        cast(change - comparable_change as decimal(28, 9)) as amount,
        {{ no_reasons }}
    from rounded
)

select * from parts
