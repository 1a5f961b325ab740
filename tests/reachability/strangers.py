"""Servers that stand at an address where Home Assistant is expected, and proxies before it."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
import socket
import ssl
import threading

from aiohttp import ClientSession, hdrs
from aiohttp.test_utils import TestServer
from aiohttp.web import Application, Request, Response, StreamResponse
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

_SIGNS_CERTIFICATES = x509.KeyUsage(
    digital_signature=False,
    content_commitment=False,
    key_encipherment=False,
    data_encipherment=False,
    key_agreement=False,
    key_cert_sign=True,
    crl_sign=True,
    encipher_only=False,
    decipher_only=False,
)

type Answer = Callable[[Request], StreamResponse]


@dataclass(frozen=True, slots=True)
class Authority:
    """A certificate authority that only this test knows."""

    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate

    @classmethod
    def new(cls) -> Authority:
        """Make one."""
        key = ec.generate_private_key(ec.SECP256R1())
        name = _name("authority")
        now = datetime.now(UTC)
        certificate = (
            _builder(name, name, key, now - timedelta(days=9), now + timedelta(days=9))
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(_SIGNS_CERTIFICATES, critical=True)
            .add_extension(
                x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False
            )
            .sign(key, hashes.SHA256())
        )
        return cls(key, certificate)

    def trusted(self, folder: Path) -> Path:
        """Return a file of authorities that holds this one."""
        path = folder / "authorities.pem"
        path.write_bytes(self.certificate.public_bytes(serialization.Encoding.PEM))
        return path

    def server(self, folder: Path, *, host: str, valid_for: timedelta) -> ssl.SSLContext:
        """Return the context of a server whose certificate ends after a time."""
        key = ec.generate_private_key(ec.SECP256R1())
        end = datetime.now(UTC) + valid_for
        alternative: x509.GeneralName
        try:
            alternative = x509.IPAddress(ip_address(host))
        except ValueError:
            alternative = x509.DNSName(host)
        certificate = (
            _builder(self.certificate.subject, _name("server"), key, end - timedelta(days=3), end)
            .add_extension(x509.SubjectAlternativeName([alternative]), critical=False)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key()),
                critical=False,
            )
            .sign(self.key, hashes.SHA256())
        )
        path = folder / "server.pem"
        path.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
            + certificate.public_bytes(serialization.Encoding.PEM)
        )
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(path)
        return context


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _builder(
    issuer: x509.Name,
    subject: x509.Name,
    key: ec.EllipticCurvePrivateKey,
    begin: datetime,
    end: datetime,
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begin)
        .not_valid_after(end)
    )


@asynccontextmanager
async def stranger(answer: Answer) -> AsyncIterator[str]:
    """Run a server that answers everything in one way, and yield its address."""

    async def handle(request: Request) -> StreamResponse:
        return answer(request)

    app = Application()
    app.router.add_route("*", "/{path:.*}", handle)
    async with TestServer(app) as server:
        yield str(server.make_url("")).rstrip("/")


@asynccontextmanager
async def proxy(
    home: str,
    *,
    context: ssl.SSLContext | None = None,
    drops: frozenset[str] = frozenset(),
    prefix: str = "",
    adds: Mapping[str, str] | None = None,
    port: int | None = None,
) -> AsyncIterator[str]:
    """Run a reverse proxy in front of Home Assistant, and yield its address.

    Args:
        home: where Home Assistant is.
        context: of its certificate, for https.
        drops: header fields that it does not pass on.
        prefix: what it takes away from the beginning of paths.
        adds: header fields that it sends besides.
        port: where it is, if that matters.
    """

    async def handle(request: Request) -> StreamResponse:
        headers = {
            name: value
            for name, value in request.headers.items()
            if name.lower() not in drops and name != hdrs.HOST
        }
        async with (
            ClientSession() as session,
            session.get(
                home + request.path.removeprefix(prefix),
                headers={**headers, **(adds or {})},
                allow_redirects=False,
            ) as response,
        ):
            kept = {
                name: value
                for name, value in response.headers.items()
                if name in {hdrs.CONTENT_TYPE, hdrs.CONTENT_RANGE}
            }
            return Response(status=response.status, body=await response.read(), headers=kept)

    app = Application()
    app.router.add_route("*", "/{path:.*}", handle)
    server = TestServer(app, scheme="http" if context is None else "https", port=port)
    await server.start_server(ssl=context)
    try:
        yield str(server.make_url("")).rstrip("/")
    finally:
        await server.close()


@asynccontextmanager
async def handshakes(context: ssl.SSLContext | None) -> AsyncIterator[int]:
    """Take connections and do the handshake only, or send what is none; yield the port.

    It runs in a thread: a failed handshake would show as a fault of the loop that it shares.
    """
    listening = socket.create_server(("127.0.0.1", 0))
    listening.settimeout(0.1)
    ended = threading.Event()

    def serve() -> None:
        while not ended.is_set():
            try:
                connection, _ = listening.accept()
            except TimeoutError:
                continue
            try:
                if context is None:
                    connection.sendall(b"HTTP/1.0 400 no\r\n\r\n")
                    connection.close()
                else:
                    context.wrap_socket(connection, server_side=True).close()
            except OSError:
                connection.close()

    serving = asyncio.create_task(asyncio.to_thread(serve))
    try:
        yield listening.getsockname()[1]
    finally:
        ended.set()
        await serving
        listening.close()
