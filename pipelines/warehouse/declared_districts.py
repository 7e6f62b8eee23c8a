"""What the district files declare, as rows of the warehouse's declared tables."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from itertools import product
from typing import Any

import holidays

from pipelines.catalogue.catalogue import Catalogue
from pipelines.catalogue.district import District
from pipelines.catalogue.estimating import calendarised
from pipelines.collecting.due import month_after

Row = dict[str, Any]


def district_row(one: District) -> Row:
    """Who and where a district is, and who answers for it."""
    return {
        "district_id": one.id,
        "name_it": one.name,
        "name_en": one.name_en or one.name,
        "city": one.city,
        "archetype": one.archetype,
        "demonstration": one.demonstration,
        "timezone": one.timezone,
        "gwp_set": one.gwp_set,
        "region": one.region,
        "climate_zone": one.climate_zone,
        "languages": ",".join(one.languages),
        "holder_name": one.holder.name if one.holder else None,
        "holder_ipa": one.holder.ipa if one.holder else None,
        "contact_name": one.contact.name if one.contact else None,
        "contact_email": one.contact.email if one.contact else None,
    }


def boundary_rows(one: District) -> Iterator[Row]:
    """Every version of the boundary with the days it holds; an open end is null."""
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


def municipality_rows(one: District) -> Iterator[Row]:
    """The municipalities of every version of the boundary."""
    for version in one.boundary:
        for code in version.municipalities:
            yield {
                "district_id": one.id,
                "boundary_version": version.version,
                "municipality_code": code,
            }


def target_rows(one: District) -> Iterator[Row]:
    """Targets as declared: a path from a baseline, a level, or none with its reason."""
    for position, target in enumerate(one.targets):
        baseline = target.baseline
        yield {
            "district_id": one.id,
            "position": position,
            "kpi_code": target.kpi,
            "stands": target.stands,
            "declared_on": target.declared_on,
            "path": target.path,
            "reduction": target.reduction,
            "baseline_year": baseline.year if baseline else None,
            "baseline_value": target.baseline_value,
            "baseline_boundary_version": baseline.boundary_version if baseline else None,
            "baseline_series": ",".join(baseline.series) if baseline else None,
            "baseline_gwp_set": baseline.gwp_set if baseline else None,
            "baseline_source": baseline.source if baseline else None,
            "share_of_city": target.share.of_city if target.share else None,
            "share_source": target.share.source if target.share else None,
            "target_year": target.by,
            "target_value": target.value,
            "reason_it": target.reason.it if target.reason else None,
            "reason_en": target.reason.en if target.reason else None,
            "source": target.source or (baseline.source if baseline else None),
        }


def target_point_rows(one: District) -> Iterator[Row]:
    """The points a path goes through: its baseline, what is promised on the way, its end."""
    for position, target in enumerate(one.targets):
        if target.path != "linear" or target.baseline is None:
            continue
        points = {target.baseline.year: 0, **target.interim, target.by: target.reduction}
        for number, (year, reduction) in enumerate(sorted(points.items())):
            yield {
                "district_id": one.id,
                "position": position,
                "point": number,
                "year": year,
                "reduction": reduction,
            }


def target_emitted_rows(one: District) -> Iterator[Row]:
    """What the inventory of a baseline says of the years after it."""
    for position, target in enumerate(one.targets):
        for year, value in sorted(target.emitted.items()):
            yield {"district_id": one.id, "position": position, "year": year, "value": value}


def target_grossing_rows(one: District) -> Iterator[Row]:
    """How a baseline is brought to another boundary, series or set of warming potentials."""
    for position, target in enumerate(one.targets):
        for said in target.baseline.grossed if target.baseline else ():
            for dimension, becomes in said.becomes().items():
                if becomes is not None:
                    yield {
                        "district_id": one.id,
                        "position": position,
                        "dimension": dimension,
                        "becomes": becomes,
                        "factor": said.factor,
                        "addend": said.add,
                        "source": said.source,
                    }


def activity_rows(one: District) -> Iterator[Row]:
    """What the use of each carrier and sector is counted by; null fits every one."""
    for position, entry in enumerate(one.activity):
        for carrier in entry.carriers or (None,):
            for sector in entry.sectors or (None,):
                yield {
                    "district_id": one.id,
                    "position": position,
                    "carrier": carrier,
                    "sector": sector,
                    "driver": entry.driver,
                }


def baseline_rows(one: District) -> Iterator[Row]:
    """What is declared of baselines, by carrier, sector, source and point; null fits every one."""
    for position, entry in enumerate(one.baselines):
        for carrier, sector, source, point in product(
            entry.carriers or (None,),
            entry.sectors or (None,),
            entry.sources or (None,),
            entry.points or (None,),
        ):
            yield {
                "district_id": one.id,
                "position": position,
                "carrier": carrier,
                "sector": sector,
                "source_id": source,
                "point_id": point,
                "frequency": entry.frequency,
                "output_driver": entry.output,
                "starts_on": entry.starts,
            }


def source_rows(catalogue: Catalogue) -> Iterator[Row]:
    """Every source and who to call; what is not collected, with its reason."""
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


def calendarisation_rows(catalogue: Catalogue) -> Iterator[Row]:
    """How the periods of a source fall to their months, where it or its district says so."""
    for binding in catalogue.bindings:
        if not binding.source.has_periods:
            continue
        for carrier, method in calendarised(
            binding.source.calendarise, binding.district.calendarise
        ):
            yield {
                "district_id": binding.district.id,
                "source_id": binding.source_id,
                "carrier": carrier,
                "method": method,
            }


def substitution_rows(catalogue: Catalogue) -> Iterator[Row]:
    """How the gaps of a source are filled, where it says so."""
    for binding in catalogue.bindings:
        if said := binding.source.substitute:
            yield {
                "district_id": binding.district.id,
                "source_id": binding.source_id,
                "method": said.method,
                "up_to_hours": said.up_to_hours,
            }


def calendar_rows(one: District, opening: str, cut_off: datetime) -> Iterator[Row]:
    """Local civil months with their days, working days and quarter hours, counted in UTC."""
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
