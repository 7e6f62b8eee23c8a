"""Columns of the protected tables of surveys.

Belongs here: names and types. Does not belong here: what is told (`surveys.py`).
"""

from __future__ import annotations

import pyarrow as pa

TEXT, _COUNT, _FIGURE = pa.string(), pa.int32(), pa.decimal128(18, 6)
_RATE = pa.decimal128(28, 9)
WAVES = pa.schema(
    {
        "district_id": TEXT,
        "month": TEXT,
        "survey_id": TEXT,
        "wave": TEXT,
        "wave_place": _COUNT,
        "name_it": TEXT,
        "name_en": TEXT,
        "first_on": pa.date32(),
        "last_on": pa.date32(),
        "mode": TEXT,
        "selection": TEXT,
        "universe_it": TEXT,
        "universe_en": TEXT,
        "population": _COUNT,
        "population_source": TEXT,
        "invited": _COUNT,
        "unreachable": _COUNT,
        "respondents": _COUNT,
        "complete": _COUNT,
        "partial": _COUNT,
        "break_offs": _COUNT,
        "response_rate_complete": _RATE,
        "response_rate": _RATE,
        "item_nonresponse": _RATE,
        "weighting": TEXT,
        "weighting_reason": TEXT,
        "weights_source": TEXT,
        "categories_joined": _COUNT,
        "weights_cut": _COUNT,
        "largest_weight": _FIGURE,
        "design_effect": _FIGURE,
        "effective_answers": _FIGURE,
        "margin_of_error": _FIGURE,
        "set_aside_programs": _COUNT,
        "set_aside_duplicates": _COUNT,
        "set_aside_careless": _COUNT,
        "set_aside_others": _COUNT,
        "suppressed": pa.bool_(),
    }
)
ESTIMATES = pa.schema(
    {
        "district_id": TEXT,
        "month": TEXT,
        "survey_id": TEXT,
        "wave": TEXT,
        "wave_place": _COUNT,
        "measure": TEXT,
        "statistic": TEXT,
        "option": TEXT,
        "label": TEXT,
        "text_it": TEXT,
        "text_en": TEXT,
        "scale_low": _COUNT,
        "scale_high": _COUNT,
        "is_rescaled": pa.bool_(),
        "is_reversed": pa.bool_(),
        "answers": _COUNT,
        "estimate": _FIGURE,
        "estimate_low": _FIGURE,
        "estimate_high": _FIGURE,
        "design_effect": _FIGURE,
        "effective_answers": _FIGURE,
        "suppressed": pa.bool_(),
    }
)
CHANGES = pa.schema(
    {
        "district_id": TEXT,
        "month": TEXT,
        "survey_id": TEXT,
        "wave": TEXT,
        "previous_wave": TEXT,
        "measure": TEXT,
        "statistic": TEXT,
        "option": TEXT,
        "is_comparable": pa.bool_(),
        "reason": TEXT,
        "change": _FIGURE,
        "change_low": _FIGURE,
        "change_high": _FIGURE,
        "suppressed": pa.bool_(),
    }
)
