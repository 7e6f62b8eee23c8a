-- What each wave measures, and how it was asked: two waves are compared where all of it is the same.
with versions as (
    select distinct
        district_id,
        survey_id,
        wave,
        source_id,
        version
    from {{ ref('int_survey_respondents') }}
),

items as (
    select
        versions.district_id,
        versions.survey_id,
        versions.wave,
        items.item,
        items.kind,
        items.topic,
        coalesce(items.scores, '') as scores,
        coalesce(items.is_reversed, false) as is_reversed,
        items.wording,
        items.options,
        coalesce(cast(items.scale_low as {{ text_type() }}), '') || '-'
        || coalesce(cast(items.scale_high as {{ text_type() }}), '') as scale,
        items.scale_low,
        items.scale_high,
        items.text_it,
        items.text_en
    from versions
    inner join {{ ref('stg_survey_items') }} as items
        on
            versions.district_id = items.district_id
            and versions.source_id = items.source_id
            and versions.version = items.version
),

measures as (
    select
        *,
        item as measure,
        case when kind in ('likert', 'number') then 'mean' else 'share' end as statistic
    from items
    union all
    select
        *,
        topic as measure,
        case when topic = 'inclusion' then 'index' else 'topic_share' end as statistic
    from items
    where (topic = 'inclusion' and kind = 'likert') or topic in ('behaviour', 'skills_applied')
)

select
    district_id,
    survey_id,
    wave,
    measure,
    statistic,
    count(distinct item) as items,
    min(kind) as kind,
    min(scale_low) as scale_low,
    max(scale_high) as scale_high,
    max(text_it) as text_it,
    max(text_en) as text_en,
    max(case when scores = 'apart' then 1 else 0 end) = 1 as is_apart,
    max(case when scores = 'rescaled' then 1 else 0 end) = 1 as is_rescaled,
    max(case when is_reversed then 1 else 0 end) = 1 as is_reversed,
    {{ fingerprint('item') }} as items_are,
    {{ fingerprint("item || ' ' || wording") }} as wordings_are,
    {{ fingerprint("item || ' ' || scale") }} as scales_are,
    {{ fingerprint("item || ' ' || options") }} as options_are
from (select distinct
    district_id,
    survey_id,
    wave,
    item,
    kind,
    scores,
    is_reversed,
    wording,
    options,
    scale,
    scale_low,
    scale_high,
    text_it,
    text_en,
    measure,
    statistic
from measures) as each_once
group by district_id, survey_id, wave, measure, statistic
