"""What the Jingle peers of the tests have in common. A peer stays logged in and gets its transfers as JSON objects on stdin, one a line:

  {"do": "receive", "path": folder, "answer": "accept" | "decline" | "none"}   how to treat the next offer
  {"do": "send", "path": file, "to": full JID, "transport": "s5b" | "ibb"}
  {"do": "cancel"}                                                             as its user would

The first two may have: "direct": false (no direct candidates), "proxy": JID (the proxy to offer), "reaches": false (it cannot connect to candidates of its
peer), "reachable": false (nothing can connect to its candidates), "repaired": false (defects that keep it from a transfer are not mended).

What happens is told as JSON objects on stdout: ready (jid), started, offer (name, size), cancelled, ended (reason, by, method; of a received file size and
sha256).
"""

import hashlib
import json
import os
import socket
import sys
import threading

S5B = "urn:xmpp:jingle:transports:s5b:1"
IBB = "urn:xmpp:jingle:transports:ibb:1"
METHODS = {S5B: "s5b", IBB: "ibb"}

_events, sys.stdout = sys.stdout, sys.stderr  # the peers print for their users
_unused = socket.socket()
_unused.bind(("127.0.0.1", 0))
CLOSED_PORT = _unused.getsockname()[1]  # bound without listening: connections are refused
PORT = int(os.environ["PEER_PORT"])
JID = os.environ["PEER_JID"]
PASSWORD = os.environ["PEER_PASSWORD"]


def tell(event, **more):
    print(json.dumps({"event": event, **more}), file=_events, flush=True)


class Transfer:
    """A command and what became of it."""

    def __init__(self, command=None):
        command = command or {}
        self.path = command.get("path")
        self.to = command.get("to")
        self.sends = command.get("do") == "send"
        self.transport = command.get("transport", "s5b")
        self.answer = command.get("answer", "accept")
        self.direct = command.get("direct", True)
        self.proxy = command.get("proxy")
        self.reaches = command.get("reaches", True)
        self.reachable = command.get("reachable", True)
        self.repaired = command.get("repaired", True)
        self.method = self.received = None
        self.over = False

    def end(self, reason, by):
        """The session has ended."""
        if self.over:
            return
        self.over = True
        more = {}
        if self.received and os.path.exists(self.received):
            with open(self.received, "rb") as file:
                more = {"sha256": hashlib.file_digest(file, "sha256").hexdigest(), "size": os.path.getsize(self.received)}
        tell("ended", reason=reason, by=by, method=self.method, **more)


def read_commands(start, cancel, leave, post):
    """Reads stdin on a thread of its own. The end of stdin is the end of the peer.

    post(function, *args) calls in the peer's own loop.
    """
    def read():
        for line in sys.stdin:
            command = json.loads(line)
            post(cancel) if command["do"] == "cancel" else post(start, Transfer(command))
        post(leave)

    threading.Thread(target=read, daemon=True).start()
