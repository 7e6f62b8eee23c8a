"""Who stands behind the bills, as a supplier prints it: invented names, tax codes, addresses.

Belongs here: what identifies a holder and must stay in the landing store. Does not belong here: what they use
(`city.py`, `load.py`). The tax codes begin with zeros and the mail goes to `.invalid`: they are nobody's.
"""

from __future__ import annotations

import zlib
from dataclasses import astuple, dataclass

from sample.city import DISTRICTS

COLUMNS = ("Intestatario", "Partita IVA", "Indirizzo della fornitura", "E-mail per la bolletta")


@dataclass(frozen=True)
class Holder:
    """What a bill says of whom it is for, in the order of `COLUMNS`."""

    name: str
    tax_code: str
    address: str
    mail: str

    def cells(self) -> tuple[str, str, str, str]:
        """As a row of the register of bills has it."""
        name, tax_code, address, mail = astuple(self)
        return name, tax_code, address, mail


_PUBLIC = Holder("Comune", "", "", "")
"""A city's own points are public by law: their bills name nobody else."""


def holder(group: str) -> Holder:
    """The holder of a company group's points, or the city."""
    if group == "comune":
        return _PUBLIC
    short = group.partition("_")[2] or group
    number = zlib.crc32(group.encode())
    return Holder(
        f"{short.title()} Inventata S.r.l.",
        f"000{number % 10**8:08}",
        f"Via {short.title()} di Fantasia {number % 90 + 10}",
        f"bollette@{short}-inventata.invalid",
    )


BILLED = tuple(
    sorted(
        {
            point.holder
            for city in DISTRICTS.values()
            for point in city.of("electricity", read="bill")
            if point.kind == "firm"
        }
    )
)
"""Firms that the energy offices keep bills of."""
PRIVATE = tuple(text for group in BILLED for text in holder(group).cells())
"""What none but the landing store may hold."""
