"""The explorer: figures as scripts, one per district, and what the page needs to tell of them.

Belongs here: what goes to the page. Does not belong here: drawing (`reports/layout/portal/explorer.js`), formats of
figures in reports.

A district's script carries its lines of `kpi_values.csv` as they are, so that what a reader takes away is the
edition's own, digit by digit. It is a script and no file to fetch, so that it works from a disk.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Mapping
from functools import cache
from typing import Any

from babel.dates import get_month_names
from markupsafe import Markup

from pipelines.publishing.portal.holdings import Shown
from pipelines.publishing.portal.method_pages import sizeless
from pipelines.publishing.portal.page import EDITIONS, Site
from pipelines.publishing.rendering.page_engine import LANGUAGES
from pipelines.publishing.rows import Row

_ANCHOR = re.compile(r'\bid="([0-9a-f]{12})"')
_SAID = (
    "gap", "hidden", "greyed", "provisional", "final", "boundary", "levels", "index_of", "no_index",
    "together", "kinds", "nothing", "choose", "failed", "open", "adjusted", "raw", "target", "interval",
    "off_month", "named", "alt", "no_adjusted", "from_to", "few", "hidden_many", "grey_many", "gap_many",
    "provisional_many", "copied", "index_title", "not_zero",
)  # fmt: skip


@cache
def charting() -> bytes:
    """Vega, Vega-Lite and Vega-Embed as one script, as the library of the lock carries them."""
    import vl_convert  # carries a whole JavaScript engine: loaded only where a portal is made

    return vl_convert.javascript_bundle("window.vegaEmbed = vegaEmbed;").encode("utf-8")


def figures(shown: Shown, district: str) -> bytes:
    """A district's figures as a script that hands them to the page.

    Args:
        shown: The newest edition that tells of the district.
        district: Its id.
    """
    said = {
        "district": district,
        "csv": _lines(shown, district),
        "opened": _opened(shown, district),
    }
    return f"nzdTake({json.dumps(said)});\n".encode()


def _lines(shown: Shown, district: str) -> str:
    """The header and the district's lines, as the edition has them."""
    own = shown.edition.path / district / "data" / "kpi_values.csv"
    if own.is_file():
        return own.read_text(encoding="utf-8")
    every = (shown.edition.path / "kpi_values.csv").read_text(encoding="utf-8")
    head, *lines = every.splitlines(keepends=True)
    return "".join([head, *(line for line in lines if line.startswith(f"{district},"))])


def _opened(shown: Shown, district: str) -> str:
    """Per line 1 where the provenance page opens the figure, else 0; empty where there is no such page."""
    pages = [shown.edition.path / district / code / "provenance.html" for code in LANGUAGES]
    text = next((page.read_text(encoding="utf-8") for page in pages if page.is_file()), None)
    if text is None:
        return ""
    there = set(_ANCHOR.findall(text))
    rows = csv.DictReader(io.StringIO(_lines(shown, district)))
    return "".join("1" if row["kpi_value_id"] in there else "0" for row in rows)


def explorer(site: Site, scripts: dict[str, str]) -> bytes:
    """The page.

    Args:
        site: The portal in one language.
        scripts: The path of each district's figures.
    """
    latest = site.holdings.latest
    kpis = [kpi for kpi in latest.reading.kpis.values() if kpi["computed"]] if latest else []
    themes: dict[str, list[Row]] = {}
    for kpi in kpis:
        themes.setdefault(site.say(f"theme.{kpi['theme']}"), []).append(kpi)
    said = {
        "language": site.code,
        "editions": EDITIONS,
        "districts": [_district(site, one, script) for one, script in scripts.items()],
        "kpis": {kpi["code"]: _kpi(site, kpi) for kpi in kpis},
        "words": {name: _said(site, name) for name in _SAID},
        "reasons": _family(site, "reason"),
        "months": list(get_month_names("abbreviated", "stand-alone", site.words.locale).values()),
    }
    return site.page(
        "explorer",
        site.text("explore.title"),
        themes=[
            (name, [(kpi["code"], site.set(str(kpi[f"name_{site.code}"]))) for kpi in found])
            for name, found in themes.items()
        ],
        districts=[(one, site.name(one)) for one in scripts],
        given=_inline(said),
    )


def _district(site: Site, district: str, script: str) -> dict[str, Any]:
    shown = site.holdings.districts[district]
    codes = [site.code, *(code for code in LANGUAGES if code != site.code)]
    pages = [f"{district}/{code}/provenance.html" for code in codes]
    page = next((one for one in pages if one in shown.files), None)
    return {
        "id": district,
        "name": site.name(district),
        "script": f"../{script}",
        "edition": shown.id,
        "provenance": f"{EDITIONS}{shown.place}/{page}" if page else None,
    }


def _kpi(site: Site, kpi: Row) -> dict[str, Any]:
    return {
        "name": site.set(str(kpi[f"name_{site.code}"])),
        "unit": site.words.named("unit", kpi["unit"]),
        "decimals": int(kpi["decimals"]),
        "sizeless": sizeless(kpi),
        "period": site.say(f"period.{kpi['period']}"),
    }


def _said(site: Site, name: str) -> str | dict[str, str]:
    """A text with its places still open: the page fills them; by number where it has plurals."""
    text = site.words.texts[f"portal.explore.{name}"]
    if isinstance(text, Mapping):
        return {kind: site.set(str(each)) for kind, each in text.items()}
    return site.set(str(text))


def _family(site: Site, name: str) -> dict[str, str]:
    start = f"{name}."
    return {
        key.removeprefix(start): site.set(str(text))
        for key, text in site.words.texts.items()
        if key.startswith(start)
    }


def _inline(said: dict[str, Any]) -> Markup:
    """JSON that may stand in a page: nothing in it ends the element it stands in."""
    text = json.dumps(said, ensure_ascii=False).replace("<", "\\u003c")
    return Markup(text)  # noqa: S704 - escaped just now
