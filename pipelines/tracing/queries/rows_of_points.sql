-- The rows behind the months of points that were asked for: `asked` names them with what each gives to the figure.
-- A row that is a reading stands twice, as the end of one span and the start of the next.
with known as (
    select
        asked.amount as asked_amount,
        months.*
    from asked
    inner join int_point_months as months
        using (district_id, month, point_id, carrier, flow)
),

intervals as (
    select
        known.asked_amount,
        known.quantity as whole,
        known.month,
        'meter_intervals' as dataset,
        rows.source_id,
        rows.sha256,
        rows.member,
        rows.source_row,
        known.point_id || ' ' || known.flow as subject,
        cast(rows.interval_start as varchar) as dated,
        rows.quantity as value,
        rows.unit,
        case
            when edges.point_id is null then rows.quantity
            when date_diff('second', rows.interval_start, rows.interval_end) > 90000
                then case
                    when rows.interval_end > edges.counts_from and rows.interval_start < edges.counts_until
                        then rows.quantity else 0 end
            when rows.interval_start >= edges.counts_from and rows.interval_start < edges.counts_until
                then rows.quantity
            else 0
        end as counted,
        cast(1 as decimal(28, 6)) as part,
        cast(1 as decimal(28, 6)) as of_part,
        case
            when rows.quality = 'corrected' then 'corrected'
            when edges.point_id is null then 'interval'
            else 'interval_at_the_edge'
        end as why
    from known
    inner join rows_meter_intervals as rows
        on
            known.district_id = rows.district_id
            and known.source_id = rows.source_id
            and known.point_id = rows.point_id
            and known.carrier = rows.carrier
            and known.flow = rows.flow
            and known.unit = rows.unit
            and known.month = rows.month
    left join int_interval_edge_months as edges
        on
            known.district_id = edges.district_id
            and known.source_id = edges.source_id
            and known.point_id = edges.point_id
            and known.carrier = edges.carrier
            and known.flow = edges.flow
            and known.unit = edges.unit
            and known.month = edges.month
    where known.method = 'interval'
),

made as (
    select
        known.asked_amount,
        known.quantity as whole,
        known.month,
        'meter_intervals' as dataset,
        made.source_id,
        null as sha256,
        null as member,
        null as source_row,
        known.point_id || ' ' || known.flow as subject,
        cast(made.starts_at as varchar) as dated,
        made.quantity as value,
        made.unit,
        made.quantity as counted,
        1 as part,
        1 as of_part,
        'substituted' as why
    from known
    inner join int_substitutions as made
        on
            known.district_id = made.district_id
            and known.source_id = made.source_id
            and known.point_id = made.point_id
            and known.carrier = made.carrier
            and known.flow = made.flow
            and known.unit = made.unit
            and known.month = made.month
    where known.method = 'interval'
),

series as (
    select
        known.asked_amount,
        known.quantity as whole,
        registers.*
    from known
    inner join int_register_months as registers
        on
            known.district_id = registers.district_id
            and known.source_id = registers.source_id
            and known.point_id = registers.point_id
            and known.carrier = registers.carrier
            and known.flow = registers.flow
            and known.unit = registers.unit
            and known.month = registers.month
    where known.method = 'register'
),

spans as (
    select
        series.asked_amount,
        series.whole,
        series.month as of_month,
        spans.*,
        coalesce(spans.serial, '') as meter,
        cuts.mark_before,
        cuts.mark_after,
        cuts.mark_end,
        max(case when spans.register = 'total' then 1 else 0 end) over (
            partition by spans.district_id, spans.series, spans.point_id, spans.carrier, spans.flow, spans.unit
        ) as has_total
    from series
    inner join int_register_spans as spans
        on
            series.district_id = spans.district_id
            and series.series = spans.series
            and series.point_id = spans.point_id
            and series.carrier = spans.carrier
            and series.flow = spans.flow
            and series.unit = spans.unit
    left join int_span_windows as windows
        on
            spans.district_id = windows.district_id
            and spans.point_id = windows.point_id
            and spans.span_start = windows.span_start
            and spans.span_end = windows.span_end
    inner join int_span_months as cuts
        on
            spans.district_id = cuts.district_id
            and spans.allocation = cuts.allocation
            and spans.span_start = cuts.span_start
            and spans.span_end = cuts.span_end
            and series.month = cuts.month
            and coalesce(windows.counts_from, spans.span_start) = cuts.counts_from
            and coalesce(windows.counts_until, spans.span_end) = cuts.counts_until
    where spans.quantity is not null
),

