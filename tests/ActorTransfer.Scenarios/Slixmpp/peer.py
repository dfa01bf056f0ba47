#!/usr/bin/env python3
"""A file transfer peer made of slixmpp and its own SI, SOCKS5 and IBB plugins. What happens is told as one JSON object a line on stdout:

  ready (jid) | offer (from, name, size, methods) | chosen (method) | flowing (method) | completed (name, size, sha256, seconds) | failed (reason)
"""

import argparse
import asyncio
import hashlib
import json
import logging
import os
import sys
import time

import slixmpp
from slixmpp.exceptions import IqError, IqTimeout
from slixmpp.plugins.xep_0096 import XEP_0096, File
from slixmpp.xmlstream.handler import CoroutineCallback
from slixmpp.xmlstream.matcher import StanzaPath

S5B = "http://jabber.org/protocol/bytestreams"
IBB = "http://jabber.org/protocol/ibb"
METHODS = {"s5b": S5B, "ibb": IBB}
NAMES = {S5B: "s5b", IBB: "ibb"}


def tell(event, **more):
    print(json.dumps({"event": event, **more}), flush=True)


def repair_requests(xmpp):
    """The plugin registers its coroutine as a plain callback: an offer would never be looked at."""
    si = xmpp["xep_0095"]
    xmpp.remove_handler("SI Request")
    xmpp.register_handler(CoroutineCallback("SI Request", StanzaPath("iq@type=set/si"), si._handle_request))


def offered(methods):
    """The plugin hands its methods to the form as texts, which wants options: they must be options already."""
    return [{"value": METHODS[method]} for method in methods]


class Peer(slixmpp.ClientXMPP):
    def __init__(self, options):
        super().__init__(options.jid, os.environ[options.password_variable])
        self.options = options
        self.over = self.loop.create_future()
        self.ended = 0
        for plugin in ("xep_0030", "xep_0199", "xep_0047", "xep_0065", "xep_0095", "xep_0096"):
            self.register_plugin(plugin)
        self["feature_mechanisms"].unencrypted_plain = True
        self["xep_0047"].block_size = options.block_size
        self["xep_0047"].max_block_size = options.max_block_size
        repair_requests(self)
        self.add_event_handler("session_start", self.on_session)
        self.add_event_handler("failed_auth", lambda _: self.fail("login refused"))
        self.add_event_handler("connection_failed", lambda reason: self.fail(f"no connection: {reason}"))
        self.add_event_handler("si_request", self.on_offer)

    def fail(self, reason):
        tell("failed", reason=str(reason))
        self.end(1)

    def end(self, code):
        if not self.over.done():
            self.over.set_result(code)

    async def on_session(self, _):
        if not self.options.log:
            logging.getLogger().setLevel(logging.CRITICAL)
        self.send_presence()
        tell("ready", jid=self.boundjid.full)
        if self.options.command == "send":
            try:
                await asyncio.wait_for(self.offer(), self.options.timeout)
            except IqError as refusal:
                self.fail(f"{refusal.iq['error']['type']} {refusal.iq['error']['condition']}")
            except (IqTimeout, asyncio.TimeoutError):
                self.fail("timeout")
            except Exception as error:  # told to whoever reads the events
                self.fail(repr(error))

    # Sending

    async def offer(self):
        to, path = slixmpp.JID(self.options.to), self.options.file
        with open(path, "rb") as file:
            content = file.read()
        sid = "s" + os.urandom(12).hex()
        answer = await self["xep_0096"].request_file_transfer(
            to, sid=sid, name=os.path.basename(path), size=len(content), allow_ranged=self.options.ranged,
            methods=offered(self.options.methods), timeout=self.options.timeout)
        method = answer["si"]["feature_neg"]["form"].get_values()["stream-method"]
        method = method[0] if isinstance(method, list) else method
        tell("chosen", method=NAMES.get(method, method))
        started = time.monotonic()
        if method == S5B:
            await self.send_over_socks(to, sid, content)
        else:
            await self.send_in_band(to, sid, content)
        tell("completed", name=os.path.basename(path), size=len(content), sha256=hashlib.sha256(content).hexdigest(),
             seconds=round(time.monotonic() - started, 3))
        self.end(0)

    async def send_over_socks(self, to, sid, content):
        stream = await self["xep_0065"].handshake(to, sid=sid, timeout=self.options.timeout)
        if stream is None:
            raise ConnectionError("no proxy")
        closed = self.loop.create_future()

        def on_event(name, data):
            if name == "socks5_closed" and not closed.done():
                closed.set_result(data)

        stream.event = on_event
        tell("flowing", method="s5b")
        for start in range(0, len(content), 65536):
            await stream.write(content[start:start + 65536])
        stream.transport.close()
        if await closed is not None:
            raise ConnectionError("the byte stream broke")

    async def send_in_band(self, to, sid, content):
        stream = await self["xep_0047"].open_stream(to, sid=sid, timeout=self.options.timeout)
        tell("flowing", method="ibb")
        await stream.sendall(content, timeout=self.options.timeout)
        await stream.close(timeout=self.options.timeout)

    # Receiving

    async def on_offer(self, iq):
        sender, sid, si = iq["from"], iq["si"]["id"], iq["si"]
        file = si["file"]
        methods = [option["value"] for option in si["feature_neg"]["form"].get_fields()["stream-method"]["options"]]
        tell("offer", **{"from": sender.full}, name=file["name"], size=int(file["size"]), methods=[NAMES.get(m, m) for m in methods])
        if self.options.command == "send":
            await self["xep_0095"].decline(sender, sid, ifrom=self.boundjid)
            return
        pending = await self["xep_0095"].api["get_pending"](self.boundjid, sid, sender)
        wanted = METHODS.get(self.options.accept)
        if wanted in methods:
            pending["method"] = wanted
        tell("chosen", method=NAMES[pending["method"]])
        incoming = Incoming(self, file["name"], int(file["size"]))
        await self["xep_0095"].accept(sender, sid, ifrom=self.boundjid, stream_handler=incoming.start)

    def received(self, is_whole):
        self.ended += 1
        if not is_whole:
            self.end(1)
        elif self.ended == self.options.count:
            self.end(0)


