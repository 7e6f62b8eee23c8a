"""What is declared, as tables the warehouse reads: `view/declared/*.parquet`.

Each declaration stays the only place where a thing is said; these tables are written anew before
every build.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import holidays
import pyarrow as pa

from pipelines.catalogue.catalogue import Catalogue
from pipelines.catalogue.district import District
from pipelines.catalogue.factor import factor_set
from pipelines.catalogue.kpi import Kpi, kpis
from pipelines.catalogue.thresholds import thresholds
from pipelines.collecting.due import month_after
from pipelines.landing.files import write_parquet
from pipelines.settings import Settings
from pipelines.warehouse.declared_factors import factor_tables

MODEL_VERSION = "hdd18-15/monthly-ols/1"
"""Name of the way weather is normalised; a change of the models changes it."""

_DATE = pa.date32()
_TEXT = pa.string()
_NUMBER = pa.decimal128(18, 6)
SCHEMAS: dict[str, dict[str, pa.DataType]] = {
    "districts": {
        "district_id": _TEXT,
        "name_it": _TEXT,
        "name_en": _TEXT,
        "city": _TEXT,
        "archetype": _TEXT,
        "demonstration": pa.bool_(),
        "timezone": _TEXT,
        "gwp_set": _TEXT,
        "languages": _TEXT,
        "holder_name": _TEXT,
        "holder_ipa": _TEXT,
        "contact_name": _TEXT,
        "contact_email": _TEXT,
    },
    "boundaries": {
        "district_id": _TEXT,
        "boundary_version": _TEXT,
        "valid_from": _DATE,
        "valid_to": _DATE,
        "description_it": _TEXT,
        "description_en": _TEXT,
    },
    "boundary_municipalities": {
        "district_id": _TEXT,
        "boundary_version": _TEXT,
        "municipality_code": _TEXT,
    },
    "targets": {
        "district_id": _TEXT,
        "kpi_code": _TEXT,
        "path": _TEXT,
        "baseline_year": pa.int32(),
        "baseline_value": _NUMBER,
        "reduction": pa.decimal128(9, 6),
        "target_year": pa.int32(),
        "target_value": _NUMBER,
        "source": _TEXT,
    },
    "sources": {
        "district_id": _TEXT,
        "source_id": _TEXT,
        "dataset": _TEXT,
        "cadence": _TEXT,
        "expected_after_days": pa.int32(),
        "collected": pa.bool_(),
        "contact_name": _TEXT,
        "contact_email": _TEXT,
        "reason_it": _TEXT,
        "reason_en": _TEXT,
        "licence": _TEXT,
        "attribution": _TEXT,
    },
    "calendar": {
        "district_id": _TEXT,
        "month": _TEXT,
        "month_start": _DATE,
        "month_end": _DATE,
        "days": pa.int32(),
        "working_days": pa.int32(),
        "quarter_hours": pa.int32(),
        "is_complete": pa.bool_(),
    },
    "kpis": {
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
        "disclosure_rule": _TEXT,
        "disclosure_contributions": _TEXT,
        "inherits": _TEXT,
        "reason_not_computed": _TEXT,
        "reason_not_computed_it": _TEXT,
        "reason_not_computed_en": _TEXT,
        "method_it": _TEXT,
        "method_en": _TEXT,
        "formula": _TEXT,
        "reference": _TEXT,
        "headline_order": pa.int32(),
    },
    "thresholds": {"name": _TEXT, "value": pa.decimal128(9, 4)},
    "as_of": {
        "known_at": pa.timestamp("us", tz="UTC"),
        "as_of_month": _TEXT,
        "model_version": _TEXT,
        "factor_set": _TEXT,
    },
}

Row = dict[str, Any]


def write_declared(settings: Settings, catalogue: Catalogue, cut_off: datetime) -> None:
    """Write every declared table of a view, as of the cut-off."""
    districts = list(catalogue.districts.values())
    declared_kpis = kpis(settings.districts)
    opening = _first_month(settings.view, cut_off)
    rows: dict[str, list[Row]] = {
        "districts": [_district(one) for one in districts],
        "boundaries": [row for one in districts for row in _boundaries(one)],
        "boundary_municipalities": [row for one in districts for row in _municipalities(one)],
        "targets": [row for one in districts for row in _targets(one)],
        "sources": list(_sources(catalogue)),
        "calendar": [row for one in districts for row in _calendar(one, opening, cut_off)],
        "kpis": [_kpi(one) for one in declared_kpis.values()],
        "thresholds": [
            {"name": n, "value": v} for n, v in thresholds(settings.districts).flat().items()
        ],
        "as_of": [
            {
                "known_at": cut_off,
                "as_of_month": f"{cut_off:%Y-%m}",
                "model_version": MODEL_VERSION,
                "factor_set": factor_set(settings.districts),
            }
        ],
    }
    folder = settings.view / "declared"
    for name, columns in SCHEMAS.items():
        write_parquet(
            pa.Table.from_pylist(rows[name], schema=pa.schema(columns.items())),
            folder / f"{name}.parquet",
        )
    for name, table in factor_tables(settings.districts).items():
        write_parquet(table, folder / f"{name}.parquet")


def declared_sha256(view: Path) -> str:
    """One hash over all declared tables of a view."""
    digest = hashlib.sha256()
    for path in sorted((view / "declared").glob("*.parquet")):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _district(one: District) -> Row:
    return {
        "district_id": one.id,
        "name_it": one.name,
        "name_en": one.name_en or one.name,
        "city": one.city,
        "archetype": one.archetype,
        "demonstration": one.demonstration,
        "timezone": one.timezone,
        "gwp_set": one.gwp_set,
        "languages": ",".join(one.languages),
        "holder_name": one.holder.name if one.holder else None,
        "holder_ipa": one.holder.ipa if one.holder else None,
        "contact_name": one.contact.name if one.contact else None,
        "contact_email": one.contact.email if one.contact else None,
    }


def _boundaries(one: District) -> Iterator[Row]:
    ordered = sorted(one.boundary, key=lambda version: version.valid_from)
    ends = [version.valid_from for version in ordered[1:]]
    for version, end in zip(ordered, [*ends, None], strict=True):
        yield {
            "district_id": one.id,
            "boundary_version": version.version,
            "valid_from": version.valid_from,
            "valid_to": end,
            "description_it": version.description.it,
            "description_en": version.description.en,
        }


def _municipalities(one: District) -> Iterator[Row]:
    for version in one.boundary:
        for code in version.municipalities:
            yield {
                "district_id": one.id,
                "boundary_version": version.version,
                "municipality_code": code,
            }


def _targets(one: District) -> Iterator[Row]:
    for target in one.targets:
        baseline = target.baseline
        yield {
            "district_id": one.id,
            "kpi_code": target.kpi,
            "path": target.path,
            "reduction": target.reduction,
            "baseline_year": baseline.year if baseline else None,
            "baseline_value": baseline.value if baseline else None,
            "target_year": target.by,
            "target_value": target.value,
            "source": target.source or (baseline.source if baseline else None),
        }


def _sources(catalogue: Catalogue) -> Iterator[Row]:
    for binding in catalogue.bindings:
        contact = binding.source.contact or binding.district.contact
        yield {
            "district_id": binding.district.id,
            "source_id": binding.source_id,
            "dataset": binding.dataset.id,
            "cadence": binding.cadence,
            "expected_after_days": binding.expected_after_days,
            "collected": True,
            "contact_name": contact.name if contact else None,
            "contact_email": contact.email if contact else None,
            "licence": binding.source.licence,
            "attribution": binding.source.attribution,
        }
    for district in catalogue.districts.values():
        for absent in district.not_collected:
            dataset = catalogue.datasets[absent.dataset]
            yield {
                "district_id": district.id,
                "source_id": f"not_collected:{absent.dataset}",
                "dataset": absent.dataset,
                "cadence": dataset.cadence,
                "expected_after_days": dataset.expected_after_days,
                "collected": False,
                "contact_name": absent.who,
                "reason_it": absent.reason.it,
                "reason_en": absent.reason.en,
            }


def _calendar(one: District, opening: str, cut_off: datetime) -> Iterator[Row]:
    today = cut_off.astimezone(one.zone).date()
    month = opening
    while month <= f"{today:%Y-%m}":
        start, end = (
            date.fromisoformat(f"{month}-01"),
            date.fromisoformat(f"{month_after(month)}-01"),
        )
        days = [start + timedelta(days=n) for n in range((end - start).days)]
        free = _holidays(start.year)
        elapsed = _midnight(end, one) - _midnight(
            start, one
        )  # both in UTC: 92 and 100 quarter hours come out right
        yield {
            "district_id": one.id,
            "month": month,
            "month_start": start,
            "month_end": end,
            "days": len(days),
            "working_days": sum(day.weekday() < 5 and day not in free for day in days),
            "quarter_hours": elapsed // timedelta(minutes=15),
            "is_complete": end <= today,
        }
        month = month_after(month)


@cache
def _holidays(year: int) -> holidays.HolidayBase:
    return holidays.country_holidays("IT", years=year)


def _midnight(day: date, one: District) -> datetime:
    return datetime.combine(day, time(), one.zone).astimezone(UTC)


def _first_month(view: Path, cut_off: datetime) -> str:
    """The first month anything is known about; the month of the cut-off where nothing is."""
    found = [path.stem for path in (view / "current").glob("*/????-??.parquet")]
    return min(found, default=f"{cut_off:%Y-%m}")


def _kpi(one: Kpi) -> Row:
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
        "disclosure_rule": one.disclosure.rule,
        "disclosure_contributions": one.disclosure.contributions,
        "inherits": ",".join(one.disclosure.inherits),
        "reason_not_computed": one.reason.code if one.reason else None,
        "reason_not_computed_it": one.reason.it if one.reason else None,
        "reason_not_computed_en": one.reason.en if one.reason else None,
        "method_it": one.method.it,
        "method_en": one.method.en,
        "formula": one.formula,
        "reference": one.reference,
        "headline_order": one.headline,
    }
