"""A mail server on loopback that speaks SMTP (RFC 5321) and keeps what it is given."""

from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from socketserver import StreamRequestHandler, ThreadingTCPServer
from threading import Thread

from tests.at_once import WAIT_SECONDS


class MailServer(ThreadingTCPServer):
    """`refused` are addresses it does not know; silent, it answers nobody at all."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, port: int = 0) -> None:
        super().__init__(("127.0.0.1", port), _Conversation)
        self.port: int = self.server_address[1]
        self.mails: list[EmailMessage] = []
        self.refused: set[str] = set()
        self.is_silent = False
        self.visits = 0


class _Conversation(StreamRequestHandler):
    server: MailServer

    def handle(self) -> None:
        self.server.visits += 1
        if self.server.is_silent:
            self.rfile.readline()
            return
        self._say("220 mail.example.org")
        while line := self.rfile.readline():
            verb = line[:4].upper()
            if verb == b"QUIT":
                self._say("221 bye")
                return
            if verb == b"DATA":
                self._say("354 go on")
                self.server.mails.append(self._message())
            elif verb == b"RCPT" and any(one.encode() in line for one in self.server.refused):
                self._say("550 nobody here of that name")
                continue
            self._say("250 ok")

    def _message(self) -> EmailMessage:
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line[1:] if line.startswith(b"..") else line)
        message = message_from_bytes(b"".join(lines), policy=policy.default)
        assert isinstance(message, EmailMessage)
        return message

    def _say(self, line: str) -> None:
        self.wfile.write(line.encode() + b"\r\n")


@contextmanager
def mail_server(port: int = 0) -> Iterator[MailServer]:
    """One that answers until the end of the block."""
    with MailServer(port) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join(WAIT_SECONDS)