class Incoming:
    """One file on its way in."""

    def __init__(self, peer, name, size):
        self.peer, self.name, self.size = peer, os.path.basename(name), size
        self.got, self.hash, self.file, self.started = 0, hashlib.sha256(), None, 0.0

    def start(self, stream):
        self.started = time.monotonic()
        self.file = open(os.path.join(self.peer.options.into, self.name), "wb")
        if hasattr(stream, "transport"):
            tell("flowing", method="s5b")
            stream.event = lambda name, data: self.write(data) if name == "socks5_data" else self.finish()
        else:
            tell("flowing", method="ibb")
            self.peer.add_event_handler("ibb_stream_data", lambda other: self.write(other.read()) if other is stream else None)
            self.peer.add_event_handler("ibb_stream_end", lambda other: self.finish() if other is stream else None)

    def write(self, data):
        self.got += len(data)
        self.hash.update(data)
        self.file.write(data)

    def finish(self):
        if self.file.closed:
            return
        self.file.close()
        if self.got == self.size:
            tell("completed", name=self.name, size=self.got, sha256=self.hash.hexdigest(), seconds=round(time.monotonic() - self.started, 3))
        else:
            tell("failed", reason=f"{self.got} bytes of {self.size}")
        self.peer.received(self.got == self.size)


def arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("--jid", required=True, help="with a resource: asks for it")
    parser.add_argument("--password-variable", default="PEER_PASSWORD", help="environment variable that holds the password")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--block-size", type=int, default=4096, help="of IBB, as sender")
    parser.add_argument("--max-block-size", type=int, default=8192, help="of IBB, as receiver")
    parser.add_argument("--timeout", type=float, default=60, help="seconds for each answer and for a sent file in all")
    parser.add_argument("--log", action="store_true", help="every stanza on stderr")
    commands = parser.add_subparsers(dest="command", required=True)
    send = commands.add_parser("send")
    send.add_argument("file")
    send.add_argument("--to", required=True)
    send.add_argument("--methods", type=lambda text: text.split(","), default=["s5b", "ibb"], help="offered ones")
    send.add_argument("--ranged", action="store_true", help="says that a range may be asked for; it is ignored")
    receive = commands.add_parser("receive")
    receive.add_argument("into")
    receive.add_argument("--accept", choices=["own", "s5b", "ibb"], default="own", help="method to take of those offered; own: the plugin's choice")
    receive.add_argument("--count", type=int, default=1, help="ends after so many files")
    return parser.parse_args()


async def run(peer):
    peer.connect((peer.options.host, peer.options.port), force_starttls=False, disable_starttls=True)
    code = await peer.over
    await peer.disconnect(wait=0.5)
    return code


def main():
    options = arguments()
    logging.basicConfig(level=logging.DEBUG, stream=sys.stderr)  # of a login that does not come about one wants to know all
    peer = Peer(options)
    sys.exit(peer.loop.run_until_complete(run(peer)))


if __name__ == "__main__":
    main()
