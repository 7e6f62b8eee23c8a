"""What is declared of KPIs, as rows of the warehouse's declared table.

Belongs here: the way from a KPI's entry to its row. Does not belong here: values (dbt).
"""

from __future__ import annotations

from typing import Any

import pyarrow as pa

from pipelines.catalogue.kpi import Kpi

Row = dict[str, Any]
_TEXT = pa.string()
SCHEMA: dict[str, pa.DataType] = {
    "code": _TEXT,
    "lever": _TEXT,
    "theme": _TEXT,
    "maturity": _TEXT,
    "computed": pa.bool_(),
    "name_it": _TEXT,
    "name_en": _TEXT,
    "unit": _TEXT,
    "direction": _TEXT,
    "cadence": _TEXT,
    "mart": _TEXT,
    "numerator": _TEXT,
    "denominator": _TEXT,
    "scale": pa.decimal128(18, 9),
    "period": _TEXT,
    "decimals": pa.int32(),
    "minimum_cases": pa.int32(),
    "value_kind": _TEXT,
    "adjusted_numerator": _TEXT,
    "interval_low": _TEXT,
    "interval_high": _TEXT,
    "completeness": _TEXT,
    "withheld_below_line": pa.bool_(),
    "evidence_dataset": _TEXT,
    "disclosure_rule": _TEXT,
    "disclosure_contributions": _TEXT,
    "disclosure_adjusted": _TEXT,
    "disclosure_rest": _TEXT,
    "disclosure_smallest": _TEXT,
    "disclosure_in_steps": pa.bool_(),
    "inherits": _TEXT,
    "looks_back_months": pa.int32(),
    "reason_not_computed": _TEXT,
    "reason_not_computed_it": _TEXT,
    "reason_not_computed_en": _TEXT,
    "method_it": _TEXT,
    "method_en": _TEXT,
    "formula": _TEXT,
    "formula_it": _TEXT,
    "reference": _TEXT,
    "headline_order": pa.int32(),
}


def kpi_row(one: Kpi) -> Row:
    """One KPI, every column of the schema."""
    measure, interval = one.measure, one.measure.interval if one.measure else None
    return {
        "code": one.code,
        "lever": one.lever,
        "theme": one.theme,
        "maturity": one.maturity,
        "computed": one.computed,
        "name_it": one.name.it,
        "name_en": one.name.en,
        "unit": one.unit,
        "direction": one.direction,
        "cadence": one.cadence,
        "mart": measure.mart if measure else None,
        "numerator": measure.numerator if measure else None,
        "denominator": measure.denominator if measure else None,
        "scale": measure.scale if measure else None,
        "period": measure.period if measure else None,
        "decimals": one.decimals,
        "minimum_cases": one.minimum_cases,
        "value_kind": measure.kind if measure else None,
        "adjusted_numerator": measure.adjusted_numerator if measure else None,
        "interval_low": interval.low if interval else None,
        "interval_high": interval.high if interval else None,
        "completeness": one.completeness,
        "withheld_below_line": one.withheld_below_line,
        "evidence_dataset": one.evidence,
        "disclosure_rule": one.disclosure.rule,
        "disclosure_contributions": one.disclosure.contributions,
        "disclosure_adjusted": one.disclosure.adjusted,
        "disclosure_rest": one.disclosure.rest,
        "disclosure_smallest": one.disclosure.smallest,
        "disclosure_in_steps": one.disclosure.in_steps,
        "inherits": ",".join(one.disclosure.inherits),
        "looks_back_months": one.disclosure.looks_back_months,
        "reason_not_computed": one.reason.code if one.reason else None,
        "reason_not_computed_it": one.reason.it if one.reason else None,
        "reason_not_computed_en": one.reason.en if one.reason else None,
        "method_it": one.method.it,
        "method_en": one.method.en,
        "formula": one.formula.en,
        "formula_it": one.formula.it,
        "reference": one.reference,
        "headline_order": one.headline,
    }
