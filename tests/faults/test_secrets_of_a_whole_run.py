"""One run over every way to be let in, right and wrong: no secret is left in anything it wrote."""

from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from pipelines.cli.sources import source as source_commands
from pipelines.landing.manifest import Manifest
from pipelines.settings import checkout
from tests.faults import mail_fixture
from tests.faults import test_transports_ftps as ftps
from tests.faults import test_transports_s3 as s3
from tests.faults import test_transports_sftp as sftp
from tests.faults import test_transports_webdav as webdav
from tests.faults.conftest import hours
from tests.faults.test_a_district_of_file_servers import DISTRICT

sftp_server = sftp.server
served, settings, ftps_server = ftps.served, ftps.settings, ftps.server
share = webdav.share
running, store = s3.running, s3.store

WEB = 'canary-web-"è/ 5'
WRONG = 'canary-wrong-"ù/ 7'
ACCESS = "    access: {user: %s, password: {env: %s}%s}\n"


@pytest.fixture(scope="session")
def httpserver_listen_address() -> tuple[str, int]:
    return "127.0.0.1", 0


@pytest.fixture
def mailbox() -> Iterator[mail_fixture.MailServer | None]:
    if shutil.which("dovecot", path=mail_fixture._PATH) is None:
        yield None  # the others are held to it all the same
        return
    server = mail_fixture.MailServer()
    yield server
    server.stop()


def source(name: str, place: str, more: str = "") -> str:
    seconds = 1 if place.startswith("http") else 60
    return (
        f"  {name}:\n    dataset: meter_intervals\n    format: intervals_csv\n"
        f'    from: "{place}"\n    with: {{interval: PT1H}}\n    limits: {{seconds: {seconds}}}\n{more}'
    )


def echo(request: Request) -> str:
    """Everything that was sent, as a careless server shows it, in clear text too."""
    sent = [request.url, str(request.headers), request.get_data(as_text=True)]
    said = [quote(WEB), WEB, json.dumps(WEB), *sent]
    if request.authorization is not None:
        said.append(f"{request.authorization.username} {request.authorization.password}")
    return " ".join(said)


def web(server: HTTPServer) -> str:
    """Sources that carry a secret in every place a declaration knows, at a server that echoes it."""

    def careless(request: Request) -> Response:
        if request.path == "/good.csv":
            return Response(hours("p-web"))
        if request.path == "/away.csv":
            there = f"http://127.0.0.1:1/?token={quote(WEB)}"
            return Response(echo(request), 302, {"Location": there})
        if request.path == "/200.csv":
            return Response(json.dumps({"error": echo(request)}), content_type="application/json")
        if request.path == "/cut":
            return Response("x" * 190 + WEB, 403)
        return Response(echo(request), 400 if "login" in request.path else 500)

    server.expect_request("/", query_string=None)
    server.clear()
    for path in ("good.csv", "away.csv", "200.csv", "500.csv", "cut", "login"):
        server.expect_request(f"/{path}").respond_with_handler(careless)
    at = server.url_for("/").rstrip("/")
    header = "    headers: {X-Api-Key: {env: WEB}}\n"
    basic = ACCESS % ("{env: WEB_USER}", "WEB", "")
    says = (
        "classify: [{at: /error, means: failed}, {status: [500], matches: '(?s).+', means: failed}]"
    )
    json_ = "json: {k: '${WEB}'}"
    login = f"    ask:\n      login: {{address: '{at}/%s', {json_}, token: /token}}\n"
    return "".join(
        (
            source("web_good", f"{at}/good.csv?token=${{WEB}}", header),
            source("web_500", f"{at}/500.csv?token=${{WEB}}", header),
            source("web_basic", f"{at}/500.csv", basic),
            source("web_bearer", f"{at}/500.csv", "    access: {token: {env: WEB}}\n"),
            source("web_away", f"{at}/away.csv?token=${{WEB}}", header),
            source(
                "web_says",
                f"{at}/200.csv?q=${{WEB}}",
                f"{basic}    ask:\n      {says}\n",
            ),
            source(
                "web_body",
                f"{at}/500.csv",
                f"    ask:\n      request: {{method: POST, {json_}}}\n      {says}\n",
            ),
            source("web_login", f"{at}/500.csv", login % "login"),
            source("web_login_cut", f"{at}/500.csv", login % "cut"),
        )
    )


