"""The archive: every month with its editions, what changed between them, what waits, what was withdrawn.

Belongs here: what is told of an edition beside its files. Does not belong here: why a figure changed (`comparing`),
which edition is withdrawn (`editions`).
"""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from pipelines.publishing.language import DASH, capital
from pipelines.publishing.periods.period import Period
from pipelines.publishing.portal.district_pages import anchor, waiting_lines
from pipelines.publishing.portal.holdings import Shown, revised
from pipelines.publishing.portal.page import EDITIONS, Link, Site
from pipelines.publishing.report.sections.figures import amount, joined
from pipelines.publishing.rows import Row
from pipelines.publishing.shelf import Edition

_PRINTED = 40
"""Changed figures that are listed; the rest is a table of the edition."""
_ROME = ZoneInfo("Europe/Rome")


def archive(site: Site) -> bytes:
    """Every month, newest first."""
    months = [
        {
            "month": month,
            "name": site.month(month),
            "delayed": [
                {
                    "lines": waiting_lines(site, note),
                    "href": f"{EDITIONS}{month}/delayed.html",
                }
                for note in site.holdings.delayed
                if note["month"] == month
            ],
            "editions": _editions(site, month),
        }
        for month in site.holdings.months
    ]
    told = [(one.edition, _view(site, one)) for one in site.holdings.periods]
    told += [
        (one, _gone(site, one, said)) for one, said in site.holdings.withdrawn if one.is_period
    ]
    told += [(one, _other(site, one)) for one in site.holdings.changed if one.is_period]
    periods = [one for _, one in sorted(told, key=_newest_first, reverse=True)]
    return site.page("archive", site.text("archive.title"), months=months, periods=periods)


def _newest_first(told: tuple[Edition, Any]) -> tuple[str, int]:
    return Period.named(told[0].month).last, told[0].revision


def _editions(site: Site, month: str) -> list[dict[str, Any]]:
    """What stands and what was withdrawn, newest first."""
    told = [
        (one.edition.revision, _standing(site, one))
        for one in site.holdings.shown
        if one.edition.month == month
    ]
    told += [
        (one.revision, _gone(site, one, said))
        for one, said in site.holdings.withdrawn
        if one.month == month
    ]
    told += [
        (one.revision, _other(site, one)) for one in site.holdings.changed if one.month == month
    ]
    return [one for _, one in sorted(told, key=lambda each: -each[0])]


def _standing(site: Site, shown: Shown) -> dict[str, Any]:
    gone = frozenset(one.id for one, _ in site.holdings.withdrawn)
    changes = _changes(site, shown, revised(shown, gone))
    count = len(changes)
    changed = site.text("archive.changed", count=count) if count else site.text("archive.unchanged")
    folders = [("programme", site.text("home.programme"))]
    folders += [(one, site.name(one)) for one in shown.districts]
    door = site.text("archive.door")
    return {
        "anchor": anchor(shown.id),
        "title": site.text("archive.edition", id=shown.id),
        "withdrawn": False,
        "lines": [
            site.text("archive.known", day=site.known(shown)),
            *([changed] if not count and shown.reading.about.get("earlier") else []),
            *_decided(site, shown),
            _sealed(site, shown),
        ],
        "reports": [(name, _links(site, shown, folder, name)) for folder, name in folders],
        "changed": changed,
        "changes": changes[:_PRINTED],
        "more": count > _PRINTED,
        "door": Link(door, f"{EDITIONS}{shown.place}/index.html", f"{door}: {shown.id}"),
    }


def _view(site: Site, shown: Shown) -> dict[str, Any]:
    """A quarter or a year, and the month's edition it is a view of."""
    about, month = shown.reading.about, site.month(shown.edition.month)
    folders = [("programme", site.text("home.programme"))]
    folders += [(one, site.name(one)) for one in site.holdings.told_by(shown)]
    door = site.text("archive.door")
    return {
        "anchor": anchor(shown.id),
        "title": f"{capital(month)} ({shown.id})",
        "withdrawn": False,
        "lines": [site.say("periods.view", id=about["view_of"]["id"]), _sealed(site, shown)],
        "reports": [(name, _links(site, shown, folder, name)) for folder, name in folders],
        "changes": [],
        "door": Link(door, f"{EDITIONS}{shown.place}/index.html", f"{door}: {shown.id}"),
    }


