"""How figures, months and dates are written in Italian and English, and the declared texts of both.

Belongs here: formats, articles, prepositions, plurals and the lookup of texts in `reports/text`. Does not belong
here: which sentence is said when (`sections/`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from pathlib import Path
from typing import Any

from babel import Locale
from babel.dates import format_date
from babel.lists import format_list
from babel.numbers import get_decimal_symbol, get_group_symbol

from pipelines.catalogue.yaml_document import read_document
from pipelines.publishing.months import first_day

THIN = "\u00a0"
"""A space that does not break, between a number and its unit."""
MINUS = "\u2212"
DASH = "–"


class TextError(KeyError):
    """A text, or a value a text needs, is missing."""


@dataclass(frozen=True)
class Words:
    """One language of the reports."""

    code: str
    texts: Mapping[str, Any]

    @property
    def locale(self) -> Locale:
        """Italian, or English as Europeans write it."""
        return Locale("it") if self.code == "it" else Locale("en", "GB")

    def say(self, key: str, **values: object) -> str:
        """A declared text with its values; `count` chooses between singular and plural.

        Raises:
            TextError: where the text or one of its values is missing.
        """
        if key not in self.texts:
            raise TextError(f"reports/text/{self.code}: there is no text '{key}'.")
        text = self.texts[key]
        if isinstance(text, Mapping):
            count = Decimal(str(values["count"]))
            text = text.get(self.locale.plural_form(abs(count)), text["other"])
        try:
            return str(text).format(**values)
        except KeyError as error:
            raise TextError(
                f"reports/text/{self.code}: '{key}' needs a value for {error}."
            ) from error

    def has(self, key: str) -> bool:
        """Whether a text is declared."""
        return key in self.texts

    def named(self, family: str, code: str | None) -> str:
        """The words for a code, such as a carrier; the code itself where nobody has named it yet."""
        key = f"{family}.{code}"
        return str(self.texts[key]) if key in self.texts else (code or "").replace("_", " ")

    def number(self, value: Decimal | float, decimals: int = 0, *, sign: bool = False) -> str:
        """1.234,5 or 1,234.5, rounded half away from zero, with a true minus sign."""
        exact = rounded(value, decimals)
        text = f"{abs(exact):,.{decimals}f}".translate(_signs(self.code))
        if exact < 0:
            return MINUS + text
        return f"+{text}" if sign and exact > 0 else text

    def percent(
        self, value: Decimal | float, decimals: int | None = None, *, sign: bool = False
    ) -> str:
        """6,2 % or 6.2%, from a value in percent; without decimals from ten upwards unless asked."""
        places = (0 if abs(float(value)) >= 99.95 else 1) if decimals is None else decimals
        return self.number(value, places, sign=sign) + (f"{THIN}%" if self.code == "it" else "%")

    def share(self, value: Decimal | float) -> str:
        """A share between 0 and 1 as a whole percentage."""
        return self.percent(Decimal(str(value)) * 100, 0)

    def the(self, printed: str) -> str:
        """A printed number with its article: «il 6,2 %», «l’8 %», «lo 0,5 %»; unchanged in English."""
        return (
            _with_article(printed, {"il": "il ", "l": "l’", "lo": "lo "})
            if self.code == "it"
            else printed
        )

    def of(self, printed: str) -> str:
        """Of a number: «del 6,2 %», «dell’8 %», «dello 0,5 %»."""
        if self.code == "it":
            return _with_article(printed, {"il": "del ", "l": "dell’", "lo": "dello "})
        return f"of {printed}"

    def to(self, printed: str) -> str:
        """To a number: «al 74 %», «all’80 %», «allo 0,5 %»."""
        if self.code == "it":
            return _with_article(printed, {"il": "al ", "l": "all’", "lo": "allo "})
        return f"to {printed}"

    def from_(self, printed: str) -> str:
        """Of those many: «dei 12,4», «degli 8,1», «dell’1»."""
        if self.code == "it":
            return _with_article(printed, {"il": "dei ", "l": "degli ", "lo": "degli "})
        return f"of {printed}"

    def those(self, printed: str) -> str:
        """Those many: «i 12,4 milioni», «gli 8,1 milioni»; unchanged in English."""
        if self.code == "it":
            return _with_article(printed, {"il": "i ", "l": "gli ", "lo": "gli "})
        return printed

    def all_the(self, count: int) -> str:
        """«entrambi i», «tutti i 5», «tutti gli 8», "both", "all 5": before what there are so many of."""
        if count == 2:
            return self.say("all_the.two")
        return f"{self.say('all_the.many')} {self.those(self.number(count))}"

    def counted(self, count: int) -> str:
        """Feminine, up to nine in letters, as in a printed text: «una», «due», «12»."""
        return self.named("counted", self.number(count))

    def points(self, value: Decimal | float, decimals: int = 1) -> str:
        """«+6,8 punti», «−1 punto»: a change of a percentage."""
        count = abs(rounded(value, decimals))
        return self.say("points", count=count, value=self.number(value, decimals, sign=True))

    def month(self, month: str) -> str:
        """«ottobre 2026», "October 2026"."""
        return str(format_date(first_day(month), "MMMM y", locale=self.locale))

    def month_alone(self, month: str) -> str:
        """«ottobre», "October"."""
        return str(format_date(first_day(month), "MMMM", locale=self.locale))

    def month_short(self, month: str, *, year: bool = True) -> str:
        """«ott. 2025», "Oct 2025"."""
        name = str(format_date(first_day(month), "LLL", locale=self.locale)).rstrip(".")[:3]
        dot = "." if self.code == "it" and year else ""
        return f"{name}{dot} {month[:4]}" if year else name

    def in_month(self, month: str) -> str:
        """«a ottobre», «ad agosto», "in October"."""
        name = self.month_alone(month)
        if self.code == "en":
            return f"in {name}"
        return f"ad {name}" if name.startswith("a") else f"a {name}"

    def of_month(self, month: str) -> str:
        """«di ottobre», "October"."""
        return f"di {self.month_alone(month)}" if self.code == "it" else self.month_alone(month)

    def since(self, month: str, *, year: bool = True) -> str:
        """«da agosto», "since August"."""
        name = self.month(month) if year else self.month_alone(month)
        return f"da {name}" if self.code == "it" else f"since {name}"

    def day(self, value: date, *, year: bool = True) -> str:
        """«10 novembre 2026», «1º novembre», "10 November 2026"."""
        text = str(format_date(value, "d MMMM y" if year else "d MMMM", locale=self.locale))
        return f"1º{text[1:]}" if self.code == "it" and value.day == 1 else text

    def day_in(self, value: date, *, year: bool = True) -> str:
        """A day after «entro» or "by": «l’8 novembre», «il 10 novembre», "10 November"."""
        text = self.day(value, year=year)
        return f"il {text}" if self.code == "it" and value.day == 1 else self.the(text)

    def day_lapsed(self, value: date, *, year: bool = True) -> str:
        """When something became overdue: «scaduta l’8 novembre», "overdue since 8 November"."""
        if self.code == "it":
            return self.day_in(value, year=year)
        return self.day_from(value, year=year)

    def day_from(self, value: date, *, year: bool = True) -> str:
        """«dal 21 settembre», «dall’8 novembre», "since 21 September"."""
        text = self.day(value, year=year)
        if self.code == "en":
            return f"since {text}"
        if value.day == 1:
            return f"dal {text}"
        return _with_article(text, {"il": "dal ", "l": "dall’", "lo": "dal "})

    def both(self, items: Iterable[str]) -> str:
        """«a, b e c», «a ed energia», "a, b and c"."""
        text = str(format_list(list(items), style="standard", locale=self.locale))
        return re.sub(r" e (?=[eèé])", " ed ", text) if self.code == "it" else text


@cache
def _signs(code: str) -> dict[int, str]:
    """What stands for the comma and the point of a plain number in a language, as CLDR has it.

    An edition prints ten thousands of numbers; reading CLDR's pattern for each took a tenth of its rendering.
    """
    group, point = get_group_symbol(code), get_decimal_symbol(code)
    return str.maketrans({",": group, ".": point})


def rounded(value: Decimal | float, decimals: int) -> Decimal:
    """Half away from zero, as people round."""
    exact = value if isinstance(value, Decimal) else Decimal(str(value))
    return exact.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)


def capital(text: str) -> str:
    """A sentence's first letter."""
    return text[:1].upper() + text[1:]


