-- Which datasets a theme rests on. Metering themes also need a point of their carrier.
{% set themes = {
    'energy': ['meter_intervals', 'meter_registers', 'utility_bills'],
    'electricity': ['meter_intervals', 'meter_registers', 'utility_bills'],
    'natural_gas': ['meter_intervals', 'meter_registers', 'utility_bills'],
    'district_heat': ['meter_intervals', 'meter_registers', 'utility_bills'],
    'pv': ['meter_intervals', 'meter_registers'],
    'water': ['meter_intervals', 'meter_registers', 'utility_bills'],
    'emissions': ['meter_intervals', 'meter_registers', 'utility_bills'],
    'surfaces': ['renewable_surfaces'],
    'activity': ['district_activity'],
    'weather': ['weather_daily'],
    'investment': ['investment_projects'],
    'governance': [
        'cdtt_decisions', 'cdtt_meetings', 'policy_sandboxes', 'shared_priorities', 'management_system',
    ],
    'social': ['best_practices', 'shared_schemes'],
    'participation': ['participation_events', 'contributions', 'change_links'],
    'finance': ['finance_barriers'],
    'learning': ['course_enrolments', 'learning_activities'],
    'survey': ['survey_answers'],
} -%}
{% for theme, datasets in themes.items() -%}
{% set last_theme = loop.last -%}
{% for dataset in datasets -%}
select
    '{{ theme }}' as theme,
    '{{ dataset }}' as dataset,
    {{ 'true' if datasets[0].startswith('meter_') else 'false' }} as metered
{{ 'union all' if not (last_theme and loop.last) }}
{% endfor -%}
{% endfor -%}
