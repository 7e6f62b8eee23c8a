"""A real mail server for one test session: dovecot on 127.0.0.1, and aiosmtpd that delivers to it."""

from __future__ import annotations

import grp
import os
import pwd
import shutil
import smtplib
import socket
import subprocess
import tempfile
import threading
import time
from contextlib import suppress
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from typing import Any

import pytest
import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Mailbox

USER, PASSWORD = "energia", "canary-parola-51c7"
_PATH = f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/lib/dovecot"


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class MailServer:
    """Dovecot with one account, and the SMTP server that puts messages into its Maildir."""

    def __init__(self, *, tls: bool = False, quota_kb: int | None = None) -> None:
        if shutil.which("dovecot", path=_PATH) is None:
            pytest.skip("no dovecot on this machine: apt-get install dovecot-imapd")
        # Not below pytest's folder: mail is read by an account that may not enter it.
        self.folder = Path(tempfile.mkdtemp(prefix="nzd-mail-"))
        self.folder.chmod(0o755)
        self.port, self.mail = free_port(), self.folder / "mail"
        self.own = pwd.getpwuid(os.getuid()) if os.getuid() else pwd.getpwnam("nobody")
        self.authority = trustme.CA()
        self._configure(tls, quota_kb)
        self.process = subprocess.Popen(
            [
                str(shutil.which("dovecot", path=_PATH)),
                "-F",
                "-c",
                str(self.folder / "dovecot.conf"),
            ],
            stdout=subprocess.DEVNULL,
            stderr=(self.folder / "stderr").open("wb"),
        )
        self.smtp = Controller(Mailbox(str(self.mail)), hostname="127.0.0.1", port=free_port())
        self.smtp.start()
        self._wait()

    def stop(self) -> None:
        """End both servers and leave nothing behind."""
        self.smtp.stop()
        self.process.terminate()
        self.process.wait(10)
        shutil.rmtree(self.folder, ignore_errors=True)

    def empty(self, *, renumber: bool = False) -> None:
        """A mailbox without messages; `renumber` as if the server had lost its index."""
        for path in self.mail.rglob("*"):
            if path.is_file() and (path.parent.name in ("new", "cur") or renumber):
                path.unlink()

    def forget_numbers(self) -> None:
        """What a rebuilt mailbox is like: the same messages under another UIDVALIDITY."""
        time.sleep(1.1)  # UIDVALIDITY counts seconds
        for path in self.mail.iterdir():
            if path.is_file():
                path.unlink()

    def deliver(self, *messages: EmailMessage | bytes) -> None:
        """Send messages by SMTP."""
        with smtplib.SMTP("127.0.0.1", self.smtp.port) as client:
            for message in messages:
                raw = message if isinstance(message, bytes) else message.as_bytes(policy=SMTP)
                client.sendmail("dati@fornitore.example", ["energia@comune.example"], raw)
        for path in (self.mail, *self.mail.rglob("*")):
            if not os.getuid():
                os.chown(path, self.own.pw_uid, self.own.pw_gid)

    def flags(self) -> list[str]:
        """What a mail program shows of each message: S is read, T is deleted."""
        return [path.name.partition(":2,")[2] for path in self.mail.glob("*/*") if path.is_file()]

    def _configure(self, tls: bool, quota_kb: int | None) -> None:
        folder, own = self.folder, self.own
        # Whoever is root lends dovecot the accounts that came with it.
        inner, login = (own.pw_name,) * 2 if os.getuid() else ("dovecot", "dovenull")
        group = grp.getgrgid(pwd.getpwnam(inner).pw_gid).gr_name
        (folder / "users").write_text(f"{USER}:{{PLAIN}}{PASSWORD}\n")
        certificate = self.authority.issue_cert("127.0.0.1")
        certificate.private_key_and_cert_chain_pem.write_to_path(str(folder / "tls.pem"))
        self.authority.cert_pem.write_to_path(str(folder / "ca.pem"))
        inet = {True: (0, self.port), False: (self.port, 0)}[tls]
        lines = [
            "protocols = imap",
            "listen = 127.0.0.1",
            f"base_dir = {folder}/run",
            f"state_dir = {folder}/state",
            f"log_path = {folder}/log",
            f"mail_location = maildir:{self.mail}",
            f"ssl = {'required' if tls else 'no'}",
            f"ssl_cert = <{folder}/tls.pem",
            f"ssl_key = <{folder}/tls.pem",
            f"disable_plaintext_auth = {'yes' if tls else 'no'}",
            f"default_internal_user = {inner}",
            f"default_login_user = {login}",
            f"default_internal_group = {group}",
            "first_valid_uid = 1",
            f"passdb {{\n driver = passwd-file\n args = {folder}/users\n}}",
            f"userdb {{\n driver = static\n args = uid={own.pw_uid} gid={own.pw_gid} home={folder}/home\n}}",
            f"service imap-login {{\n chroot =\n inet_listener imap {{\n port = {inet[0]}\n }}",
            f" inet_listener imaps {{\n port = {inet[1]}\n ssl = yes\n }}\n}}",
            "service anvil {\n chroot =\n}",
        ]
        if quota_kb is not None:
            lines += [
                "mail_plugins = quota",
                "protocol imap {\n mail_plugins = quota imap_quota\n}",
                f"plugin {{\n quota = count:Casella\n quota_vsizes = yes\n quota_rule = *:storage={quota_kb}K\n}}",
            ]
        (folder / "dovecot.conf").write_text("\n".join(lines) + "\n")
        (folder / "home").mkdir()
        for name in ("cur", "new", "tmp"):
            (self.mail / name).mkdir(parents=True)
        for path in (folder / "home", self.mail, *self.mail.iterdir()):
            path.chmod(0o777)

    def _wait(self) -> None:
        for _ in range(100):
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
            except OSError:
                time.sleep(0.05)
            else:
                return
        said = (self.folder / "stderr").read_text() + self._log()
        self.stop()
        raise AssertionError(f"dovecot did not start: {said}")

    def _log(self) -> str:
        path = self.folder / "log"
        return path.read_text() if path.exists() else ""


