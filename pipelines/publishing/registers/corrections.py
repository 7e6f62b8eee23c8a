"""What the author of a delivery has to correct, row by row, in words that need no knowledge of this product.

Belongs here: quarantined rows as sentences with file, sheet, row, column, what is wrong and what to do. Does not
belong here: what is set aside (`quality`), and counting it for readers (`sections/quality.py`). It shows what stood in
the cells, so it is for the district's own machine and its senders, never for publication.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from pipelines.catalogue.catalogue import Binding
from pipelines.catalogue.declaration import Bilingual
from pipelines.catalogue.format_kinds import TableFormat
from pipelines.catalogue.issue import issues
from pipelines.publishing.language import Words
from pipelines.publishing.registers.register_sheets import header_in, words_in
from pipelines.publishing.rows import Row, read_rows
from pipelines.quality.contract import contract_of

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def corrections(
    binding: Binding, collected: Path, expectations: Path, words: Words
) -> Iterator[str]:
    """Lines about one source: its newest delivery where each is a whole register, else all of them.

    Args:
        binding: The source.
        collected: The folder `collected/` of a view.
        expectations: The folder of contracts.
        words: The language of whoever corrects.
    """
    teller, aside = Teller(binding, expectations, words), quarantined(collected)
    told = [
        line
        for delivery in deliveries_of(binding, collected)
        for line in teller.of_delivery(delivery, of_delivery(delivery, aside), collected)
    ]
    yield from told or [words.say("correction.none", source=binding)]


def deliveries_of(binding: Binding, collected: Path) -> list[Row]:
    """What of one source can be corrected, oldest first: of whole registers the newest, else all."""
    own = [
        row
        for row in read_rows(collected / "deliveries.parquet")
        if (row["district_id"], row["source_id"]) == (binding.district.id, binding.source_id)
        and row["outcome"] in ("accepted", "refused")
    ]
    own.sort(key=lambda row: (row["received_at"], str(row["file_name"])))
    return own[-1:] if binding.dataset.delivers == "snapshots" else own


def quarantined(collected: Path) -> list[Row]:
    """Every row that was set aside."""
    return read_rows(collected / "quarantine.parquet")


def of_delivery(delivery: Row, rows: list[Row]) -> list[Row]:
    """The rows of one delivery, as they stand in it."""
    place = ("district_id", "source_id")
    found = [
        row
        for row in rows
        if row["_sha256"] == delivery["sha256"] and all(row[n] == delivery[n] for n in place)
    ]
    return sorted(found, key=lambda row: (str(row["_member"]), row["_row"]))


class Teller:
    """How rows of one source are told: its headers, its words, the notes of its contract."""

    def __init__(self, binding: Binding, expectations: Path, words: Words) -> None:
        self.binding, self.words = binding, words
        form = binding.format
        self.sheet = (
            form.template[words.code] if isinstance(form, TableFormat) and form.template else None
        )
        self.headers = {
            name: header_in(value, words.code)
            for name, value in form.columns.items()
            if value.column is not None
        }
        self.accepted = {
            header: words_in(value, binding.dataset.columns[name], words)
            for name, value in form.columns.items()
            if value.map
            for header in (name, value.column, *value.aliases)
        }
        self.key = [self.headers[name] for name in binding.dataset.key if name in self.headers]
        contract = contract_of(binding.dataset, expectations)
        self.notes: dict[tuple[str, str | None], Bilingual] = {
            (rule.code, rule.column): rule.notes for rule in contract.expectations if rule.notes
        }

    def of_delivery(self, delivery: Row, rows: list[Row], collected: Path) -> Iterator[str]:
        """The lines about one delivery."""
        named = {"file": delivery["file_name"], "source": self.binding}
        if delivery["outcome"] == "refused":
            detail, todo = self.refusal(delivery, collected)
            yield self.words.say("correction.refused", **named, detail=detail, todo=todo)
        if rows:
            yield self.words.say("correction.head", **named, count=len(rows))
        for row in rows:
            sheet = self.sheet_of(row)
            key = "correction.row_sheet" if sheet else "correction.row"
            yield self.words.say(key, sheet=sheet, row=row["_row"], said=self.said(row))

    def sheet_of(self, row: Row) -> str | None:
        """The sheet of a workbook that a row stands in."""
        return str(row["_member"] or "").partition("!")[2] or self.sheet

    def refusal(self, delivery: Row, collected: Path) -> tuple[str, str]:
        """What was said of a delivery that was refused, without the name of the file before it, and what to do."""
        issue = issues()[str(delivery["code"])]
        for row in read_rows(collected / "findings.parquet"):
            same = row["sha256"] == delivery["sha256"] and row["code"] == delivery["code"]
            if same and row["source_id"] == delivery["source_id"]:
                said = str(row[f"detail_{self.words.code}"])
                detail = said.removeprefix(f"{delivery['file_name']}: ")
                return detail or issue.means[self.words.code], issue.todo[self.words.code]
        return issue.means[self.words.code], issue.todo[self.words.code]

    def said(self, row: Row) -> str:
        """What is wrong with a row and what to do about it, with what stands in its cell."""
        where = self._where(row["column"], row["raw"], row["code"]) if row["column"] else ""
        return f"{where}{self.problem(row)}"

    def problem(self, row: Row) -> str:
        """The same without what stands in the cell."""
        language, code, column = self.words.code, row["code"], row["column"]
        issue, note = issues()[code], self.notes.get((code, column))
        means = note[language] if note else issue.means[language]
        told = f"{means} {issue.todo[language]}"
        if code == "UNKNOWN_VALUE" and self.accepted.get(column):
            told = self.words.say("correction.words", words=", ".join(self.accepted[column]))
        if code == "DUP_CONFLICT" and len(self.key) == len(self.binding.dataset.key):
            told = self.words.say("correction.twice", columns=self.words.both(self.key))
        return told

    def _where(self, column: str, raw: str | None, code: str) -> str:
        said = self.words.say("correction.column", column=self.headers.get(column, column))
        if raw is None:
            return said + (self.words.say("correction.empty") if code == "MISSING_VALUE" else "")
        pairs = re.findall(r"([a-z_]+)=([^;]*)", raw)
        if len(pairs) < 2 or any(name not in self.headers for name, _ in pairs):
            return said + self.words.say("correction.there", raw=self._shown(raw))
        values = {name: self._shown(value) for name, value in pairs}
        others = [
            f"{self.headers[name]}: {value}" for name, value in values.items() if name != column
        ]
        own = values.get(column, "")
        return said + self.words.say("correction.with_other", raw=own, others=", ".join(others))

    def _shown(self, text: str) -> str:
        """A day as people write it; any other text as it stood."""
        if _DAY.fullmatch(text) is None:
            return text
        try:
            return f"{date.fromisoformat(text):%d/%m/%Y}"
        except ValueError:
            return text
