-- What each measure avoids in a month at each of its points: by the meters where its saving is known, else a twelfth of
-- what its register expects of a year. A memo beside emissions, never subtracted from them.
with expected as (
    select
        savings.district_id,
        savings.month,
        savings.measure_id,
        savings.carrier,
        savings.point_id,
        savings.holder_group,
        savings.holder_kind,
        cast(
            {{ round_half_up('savings.expected_saving * savings.kg_co2e_per_kwh * 0.001 / 12', 9) }} as decimal(28, 9)
        ) as avoided_tco2e
    from {{ ref('int_measure_point_savings') }} as savings
    inner join {{ ref('int_measure_abatement') }} as measures
        on
            savings.district_id = measures.district_id
            and savings.month = measures.month
            and savings.measure_id = measures.measure_id
    -- Where a factor is missing for a part of a measure, nothing of it is told.
    where savings.unit = 'kWh' and measures.avoided_tco2e is not null
),

measured as (
    select * from {{ ref('int_measure_running') }}
    where counts and avoided_tco2e is not null
)

select
    expected.district_id,
    expected.month,
    expected.measure_id,
    expected.carrier,
    expected.point_id,
    expected.holder_group,
    expected.holder_kind,
    coalesce(measured.avoided_tco2e, expected.avoided_tco2e) as avoided_tco2e,
    measured.point_id is not null as measured,
    measured.share
from expected
left join measured
    on
        expected.district_id = measured.district_id
        and expected.month = measured.month
        and expected.measure_id = measured.measure_id
        and expected.carrier = measured.carrier
        and expected.point_id = measured.point_id
