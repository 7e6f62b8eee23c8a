"""What a questionnaire must say: its questions, their versions, and who counts as one respondent.

Belongs here: items, option lists, versions of a form, rules for submissions that are doubtful. Does
not belong here: reading answers (`connectors/parsers/survey.py`).
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from pipelines.catalogue.declaration import Bilingual, Declaration
from pipelines.catalogue.format_reading import Test
from pipelines.catalogue.format_values import ColumnValue, Origin, TextOrigin
from pipelines.catalogue.patterns import normalised

WITHIN: tuple[Decimal, Decimal] = (Decimal(-999_999), Decimal(999_999))
"""What a number may be where an item does not say: a telephone number is never an answer."""

Blank = Literal["not_shown", "not_answered"]


def _texts(value: Any) -> Any:
    """Texts that YAML took for numbers, like 99."""
    if isinstance(value, list | tuple):
        return tuple(str(one) if isinstance(one, int | float) else one for one in value)
    return (str(value),) if isinstance(value, str | int | float) else value


def _keyed(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    return {str(key): str(one) if isinstance(one, int) else one for key, one in value.items()}


Texts = Annotated[tuple[str, ...], BeforeValidator(_texts)]
Options = Annotated[dict[str, str], BeforeValidator(_keyed)]
Lists = dict[str, Annotated[dict[str, Texts], BeforeValidator(_keyed)]]


class Question(Declaration):
    """How one question is asked and how its answers are written.

    `column` is its name in the file and `aliases` are names it bore before: one of them may be
    there, or several where `merge` says that renaming made a new column. `ticks` are the columns of
    a multi question that has one column per option; one of `ticked` ticks it, and any text at all
    ticks a column of `ticked_by_text`. `wording` names how the question is put: answers to two wordings
    are not compared. Where it is not said, its columns are its wording.
    """

    column: str | None = None
    wording: str | None = None
    occurrence: int | None = Field(default=None, ge=1)
    aliases: Texts = ()
    merge: bool = False
    ticks: Options = Field(default_factory=dict)
    ticked: Texts = ("Y", "Yes", "Sì", "Si", "1", "1.0", "x", "true", "OK")
    unticked: Texts = ("N", "No", "0", "0.0", "false")
    ticked_by_text: Texts = ()
    options: Options = Field(default_factory=dict)
    list_: str | None = Field(default=None, alias="list")
    other: str | None = None
    """Option code of an answer outside `options`; without it such an answer is rejected."""
    separator: str | None = Field(default=None, min_length=1)
    scale: tuple[int, int] | None = None
    reverse: bool = False
    not_applicable: Texts = ()
    range: tuple[Decimal, Decimal] | None = None


class ItemVersion(Question):
    """What differs in one version of the questionnaire; what is not said is as in the item.

    A scale of another length is either `rescaled` to the item's, or stands `apart`: answers are
    kept, and are no score that could be compared. `asked: false` says that this version lacks the
    question.
    """

    scores: Literal["rescaled", "apart"] | None = None
    asked: bool = True


class Item(Question):
    """One question: its column and how answers become options and scores.

    `options` translates answers to option codes (a number item has none); a likert answer is a
    whole number within `scale`, turned round by `reverse`; `not_applicable` are the answers that
    are none. `versions` holds what differs by version of the questionnaire. `text` is the question as
    reports print it.
    """

    text: Bilingual | None = None
    kind: Literal["likert", "single", "multi", "number"]
    versions: dict[str, ItemVersion] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _says_what_its_kind_needs(self) -> Self:
        if (self.column is None) == (not self.ticks):
            raise ValueError("an item names its 'column', or 'ticks' with one column per option")
        if self.ticks and self.kind != "multi":
            raise ValueError("'ticks' belong to items of kind 'multi'")
        if (self.kind == "likert") != (self.scale is not None):
            raise ValueError(
                "a likert item gives its 'scale', like [1, 5], and only that kind does"
            )
        if self.scale is not None and self.scale[0] >= self.scale[1]:
            raise ValueError("a 'scale' goes from its lowest to its highest number")
        has_options = bool(self.options or self.list_ or self.ticks)
        if self.kind in ("single", "multi") and not has_options:
            raise ValueError(f"an item of kind '{self.kind}' lists its 'options'")
        if self.kind == "number" and has_options:
            raise ValueError("an item of kind 'number' has no 'options'")
        if self.range is not None and self.kind != "number":
            raise ValueError("'range' belongs to items of kind 'number'")
        _without_two_meanings(self.options)
        self._check_versions()
        return self

    def _check_versions(self) -> None:
        for version, differs in self.versions.items():
            longer = differs.scale not in (None, self.scale)
            if longer != (differs.scores is not None):
                raise ValueError(
                    f"versions.{version}: another 'scale' says whether its 'scores' are "
                    "'rescaled' or stand 'apart', and only another scale does"
                )
            self.at(version)

    def at(self, version: str | None) -> Item:
        """The item as one version of the questionnaire asks it."""
        differs = self.versions.get(version) if version is not None else None
        if differs is None:
            return self
        said = {name: getattr(differs, name) for name in differs.model_fields_set}
        own = {name: getattr(self, name) for name in self.model_fields_set}
        if "column" in said:
            own.pop("ticks", None)
            own.pop("aliases", None)
        if "ticks" in said:
            own.pop("column", None)
        merged = {**own, **said, "kind": self.kind}
        for name in ("versions", "scores", "asked"):
            merged.pop(name, None)
        return Item(**merged)


def _without_two_meanings(options: dict[str, str]) -> None:
    found: dict[str, str] = {}
    for text, code in options.items():
        if found.setdefault(normalised(text), code) != code:
            raise ValueError(f"'{text}' stands for two options")


class Versions(Origin):
    """Where a submission says which version of the questionnaire it answers, and which are known.

    `known` maps the tool's version ids to versions of `items.*.versions`; a submission of a version
    that is not known is set aside, never read as if nothing had changed.
    """

    known: Options = Field(min_length=1)


class Blanks(Declaration):
    """What is kept of questions without an answer. What is not said leaves no row.

    `missing` is a null or a key that is not there, `empty` an empty text, where the tool writes
    them apart; `unticked` keeps a row for each option that was shown and not chosen.
    """

    missing: Blank | None = None
    empty: Blank | None = None
    unticked: bool = False


DoubtCode = Literal[
    "TEST_SUBMISSION",
    "DUPLICATE_SUBMISSION",
    "BOT_SUSPECTED",
    "UNREADABLE_SUBMISSION",
    "SPEEDER",
    "STRAIGHT_LINER",
    "HONEYPOT_FILLED",
    "OUTSIDE_FIELDWORK",
]
RULES = ("where", "same", "equal_answers", "one_answer_to", "faster_than_seconds", "fieldwork")


class Fieldwork(Declaration):
    """The local days between which a wave could be answered, both included."""

    first: date
    last: date

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.first > self.last:
            raise ValueError("fieldwork goes from its 'first' to its 'last' day")
        return self


class Doubt(Declaration):
    """A rule for submissions that may not count. `note` counts them; `exclude` quarantines them.

    `where` are tests by column, all of which hold (a preview, a field that people do not see).
    `same` are columns (a device, a token) that only one submission may have: the first stays, later
    ones are doubtful. `equal_answers` is how many submissions with the same answers to every item,
    `within_seconds`, are no coincidence. With `same`, `within_seconds` is how close two submissions
    must lie. `one_answer_to` are three items or more to which one and the same answer was given,
    before any is reversed. `faster_than_seconds` is the time that nobody needs less than, from the
    column `started` to the submission or as the column `seconds` says. `fieldwork` are the days on
    which it could be answered.
    """

    code: DoubtCode
    then: Literal["note", "exclude"]
    where: dict[str, Test] = Field(default_factory=dict)
    same: tuple[str, ...] = ()
    equal_answers: int | None = Field(default=None, ge=2)
    within_seconds: float | None = Field(default=None, gt=0)
    one_answer_to: tuple[str, ...] = ()
    faster_than_seconds: float | None = Field(default=None, gt=0)
    started: ColumnValue | None = None
    seconds: str | None = None
    fieldwork: Fieldwork | None = None

    @model_validator(mode="after")
    def _is_one_rule(self) -> Self:
        if sum(bool(getattr(self, name)) for name in RULES) != 1:
            raise ValueError(f"a doubt is one of {', '.join(RULES)}")
        if self.equal_answers is not None and self.within_seconds is None:
            raise ValueError("'equal_answers' says 'within_seconds'")
        if self.within_seconds is not None and not (self.same or self.equal_answers):
            raise ValueError("'within_seconds' belongs to 'same' and 'equal_answers'")
        if self.one_answer_to and len(self.one_answer_to) < FEWEST_ALIKE:
            raise ValueError(f"'one_answer_to' names {FEWEST_ALIKE} items or more")
        timed = (self.started is not None) + (self.seconds is not None)
        if timed != (self.faster_than_seconds is not None):
            raise ValueError("'faster_than_seconds' goes by 'started' or by 'seconds'")
        return self

    def columns(self) -> tuple[str, ...]:
        """The columns that the rule reads besides those of the items."""
        others = (self.started.column if self.started else None, self.seconds)
        return tuple(name for name in (*self.where, *self.same, *others) if name)


FEWEST_ALIKE = 3
"""One answer to two questions says nothing."""


class Survey(Declaration):
    """A questionnaire: items by code, from one row per submission.

    `respondent` is an identifying column (or several, composed): a keyed hash of it is stored, it
    itself never. Of two submissions of one respondent the newest counts, or none (`repeated`).
    `lists` are options by code with their spellings in every language; an item takes one by `list`.
    `ignored` are the columns known to be left out: once it is given, any other column that no item
    reads is a finding. Sources of one `panel` give one person one key, so that what they said before
    and after can be matched.
    """

    respondent: TextOrigin | None = None
    panel: str | None = Field(default=None, pattern=r"^[a-z][a-z0-9_]*$")
    version: Versions | None = None
    weight: ColumnValue | None = None
    separator: str = Field(default=";", min_length=1)
    lists: Lists = Field(default_factory=dict)
    items: dict[str, Item] = Field(default_factory=dict)
    blanks: Blanks = Blanks()
    repeated: Literal["newest", "reject"] = "newest"
    absent_columns: Literal["refuse", "unanswered"] = "refuse"
    ignored: Annotated[tuple[str, ...], BeforeValidator(_texts)] | None = None
    doubts: tuple[Doubt, ...] = ()

    @model_validator(mode="after")
    def _refers_to_what_is_there(self) -> Self:
        if self.panel is not None and self.respondent is None:
            raise ValueError("a 'panel' matches people by their 'respondent'")
        versions = set(self.version.known.values()) if self.version else set()
        for code, item in self.items.items():
            for asked in (item, *item.versions.values()):
                if asked.list_ is not None and asked.list_ not in self.lists:
                    raise ValueError(f"items.{code}: there is no list '{asked.list_}' in 'lists'")
            for version in item.versions:
                if version not in versions:
                    raise ValueError(
                        f"items.{code}.versions: '{version}' is none of 'version.known'"
                    )
            _without_two_meanings(self.options_of(item))
            _without_joined_options(code, self.options_of(item), self.separator_of(item), item.kind)
        for rule in self.doubts:
            for code in rule.one_answer_to:
                if code not in self.items:
                    raise ValueError(f"doubts: there is no item '{code}' to answer alike")
        return self

    def options_of(self, item: Question) -> dict[str, str]:
        """Spellings of answers to option codes: the list's, its codes themselves, the item's."""
        listed = self.lists.get(item.list_ or "", {})
        spellings = {code: code for code in listed}
        spellings |= {text: code for code, texts in listed.items() for text in texts}
        return spellings | item.options

    def separator_of(self, item: Question) -> str:
        """What stands between the chosen options of a multi answer."""
        return self.separator if item.separator is None else item.separator


def _without_joined_options(code: str, options: dict[str, str], sign: str, kind: str) -> None:
    """An option that reads like two others chosen together could never be told from them."""
    if kind != "multi":
        return
    known = {normalised(text) for text in options}
    for text in known:
        parts = [part.strip() for part in text.split(sign)]
        if len(parts) > 1 and all(part in known for part in parts):
            raise ValueError(
                f"items.{code}: '{text}' could be one option or {len(parts)} chosen together; "
                "give another 'separator' or rename it"
            )