def files(
    one: sftp.Home, two: ftps.Served, three: webdav.Share, four: s3.Store, wrong: bool
) -> str:
    """The same four servers with the right password or a wrong one."""

    def name(right: str) -> str:
        return "WRONG" if wrong else right

    end = "_wrong" if wrong else ""
    return "".join(
        (
            source(
                f"sftp{end}",
                f"sftp://127.0.0.1:{one.port}/out/c_*.csv",
                ACCESS % ("prato", name("SFTP_PASSWORD"), f", host_key: '{one.host_key}'"),
            ),
            source(
                f"ftps{end}",
                f"ftps://127.0.0.1:{two.port}/out/c_*.csv",
                ACCESS % ("prato", name("FTPS_PASSWORD"), f", ca: '{two.ca}'"),
            ),
            source(
                f"webdav{end}",
                f"webdavs://127.0.0.1:{three.port}{webdav.SHARE}/2026*/c_*.csv",
                ACCESS % ("sii", name("WEBDAV_PASSWORD"), f", ca: '{three.ca}'"),
            ),
            source(
                f"s3{end}",
                f"s3://consegne/{'away' if wrong else 'out'}/c_*.csv",
                ACCESS % (s3.KEY, name("S3_SECRET"), f", endpoint: '{four.endpoint}'"),
            ),
        )
    )


def mail(server: mail_fixture.MailServer) -> str:
    server.deliver(b"Subject: x\r\nFrom: dati@fornitore.example\r\n\r\nnothing\r\n")
    more = "    mail: {senders: ['*@fornitore.example']}\n"
    return "".join(
        source(name, f"imap://127.0.0.1:{server.port}/INBOX", more + ACCESS % ("energia", env, ""))
        for name, env in (("imap", "MAIL_PASSWORD"), ("imap_wrong", "WRONG"))
    )


def forms(secret: str) -> set[bytes]:
    """A secret as it may stand in a file: as it is, and inside base64 wherever it begins."""
    raw = secret.encode()
    inside = {base64.b64encode(b"x" * n + raw)[(n * 8 + 5) // 6 : -4] for n in range(3)}
    return {b"canary", raw, quote(secret, safe="").encode(), *inside}


def test_no_secret_of_a_run_is_in_anything_that_it_wrote_or_said(
    tmp_path: Path,
    httpserver: HTTPServer,
    sftp_server: sftp.Home,
    ftps_server: ftps.Served,
    share: webdav.Share,
    store: s3.Store,
    mailbox: mail_fixture.MailServer | None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name, value in (("WEB", WEB), ("WRONG", WRONG), ("MAIL_PASSWORD", mail_fixture.PASSWORD)):
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("WEB_USER", "canary-user")
    (sftp_server.folder / "out/c_1.csv").write_bytes(hours("p-sftp"))
    (ftps_server.folder / "out/c_1.csv").write_bytes(hours("p-ftps"))
    (share.folder / "20260901/c_1.csv").write_bytes(hours("p-webdav"))
    store.put("out/c_1.csv", hours("p-s3"))
    servers = (sftp_server, ftps_server, share, store)
    text = DISTRICT + web(httpserver) + files(*servers, wrong=False) + files(*servers, wrong=True)
    (tmp_path / "districts").mkdir()
    (tmp_path / "districts/alfa.yaml").write_text(text + (mail(mailbox) if mailbox else ""))
    home = tmp_path / "home"
    environment = {
        **os.environ,
        "PYTHONPATH": str(checkout()),
        "NZD_HOME": str(home),
        "NZD_DISTRICTS": str(tmp_path / "districts"),
        "NZD_NOW": "2026-09-10T08:00:00+00:00",
    }
    command = [sys.executable, "-c", "from pipelines.cli import main; main()"]
    done = subprocess.run(
        [*command, "collect"], env=environment, capture_output=True, text=True, check=False
    )
    with monkeypatch.context() as patch:
        for name, value in environment.items():
            patch.setenv(name, value)
        checked = CliRunner().invoke(source_commands, ["check", "--ask"])
    said = done.stdout + done.stderr + checked.output

    assert "alfa.web_500: " in said, said
    outcomes: dict[str, set[str]] = {}
    for one in Manifest(home / "landing/manifest.sqlite").attempts("alfa"):
        outcomes.setdefault(one.source_id, set()).add(one.outcome)
    good = {"web_good", "sftp", "ftps", "webdav", "s3"} | ({"imap"} if mailbox else set())
    # The store of the tests lists for whoever asks; a wrong secret has a test of its own.
    failed = {name for name, found in outcomes.items() if found == {"error"}} | {"s3_wrong"}
    assert {name for name, found in outcomes.items() if "new" in found} == good
    assert failed == outcomes.keys() - good
    assert len(failed) == 12 + bool(mailbox)
    secrets = (WEB, WRONG, mail_fixture.PASSWORD, sftp.PASSWORD, ftps.PASSWORD, s3.SECRET)
    wanted = set().union(*map(forms, (*secrets, webdav.PASSWORD)))
    kept = [path for path in home.rglob("*") if path.is_file()]
    assert len(kept) > 20
    lines = [line for line in said.splitlines() if any(form in line.encode() for form in wanted)]
    assert not lines
    for path in kept:
        found = [form for form in wanted if form in path.read_bytes()]
        assert not found, (path, found)
        if path.suffix == ".parquet":
            assert "canary" not in str(pq.read_table(path).to_pylist()), path
