{#- What DuckDB and Spark disagree about in days, months and time zones. Months are text 'YYYY-MM'. -#}

{#- Whole days from one date to another, negative where the second comes first. -#}
{% macro days_between(first, second) -%}
{{ return(adapter.dispatch('days_between', 'net_zero_districts')(first, second)) }}
{%- endmacro %}

{% macro default__days_between(first, second) -%}
date_diff('day', {{ first }}, {{ second }})
{%- endmacro %}

{% macro spark__days_between(first, second) -%}
datediff({{ second }}, {{ first }})
{%- endmacro %}


{#- Seconds from one timestamp to another; both of the same kind, with or without zone. -#}
{% macro seconds_between(first, second) -%}
{{ return(adapter.dispatch('seconds_between', 'net_zero_districts')(first, second)) }}
{%- endmacro %}

{% macro default__seconds_between(first, second) -%}
cast((epoch_us({{ second }}) - epoch_us({{ first }})) // 1000000 as bigint)
{%- endmacro %}

{% macro spark__seconds_between(first, second) -%}
timestampdiff(second, {{ first }}, {{ second }})
{%- endmacro %}


{% macro add_days(day, days) -%}
{{ return(adapter.dispatch('add_days', 'net_zero_districts')(day, days)) }}
{%- endmacro %}

{% macro default__add_days(day, days) -%}
({{ day }} + cast({{ days }} as integer))
{%- endmacro %}

{% macro spark__add_days(day, days) -%}
date_add({{ day }}, cast({{ days }} as int))
{%- endmacro %}


{% macro add_months(day, months) -%}
{{ return(adapter.dispatch('add_months', 'net_zero_districts')(day, months)) }}
{%- endmacro %}

{% macro default__add_months(day, months) -%}
cast({{ day }} + to_months(cast({{ months }} as integer)) as date)
{%- endmacro %}

{% macro spark__add_months(day, months) -%}
add_months({{ day }}, {{ months }})
{%- endmacro %}


{#- 1 is Monday. -#}
{% macro iso_weekday(day) -%}
{{ return(adapter.dispatch('iso_weekday', 'net_zero_districts')(day)) }}
{%- endmacro %}

{% macro default__iso_weekday(day) -%}
isodow({{ day }})
{%- endmacro %}

{% macro spark__iso_weekday(day) -%}
(weekday({{ day }}) + 1)
{%- endmacro %}


{#- Wall-clock time in a zone of a moment, without zone. -#}
{% macro to_local(moment, zone) -%}
{{ return(adapter.dispatch('to_local', 'net_zero_districts')(moment, zone)) }}
{%- endmacro %}

{% macro default__to_local(moment, zone) -%}
({{ moment }} at time zone {{ zone }})
{%- endmacro %}

{% macro spark__to_local(moment, zone) -%}
from_utc_timestamp({{ moment }}, {{ zone }})
{%- endmacro %}


{#- The moment of a wall-clock time in a zone; used for midnights, which no change of clocks repeats. -#}
{% macro to_utc(wall, zone) -%}
{{ return(adapter.dispatch('to_utc', 'net_zero_districts')(wall, zone)) }}
{%- endmacro %}

{% macro default__to_utc(wall, zone) -%}
(cast({{ wall }} as timestamp) at time zone {{ zone }})
{%- endmacro %}

{% macro spark__to_utc(wall, zone) -%}
to_utc_timestamp({{ wall }}, {{ zone }})
{%- endmacro %}


{#- When the hour began that a moment lies in; of zones whose hours are those of UTC. -#}
{% macro hour_of(moment) -%}
date_trunc('hour', {{ moment }})
{%- endmacro %}


{% macro month_of(day) -%}
substr(cast({{ day }} as {{ text_type() }}), 1, 7)
{%- endmacro %}

{#- Months since year 0, so that months can be compared and shifted as integers. -#}
{% macro month_index(month) -%}
(cast(substr({{ month }}, 1, 4) as integer) * 12 + cast(substr({{ month }}, 6, 2) as integer))
{%- endmacro %}
