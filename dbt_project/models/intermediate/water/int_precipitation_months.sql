-- Three months of rain beside what is usual at the place. Usual is what the district declares (climate_normals, with
-- the period and its source in the note), else the mean of the same months before its figures begin, else the first
-- year there is. The reference stays, so that an anomaly does not move when a year is added.
with rain as (
    select
        district_id,
        month,
        month_index,
        substr(month, 6, 2) as month_of_year,
        precipitation_mm
    from {{ ref('int_weather_months') }}
    where precipitation_mm is not null
),

declared as (
    select
        district_id,
        substr(code, length(code) - 1, 2) as month_of_year,
        quantity as normal_mm,
        note,
        row_number() over (
            partition by district_id, code
            order by valid_from desc nulls last, flow_rank desc nulls last, known_at desc, source_id asc
        ) as newest
    from {{ ref('stg_reference_values') }}
    where list = 'climate_normals' and substr(code, 1, 17) = 'precipitation_mm_'
),

opening as (
    select
        district_id,
        min(month) as month
    from {{ ref('int_district_months') }}
    group by district_id
),

years_before as (
    select
        rain.district_id,
        rain.month_of_year,
        cast({{ safe_divide('sum(rain.precipitation_mm)', 'count(*)') }} as decimal(18, 6)) as normal_mm,
        count(*) as year_count,
        min(rain.month) as first_month,
        max(rain.month) as last_month
    from rain
    inner join opening
        on rain.district_id = opening.district_id and rain.month < opening.month
    group by rain.district_id, rain.month_of_year
),

first_years as (
    select
        *,
        row_number() over (partition by district_id, month_of_year order by month asc) as place
    from rain
),

monthly as (
    select
        months.district_id,
        months.month,
        months.month_index,
        rain.precipitation_mm,
        coalesce(declared.normal_mm, years_before.normal_mm, first_years.precipitation_mm) as normal_mm,
        case
            when declared.normal_mm is not null then 'declared'
            when years_before.normal_mm is not null then 'years_before'
            when first_years.precipitation_mm is not null then 'first_year'
        end as basis,
        case
            when declared.normal_mm is not null then declared.note
            when years_before.normal_mm is not null
                then substr(years_before.first_month, 1, 4) || '-' || substr(years_before.last_month, 1, 4)
            else substr(first_years.month, 1, 4)
        end as reference_period
    from {{ ref('int_district_months') }} as months
    left join rain
        on months.district_id = rain.district_id and months.month = rain.month
    left join declared
        on
            months.district_id = declared.district_id
            and substr(months.month, 6, 2) = declared.month_of_year
            and declared.newest = 1
    left join years_before
        on
            months.district_id = years_before.district_id
            and substr(months.month, 6, 2) = years_before.month_of_year
    left join first_years
        on
            months.district_id = first_years.district_id
            and substr(months.month, 6, 2) = first_years.month_of_year
            and first_years.place = 1
)

select
    monthly.district_id,
    monthly.month,
    max(case when earlier.month_index = monthly.month_index then earlier.precipitation_mm end)
        as precipitation_mm,
    max(case when earlier.month_index = monthly.month_index then earlier.normal_mm end)
        as precipitation_normal_mm,
    case
        when count(earlier.precipitation_mm) = 3 and count(earlier.normal_mm) = 3
            then cast(sum(earlier.precipitation_mm) as decimal(18, 6))
    end as precipitation_three_months_mm,
    case
        when count(earlier.precipitation_mm) = 3 and count(earlier.normal_mm) = 3
            then cast(sum(earlier.normal_mm) as decimal(18, 6))
    end as precipitation_normal_three_months_mm,
    max(monthly.basis) as precipitation_reference_basis,
    max(monthly.reference_period) as precipitation_reference_period
from monthly
inner join monthly as earlier
    on
        monthly.district_id = earlier.district_id
        and earlier.month_index between monthly.month_index - 2 and monthly.month_index
group by monthly.district_id, monthly.month
