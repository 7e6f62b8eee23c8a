"""Where this deployment keeps its state and what time it is.

Belongs here: the environment variables a deployment may set, read once per call and nowhere else.
Does not belong here: anything declared about districts, datasets or KPIs (`catalogue`).

| variable      | meaning                                                     | default                |
|---------------|-------------------------------------------------------------|------------------------|
| NZD_HOME      | all state: landing, received … editions, the warehouse      | `var/` of the checkout |
| NZD_DISTRICTS | the folder of district files                                | `districts/`           |
| NZD_INBOX     | where folder sources of the sample and of drop folders live | `$NZD_HOME/inbox`      |
| NZD_ADDRESS   | where portal/ and editions/ lie on the web, for feeds       | none                   |
| NZD_NOW       | the one clock, ISO 8601; every step asks it                 | the machine's clock    |

Mail has variables of its own (`delivering/postage.py`). A questionnaire whose respondents are told
apart by an identifying column also needs NZD_RESPONDENT_SECRET (`connectors/parsers/privacy.py`),
which has no default.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path


@dataclass(frozen=True)
class Settings:
    """One deployment: a checkout and its state.

    `view` holds what is resolved as of one moment (current, collected, declared, marts and the
    warehouse): the home itself for now, a folder of its own for an earlier moment.
    """

    checkout: Path
    home: Path
    districts: Path
    inbox: Path
    view: Path

    @property
    def landing(self) -> Path:
        """Raw bytes by sha256 and the manifest of every attempt."""
        return self.home / "landing"

    @property
    def editions(self) -> Path:
        """Published editions; never changed once written."""
        return self.home / "editions"

    @property
    def portal(self) -> Path:
        """The site over all editions; every publication makes it anew, and nothing else is in it."""
        return self.home / "portal"

    @property
    def web_address(self) -> str | None:
        """Where `portal/` and `editions/` lie on the web, ending in a slash; None where that is not declared."""
        declared = os.environ.get("NZD_ADDRESS", "").strip()
        if not declared:
            return None
        if not declared.startswith(("https://", "http://")):
            raise ValueError(
                f"NZD_ADDRESS is {declared!r}: expected an address like https://dati.example.it/nzd/."
            )
        return declared.rstrip("/") + "/"

    @property
    def memory(self) -> Path:
        """What published editions showed and who stood behind it; internal, for the next edition to be held against."""
        return self.home / "memory"

    @property
    def seals(self) -> Path:
        """The journal of seals: which manifest each edition was published with; outside what it vouches for."""
        return self.home / "seals"

    @property
    def internal(self) -> Path:
        """Internal editions under a recorded agreement; never below `editions`, never read by what is published."""
        return self.home / "internal"

    @property
    def dbt_project(self) -> Path:
        """The dbt project of this checkout."""
        return self.checkout / "dbt_project"

    @property
    def expectations(self) -> Path:
        """Delivery contracts."""
        return self.checkout / "expectations"

    @property
    def reports(self) -> Path:
        """Templates, styles and texts of the reports."""
        return self.checkout / "reports"


def as_of(deployment: Settings, moment: datetime) -> Settings:
    """The same deployment, looking at what was known at an earlier moment."""
    return replace(
        deployment, view=deployment.home / "as_of" / f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    )


def checkout() -> Path:
    """The folder that holds pyproject.toml, found from this file upwards."""
    for folder in Path(__file__).resolve().parents:
        if (folder / "pyproject.toml").is_file():
            return folder
    raise FileNotFoundError(
        "No pyproject.toml above pipelines/: a deployment is a checkout. "
        "Run nzd from its .venv/bin."
    )


def settings() -> Settings:
    """The deployment as the environment describes it now."""
    root = checkout()
    home = Path(os.environ.get("NZD_HOME") or root / "var").absolute()
    return Settings(
        checkout=root,
        home=home,
        view=home,
        districts=Path(os.environ.get("NZD_DISTRICTS") or root / "districts").absolute(),
        inbox=Path(os.environ.get("NZD_INBOX") or home / "inbox").absolute(),
    )


def now() -> datetime:
    """The moment all steps agree on: `NZD_NOW` or the machine's clock, in UTC, to the second.

    Raises:
        ValueError: where NZD_NOW is not an ISO 8601 date or moment.
    """
    declared = os.environ.get("NZD_NOW")
    if not declared:
        return datetime.now(UTC).replace(microsecond=0)
    try:
        moment = datetime.fromisoformat(declared)
    except ValueError as error:
        raise ValueError(
            f"NZD_NOW is {declared!r}: expected an ISO 8601 date or moment, "
            "like 2026-11-10T08:00:00+00:00."
        ) from error
    return moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC).replace(microsecond=0)
