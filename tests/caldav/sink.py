"""A mail server on this machine that takes everything and keeps it."""

import email
import email.policy
import socketserver
import threading

import icalendar


class Mail:
    """A mail as a program reads it: whom it is to, its words, and the entry in it."""

    def __init__(self, to, data):
        self.to = to
        self.message = email.message_from_bytes(data, policy=email.policy.default)
        parts = list(self.message.iter_parts())
        self.words = parts[0].get_content()
        self.method = parts[-1].get_param("method")
        calendar = icalendar.Calendar.from_ical(parts[-1].get_content())
        self.entry = calendar.walk("VEVENT")[0]

    @property
    def sequence(self):
        return int(self.entry["SEQUENCE"])

    @property
    def start(self):
        return self.entry.decoded("DTSTART")


class Talk(socketserver.StreamRequestHandler):
    """One connection, as RFC 5321 has it."""

    def handle(self):
        recipient = ""
        self.wfile.write(b"220 sink\r\n")
        while line := self.rfile.readline():
            reply = b"250 ok\r\n"
            match line[:4].upper():
                case b"RCPT":
                    recipient = line.decode().split("<")[1].split(">")[0]
                case b"DATA":
                    self.wfile.write(b"354 go on\r\n")
                    data = b""
                    while (line := self.rfile.readline()) not in (b".\r\n", b""):
                        data += line.removeprefix(b".")
                    self.server.mails.append(Mail(recipient, data))
                case b"QUIT":
                    self.wfile.write(b"221 bye\r\n")
                    return
            self.wfile.write(reply)


class Sink(socketserver.ThreadingTCPServer):
    """The server; what it took is in `mails`, in order."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Talk)
        self.mails = []
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def url(self):
        return f"smtp://127.0.0.1:{self.server_address[1]}"

    def to(self, address):
        """What somebody got, in order."""
        return [mail for mail in self.mails if mail.to == address]