class Between:
    """A wire to the mail server that can be cut, and that counts what went over it."""

    def __init__(self, port: int) -> None:
        self._server = socket.create_server(("127.0.0.1", 0))
        self._far = port
        self._open: list[socket.socket] = []
        self.port = int(self._server.getsockname()[1])
        self.connections, self.asked = 0, b""
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self) -> None:
        """Close every connection, as a server does that was left waiting."""
        for each in self._open:
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
        self._open.clear()

    def close(self) -> None:
        self.cut()
        with suppress(OSError):
            self._server.shutdown(socket.SHUT_RDWR)  # else the waiting thread keeps it listening
        self._server.close()

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._server.accept()
            except OSError:
                return
            far = socket.create_connection(("127.0.0.1", self._far))
            self.connections += 1
            self._open += [near, far]
            threading.Thread(target=self._pass, args=(near, far, True), daemon=True).start()
            threading.Thread(target=self._pass, args=(far, near, False), daemon=True).start()

    def _pass(self, source: socket.socket, target: socket.socket, kept: bool) -> None:
        with suppress(OSError):
            while part := source.recv(65536):
                self.asked += part if kept else b""
                target.sendall(part)
        for each in (source, target):
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)


def declared(port: int, scheme: str = "imap", **more: Any) -> dict[str, Any]:
    """A mailbox as a source declares it."""
    return {
        "from": f"{scheme}://127.0.0.1:{port}/INBOX",
        "access": {"user": USER, "password": {"env": "PAROLA_PEC"}, **more.pop("access", {})},
        "mail": {"senders": ["*@fornitore.example"], **more.pop("mail", {})},
        **more,
    }