def _sealed(site: Site, shown: Shown) -> str:
    """The hash that a reader may note, to see later that the edition is still the same."""
    seal = shown.seal
    if not seal.ok:
        return site.text("archive.doubtful")
    return site.text(f"archive.{seal.word.replace(' ', '_')}", sha256=seal.sha256)


def _other(site: Site, edition: Edition) -> dict[str, Any]:
    """An edition that is not what was sealed: no figure, no file."""
    return {
        "anchor": anchor(edition.id),
        "title": site.text("archive.altered", id=edition.id),
        "withdrawn": True,
        "lines": [site.text("archive.altered_why")],
        "reports": [],
        "changes": [],
        "door": None,
    }


def _links(site: Site, shown: Shown, folder: str, name: str) -> list[Link]:
    full = f"{name}, {shown.id}"
    return [
        *site.reports_of(shown, folder, "report.html", full),
        *site.reports_of(shown, folder, "report.pdf", full),
        *site.file(shown, f"{folder}/annex.xlsx", "XLSX", full),
        *site.file(shown, f"{folder}/data/kpi_values.csv", "CSV", full),
        *site.file(shown, f"{folder}/data/period_values.csv", "CSV", full),
    ]


def _decided(site: Site, shown: Shown) -> list[str]:
    """Who is not in it, and who is by a person's decision."""
    about = shown.reading.about
    left_out = [one[f"name_{site.code}"] for one in about.get("left_out", ())]
    lines = [site.say("delayed.left_out", districts=site.words.both(left_out))] if left_out else []
    return lines + [
        site.say(
            "delayed.overridden",
            district=site.name(one["district_id"]),
            by=one["by"],
            reason=one["reason"],
        )
        for one in about.get("overrides", ())
    ]


def _changes(site: Site, shown: Shown, rows: list[Row]) -> list[dict[str, Any]]:
    """One line per figure that changed, its causes beside it; the largest change in its own terms first."""
    figures: dict[tuple[str, str, str, str], list[Row]] = defaultdict(list)
    for row in rows:
        key = (row["district_id"], row["month"], row["kpi_code"], row["old_edition"])
        figures[key].append(row)
    ordered = sorted(figures.items(), key=lambda each: (-_weight(each[1][0]), each[0]))
    return [_change(site, shown, key, parts) for key, parts in ordered]


def _weight(row: Row) -> float:
    if row["old_value"] is None or row["new_value"] is None:
        return 0.0
    return abs(float(row["new_value"] - row["old_value"])) / (abs(float(row["old_value"])) or 1.0)


def _change(
    site: Site, shown: Shown, key: tuple[str, str, str, str], parts: list[Row]
) -> dict[str, Any]:
    district, month, code, _ = key
    kpi = shown.reading.kpis.get(code)
    name = site.set(str(kpi[f"name_{site.code}"])) if kpi else code
    causes = [site.words.named("cause", row["cause"]) for row in parts if row["cause"]]
    first = parts[0]

    def told(value: Any) -> str:
        if value is None or kpi is None:
            return DASH
        return joined(amount(value, kpi["unit"], int(kpi["decimals"]), site.words))

    return {
        "name": name,
        "when": f"{code} · {site.month(month)}",
        "district": site.name(district),
        "old": told(first["old_value"]),
        "new": told(first["new_value"]),
        "causes": site.set("; ".join(dict.fromkeys(causes))) or DASH,
    }


def _gone(site: Site, edition: Edition, said: dict[str, Any]) -> dict[str, Any]:
    """The tombstone: why, who decided, what replaces it; no figure."""
    day = datetime.fromisoformat(said["withdrawn_at"]).astimezone(_ROME).date()
    later = [
        one.id
        for one in [*site.holdings.shown, *site.holdings.periods]
        if one.edition.month == edition.month and one.edition.revision > edition.revision
    ]
    replaced = (
        site.say("withdrawn.replaced", id=later[-1])
        if later
        else site.say("withdrawn.not_replaced")
    )
    text = site.text("archive.tombstone")
    place = f"{EDITIONS}{edition.month}/r{edition.revision}/index.html"
    return {
        "anchor": anchor(edition.id),
        "title": site.text("archive.withdrawn", id=edition.id),
        "withdrawn": True,
        "lines": [
            site.say(
                "withdrawn.why", day=site.words.day_in(day), reason=said["reason"].rstrip(".")
            ),
            site.say(f"withdrawn.kind.{said['kind']}"),
            site.say("withdrawn.by", by=said["by"]),
            replaced,
        ],
        "reports": [],
        "changes": [],
        "door": Link(text, place, f"{text}: {edition.id}"),
    }