def _with_article(printed: str, forms: Mapping[str, str]) -> str:
    """Italian articles go by sound: otto, ottanta, ottocento; uno; undici; zero."""
    digits = ""
    for sign in printed:
        if sign.isdigit():
            digits += sign
        elif sign not in ".*":
            break
    vowel = (
        digits.startswith("8")
        or digits in ("1", "11")
        or (digits.startswith("11") and len(digits) in (5, 8))
        or (digits.startswith("1") and len(digits) == 7)
    )
    if digits == "0":
        return forms["lo"] + printed
    return forms["l" if vowel else "il"] + printed


@cache
def words(code: str, folder: Path) -> Words:
    """The texts of one language.

    Args:
        code: 'it' or 'en'.
        folder: `reports/text`.

    Raises:
        TextError: where two files declare the same text.
    """
    texts: dict[str, Any] = {}
    for path in sorted((folder / code).glob("*.yaml")):
        for key, text in _flat(read_document(path.read_text(encoding="utf-8"))).items():
            if key in texts:
                raise TextError(f"{path.name}: '{key}' is declared twice.")
            texts[key] = text
    return Words(code, texts)


def _flat(document: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in document.items():
        name = f"{prefix}{key}"
        if isinstance(value, Mapping) and "other" not in value:
            found |= _flat(value, f"{name}.")
        else:
            found[name] = value
    return found