-- Of several readings of one moment the one that the span ends with, and the one that it begins with.
ends as (
    select
        spans.asked_amount,
        spans.whole,
        spans.of_month,
        spans.quantity as span_quantity,
        spans.mark_after - spans.mark_before as part,
        spans.mark_end as of_part,
        spans.outcome,
        ends.sign,
        readings.*
    from spans
    cross join (values (1), (-1)) as ends (sign)
    inner join int_register_readings as readings
        on
            spans.district_id = readings.district_id
            and spans.series = readings.series
            and spans.point_id = readings.point_id
            and spans.carrier = readings.carrier
            and spans.flow = readings.flow
            and spans.unit = readings.unit
            and spans.register = readings.register
            and spans.meter = readings.meter
            and not readings.merged
            and readings.read_at = case when ends.sign = 1 then spans.span_end else spans.span_start end
            -- With no serial, the old meter's last reading and the new one's first stand side by side.
            and not (ends.sign = 1 and readings.event = 'exchange_in')
            and not (ends.sign = -1 and readings.event = 'exchange_out')
    where spans.register = 'total' or spans.has_total = 0
),

registers as (
    select
        ends.asked_amount,
        ends.whole,
        ends.of_month as month,
        'meter_registers' as dataset,
        ends.source_id,
        rows.sha256,
        rows.member,
        ends.source_row,
        ends.point_id || ' ' || ends.flow || ' ' || ends.register as subject,
        cast(ends.read_at as varchar) as dated,
        ends.reading as value,
        ends.unit,
        ends.sign * ends.reading as counted,
        ends.part,
        ends.of_part,
        case
            when rows.quality = 'corrected' then 'corrected'
            when ends.sign = 1 then 'closing_reading'
            else 'opening_reading'
        end as why
    from ends
    inner join rows_meter_registers as rows
        on
            ends.district_id = rows.district_id
            and ends.source_id = rows.source_id
            and ends.point_id = rows.point_id
            and ends.carrier = rows.carrier
            and ends.flow = rows.flow
            and ends.register = rows.register
            and ends.meter = coalesce(rows.serial, '')
            and ends.read_at = rows.read_at
            and ends.event = rows.event
            and ends.source_row = rows.source_row
            and ends.known_at = rows.known_at
),

turned_over as (
    select
        asked_amount,
        whole,
        of_month as month,
        'meter_registers' as dataset,
        source_id,
        null as sha256,
        null as member,
        null as source_row,
        point_id || ' ' || flow || ' ' || register as subject,
        cast(read_at as varchar) as dated,
        cast(power(10, digits) as decimal(18, 6)) as value,
        unit,
        cast(power(10, digits) as decimal(18, 6)) as counted,
        part,
        of_part,
        'turned_over' as why
    from ends
    where outcome = 'rollover' and sign = 1
),

bills as (
    select
        known.asked_amount,
        known.quantity as whole,
        known.month,
        'utility_bills' as dataset,
        bills.source_id,
        rows.sha256,
        rows.member,
        rows.source_row,
        known.point_id || ' ' || bills.bill_id as subject,
        cast(bills.period_start as varchar) || '/' || cast(bills.period_end as varchar) as dated,
        rows.quantity as value,
        known.unit,
        bills.quantity as counted,
        cuts.mark_after - cuts.mark_before as part,
        cuts.mark_end as of_part,
        case when rows.quality = 'corrected' then 'corrected' else 'bill' end as why
    from known
    inner join int_bill_spans as bills
        on
            known.district_id = bills.district_id
            and known.source_id = bills.source_id
            and known.point_id = bills.point_id
            and known.carrier = bills.carrier
            and known.unit = bills.unit
            and not bills.superseded
    left join int_span_windows as windows
        on
            bills.district_id = windows.district_id
            and bills.point_id = windows.point_id
            and bills.span_start = windows.span_start
            and bills.span_end = windows.span_end
    inner join int_span_months as cuts
        on
            bills.district_id = cuts.district_id
            and bills.allocation = cuts.allocation
            and bills.span_start = cuts.span_start
            and bills.span_end = cuts.span_end
            and known.month = cuts.month
            and coalesce(windows.counts_from, bills.span_start) = cuts.counts_from
            and coalesce(windows.counts_until, bills.span_end) = cuts.counts_until
    inner join rows_utility_bills as rows
        on
            bills.district_id = rows.district_id
            and bills.source_id = rows.source_id
            and bills.point_id = rows.point_id
            and bills.bill_id = rows.bill_id
            and bills.bill_kind = rows.bill_kind
            and bills.period_start = rows.period_start
            and bills.period_end = rows.period_end
            and bills.carrier = rows.carrier
    where known.method = 'bill'
),

listed as (
    select * from intervals
    union all
    select * from made
    union all
    select * from registers
    union all
    select * from turned_over
    union all
    select * from bills
)

select
    dataset,
    month,
    source_id,
    sha256,
    member,
    source_row,
    subject,
    dated,
    cast(value as double) as value,
    coalesce(
        cast(counted as double) * (cast(part as double) / cast(of_part as double))
        * (cast(asked_amount as double) / nullif(cast(whole as double), 0)), 0
    ) as amount,
    why
from listed
