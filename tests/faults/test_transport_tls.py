"""Which certificates the transport accepts, and what it calls the others, with real handshakes on this machine."""

from __future__ import annotations

import os
import shutil
import ssl
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from registry_doctor.support.redaction import Secret
from registry_doctor.transport import Answer, Basic, Deadline, FailureKind, HttpTransport, TransportFailure

CA_VARIABLES = ("REQUESTS_CA_BUNDLE", "SSL_CERT_FILE", "SSL_CERT_DIR", "CURL_CA_BUNDLE")


class Handler(BaseHTTPRequestHandler):
    """Answers every query with no data."""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.send_header("Content-Length", "12")
        self.end_headers()
        self.wfile.write(b'{"data": {}}')

    def log_message(self, format: str, *args: object) -> None:
        """Keeps the output of the tests clean."""


class Server(HTTPServer):
    """An HTTP server whose failed handshakes are no news."""

    def get_request(self) -> tuple[ssl.SSLSocket, tuple[str, int]]:
        connection, address = super().get_request()
        return self.context.wrap_socket(connection, server_side=True), address

    context: ssl.SSLContext


@dataclass(frozen=True)
class Certificate:
    """A self-signed certificate for `localhost`; its key is in the same file."""

    file: Path

    @contextmanager
    def serving(self) -> Iterator[int]:
        """A server with this certificate; gives its port."""
        with Server(("127.0.0.1", 0), Handler) as server:
            server.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            server.context.load_cert_chain(self.file)
            thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
            thread.start()
            try:
                yield server.server_port
            finally:
                server.shutdown()
                thread.join(2)


def openssl(folder: Path, arguments: str) -> str:
    """Runs the program in `folder`; gives what it prints."""
    program = shutil.which("openssl")
    if program is None:
        pytest.skip("the program openssl, which makes the certificates, is not installed")
    command = [program, *arguments.split()]
    return subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True).stdout


def make_certificate(folder: Path, *, days: int = 2, subject: str = "localhost") -> Certificate:
    """A new certificate that is good for so many days from now, in `folder`."""
    (folder / "names").write_text("subjectAltName=DNS:localhost")
    key = "-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout key"
    openssl(folder, f"req -new {key} -batch -subj /CN={subject} -out asked")
    openssl(folder, f"x509 -req -in asked -signkey key -days {days} -extfile names -out signed")
    file = folder / "certificate.pem"
    file.write_text((folder / "signed").read_text() + (folder / "key").read_text())
    return Certificate(file)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    return make_certificate(tmp_path_factory.mktemp("certificate"))


@pytest.fixture(autouse=True)
def plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No variable says whom to trust, and no proxy is in the way."""
    for name in (*CA_VARIABLES, "WANDB_INSECURE_DISABLE_SSL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("NO_PROXY", "*")


def ask(url: str) -> Answer | TransportFailure:
    with HttpTransport(url, Basic(Secret("k" * 40)), deadline=Deadline.after(5)) as transport:
        try:
            return transport.query("{ viewer { id } }", {})
        except TransportFailure as failure:
            return failure


def refusal_of(url: str) -> TransportFailure:
    """The failure that asking ends with, which has to be one of TLS."""
    failure = ask(url)
    assert isinstance(failure, TransportFailure)
    assert failure.kind is FailureKind.TLS
    assert failure.advice
    return failure


def test_a_certificate_of_no_one_trusted_is_named(certificate: Certificate) -> None:
    with certificate.serving() as port:
        failure = refusal_of(f"https://localhost:{port}")
    assert f"The TLS certificate of localhost:{port} is self-signed" in failure.message
    assert "SSL_CERT_FILE" in (failure.advice or "")


def test_a_certificate_for_another_host_is_named(
    certificate: Certificate, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate.file))
    with certificate.serving() as port:
        assert "is for another " in refusal_of(f"https://127.0.0.1:{port}").message


def test_a_certificate_out_of_date_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    expired = make_certificate(tmp_path, days=-1)
    monkeypatch.setenv("SSL_CERT_FILE", str(expired.file))
    with expired.serving() as port:
        assert "has expired" in refusal_of(f"https://localhost:{port}").message


@pytest.mark.parametrize("variable", ["REQUESTS_CA_BUNDLE", "SSL_CERT_FILE", "CURL_CA_BUNDLE"])
def test_a_certificate_in_a_file_that_a_variable_names_is_trusted(
    variable: str, certificate: Certificate, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, str(certificate.file))
    with certificate.serving() as port:
        assert isinstance(ask(f"https://localhost:{port}"), Answer)


@pytest.mark.parametrize("variable", ["REQUESTS_CA_BUNDLE", "SSL_CERT_DIR"])
def test_a_directory_of_certificates_is_trusted_whatever_their_names(
    variable: str, certificate: Certificate, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copy(certificate.file, tmp_path / "company.pem")
    (tmp_path / "README").write_text("not a certificate")
    monkeypatch.setenv(variable, str(tmp_path))
    with certificate.serving() as port:
        assert isinstance(ask(f"https://localhost:{port}"), Answer)
        monkeypatch.setenv("SSL_CERT_DIR", f"{tmp_path / 'absent'}{os.pathsep}{tmp_path}")
        assert isinstance(ask(f"https://localhost:{port}"), Answer)


def test_a_file_and_a_directory_are_trusted_together_as_by_go(
    certificate: Certificate, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(make_certificate(tmp_path, subject="other").file))
    hashed = openssl(tmp_path, f"x509 -noout -hash -in {certificate.file}").strip()
    shutil.copy(certificate.file, tmp_path / f"{hashed}.0")
    monkeypatch.setenv("SSL_CERT_DIR", str(tmp_path))
    with certificate.serving() as port:
        assert isinstance(ask(f"https://localhost:{port}"), Answer)


def test_the_first_variable_counts(
    certificate: Certificate, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for variable in CA_VARIABLES[1:]:
        monkeypatch.setenv(variable, str(tmp_path / "absent"))
    monkeypatch.setenv(CA_VARIABLES[0], str(certificate.file))
    with certificate.serving() as port:
        assert isinstance(ask(f"https://localhost:{port}"), Answer)


@pytest.mark.parametrize("variable", CA_VARIABLES)
def test_certificates_that_are_not_there_are_named(
    variable: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, str(tmp_path / "absent"))
    failure = refusal_of("https://localhost:1")
    assert f"absent, which {variable} names, cannot be used: No such file or directory." in failure.message
    assert variable in (failure.advice or "")


def test_a_file_without_certificates_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "bundle").write_text("nothing")
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "bundle"))
    assert "it holds no certificates" in refusal_of("https://localhost:1").message


@pytest.mark.parametrize("value", ["true", "1", "Yes"])
def test_the_check_of_certificates_can_be_switched_off_without_a_warning(
    value: str, certificate: Certificate, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WANDB_INSECURE_DISABLE_SSL", value)
    with certificate.serving() as port:
        assert isinstance(ask(f"https://localhost:{port}"), Answer)


def test_a_false_value_does_not_switch_it_off(
    certificate: Certificate, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WANDB_INSECURE_DISABLE_SSL", "false")
    with certificate.serving() as port:
        refusal_of(f"https://localhost:{port}")
