"""What is declared of surveys, as rows of the warehouse's declared tables: designs, waves, margins, items.

Belongs here: the way from a district's `surveys:` and its questionnaires to tables. Does not belong here: weights and
intervals (dbt).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pyarrow as pa

from pipelines.catalogue.catalogue import Catalogue
from pipelines.catalogue.district import District
from pipelines.catalogue.survey_items import asked_items

Row = dict[str, Any]
_TEXT, _COUNT, _NUMBER = pa.string(), pa.int32(), pa.decimal128(18, 6)
SCHEMAS: dict[str, dict[str, pa.DataType]] = {
    "surveys": {
        "district_id": _TEXT,
        "survey_id": _TEXT,
        "name_it": _TEXT,
        "name_en": _TEXT,
        "selection": _TEXT,
        "smallest_cell": _COUNT,
        "weight_cap": pa.decimal128(9, 4),
        "margins": _COUNT,
        "weights_source": _TEXT,
    },
    "survey_waves": {
        "district_id": _TEXT,
        "survey_id": _TEXT,
        "wave": _TEXT,
        "invited": _COUNT,
        "unreachable": _COUNT,
        "mode": _TEXT,
        "universe_it": _TEXT,
        "universe_en": _TEXT,
        "population": _COUNT,
        "population_source": _TEXT,
        "closed_on": pa.date32(),
    },
    "survey_margins": {
        "district_id": _TEXT,
        "survey_id": _TEXT,
        "margin": _COUNT,
        "item": _TEXT,
        "second_item": _TEXT,
        "category": _TEXT,
        "people": _NUMBER,
        "joins": _TEXT,
        "source": _TEXT,
    },
    "survey_items": {
        "district_id": _TEXT,
        "source_id": _TEXT,
        "version": _TEXT,
        "item": _TEXT,
        "kind": _TEXT,
        "topic": _TEXT,
        "scale_low": _COUNT,
        "scale_high": _COUNT,
        "scores": _TEXT,
        "is_reversed": pa.bool_(),
        "wording": _TEXT,
        "options": _TEXT,
        "text_it": _TEXT,
        "text_en": _TEXT,
    },
    "survey_options": {
        "district_id": _TEXT,
        "source_id": _TEXT,
        "version": _TEXT,
        "item": _TEXT,
        "option": _TEXT,
        "label": _TEXT,
    },
}


def survey_tables(catalogue: Catalogue) -> dict[str, list[Row]]:
    """Every declared table of surveys, by name."""
    districts = list(catalogue.districts.values())
    return {
        "surveys": [row for one in districts for row in _surveys(one)],
        "survey_waves": [row for one in districts for row in _waves(one)],
        "survey_margins": [row for one in districts for row in _margins(one)],
        "survey_items": list(_items(catalogue)),
        "survey_options": list(_options(catalogue)),
    }


def _surveys(one: District) -> Iterator[Row]:
    for name, design in one.surveys.items():
        weights = design.weights
        sources = dict.fromkeys(margin.source for margin in weights.margins) if weights else {}
        yield {
            "district_id": one.id,
            "survey_id": name,
            "name_it": design.name.it,
            "name_en": design.name.en,
            "selection": design.selection,
            "smallest_cell": weights.smallest if weights else None,
            "weight_cap": weights.cap if weights else None,
            "margins": len(weights.margins) if weights else 0,
            "weights_source": "; ".join(sources) or None,
        }


def _waves(one: District) -> Iterator[Row]:
    for name, design in one.surveys.items():
        for wave in (*design.waves, ""):  # the row without a wave holds for those not declared
            said = design.at(wave)
            yield {
                "district_id": one.id,
                "survey_id": name,
                "wave": wave,
                "invited": said.invited,
                "unreachable": said.unreachable,
                "mode": said.mode,
                "universe_it": said.universe.it if said.universe else None,
                "universe_en": said.universe.en if said.universe else None,
                "population": said.population,
                "population_source": said.population_source,
                "closed_on": said.closed_on,
            }


def _margins(one: District) -> Iterator[Row]:
    for name, design in one.surveys.items():
        for number, margin in enumerate(design.weights.margins if design.weights else (), start=1):
            for category, people in margin.totals.items():
                yield {
                    "district_id": one.id,
                    "survey_id": name,
                    "margin": number,
                    "item": margin.items[0],
                    "second_item": margin.items[1] if len(margin.items) > 1 else None,
                    "category": category,
                    "people": people,
                    "joins": margin.joins.get(category),
                    "source": margin.source,
                }


def _items(catalogue: Catalogue) -> Iterator[Row]:
    for asked in asked_items(catalogue.bindings):
        yield {
            "district_id": asked.district_id,
            "source_id": asked.source_id,
            "version": asked.version or "",
            "item": asked.item,
            "kind": asked.kind,
            "topic": asked.topic,
            "scale_low": asked.low,
            "scale_high": asked.high,
            "scores": asked.scores,
            "is_reversed": asked.is_reversed,
            "wording": asked.wording,
            "options": asked.options,
            "text_it": asked.text.it if asked.text else asked.column,
            "text_en": asked.text.en if asked.text else asked.column,
        }


def _options(catalogue: Catalogue) -> Iterator[Row]:
    for asked in asked_items(catalogue.bindings):
        for option, label in asked.labels:
            yield {
                "district_id": asked.district_id,
                "source_id": asked.source_id,
                "version": asked.version or "",
                "item": asked.item,
                "option": option,
                "label": label,
            }
