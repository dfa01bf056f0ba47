#!/usr/bin/python3
"""A Jingle file transfer peer made of Libervia's backend and its own Jingle, SOCKS5, IBB and hash plugins, without D-Bus and without a screen. What happens is
told as one JSON object a line on stdout:

  ready (jid) | offer (name, size) | completed (name, size, sha256, method) | failed (reason)

The backend runs in this process. Replaced are the bridge to its user interface, the choice of plugins, and the source of addresses and proxies (a web page by
default). Mended is one defect: the Jingle plugin does not pass the own address to the activation of a proxy.
"""

import argparse
import atexit
import hashlib
import json
import logging
import os
import shutil
import sys
import tempfile
import types
import xml.etree.ElementTree as ElementTree

S5B = "urn:xmpp:jingle:transports:s5b:1"
IBB = "urn:xmpp:jingle:transports:ibb:1"
NAMES = {S5B: "s5b", IBB: "ibb"}
PLUGINS = ["misc_file", "misc_ip", "xep_0047", "xep_0065", "xep_0115", "xep_0166", "xep_0234", "xep_0260", "xep_0261", "xep_0300"]
UNWANTED = {"s5b": {"xep_0047", "xep_0261"}, "ibb": {"xep_0065", "xep_0260"}, "any": set()}
PROFILE = "test"


def read_options():
    parser = argparse.ArgumentParser()
    parser.add_argument("command", choices=["receive", "send"])
    parser.add_argument("path", help="the file to send, or the folder to receive into")
    parser.add_argument("--jid", required=True)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--to")
    parser.add_argument("--methods", choices=list(UNWANTED), default="any")
    parser.add_argument("--proxy", help="the proxy to offer")
    parser.add_argument("--no-direct", action="store_true")
    parser.add_argument("--timeout", type=float, default=80)
    return parser.parse_args()


options = read_options()
home = tempfile.mkdtemp(prefix="libervia-peer.")
atexit.register(shutil.rmtree, home, True)
os.makedirs(home + "/config/libervia")
open(home + "/config/libervia/libervia.conf", "w").close()
os.environ.update(
    HOME=home, XDG_CONFIG_HOME=home + "/config", XDG_DATA_HOME=home + "/data", XDG_CACHE_HOME=home + "/cache", LIBERVIA_BRIDGE_NAME="test", LANG="C.UTF-8",
    SAT_LOG_LEVEL="critical", SAT_LOG_OUTPUT="//default", SAT_LOG_FMT="%(message)s", SAT_LOG_COLORS="false")
sys.path.append("/usr/share/libervia")  # last: it has a folder named like a package that it needs
events, sys.stdout = sys.stdout, sys.stderr  # it prints where its settings come from

from twisted.internet import asyncioreactor  # noqa: E402

asyncioreactor.install()
from twisted.internet import defer, reactor  # noqa: E402
from twisted.words.protocols.jabber import jid as addresses, xmlstream  # noqa: E402
from sat_tmp.wokkel import install as mend_wokkel  # noqa: E402

mend_wokkel()
from sat.core import exceptions, log_config  # noqa: E402
from sat.core.constants import Const  # noqa: E402

log_config.satConfigure(Const.LOG_BACKEND_STANDARD, Const)
logging.getLogger("aiosqlite").setLevel(logging.WARNING)
xmlstream.TLSInitiatingInitializer.wanted = False  # the server is on loopback, and has no certificate


def tell(event, **more):
    print(json.dumps({"event": event, **more}), file=events, flush=True)


def sha256(path):
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


class Bridge:
    """Keeps the methods of the backend and passes its signals to the peer."""

    def __init__(self):
        self.methods = {}
        self.peer = Peer(self)

    def register_method(self, name, method):
        self.methods[name] = method

    def addMethod(self, name, int_suffix, in_sign, out_sign, method, async_=False, doc=None):
        self.methods[name] = method

    def addSignal(self, *_, **__):
        pass

    def call(self, name, *args):
        return defer.maybeDeferred(self.methods[name], *args)

    async def postInit(self):
        pass

    def __getattr__(self, name):
        return lambda *args, **kwargs: getattr(self.peer, "on_" + name, lambda *_, **__: None)(*args, **kwargs)


class Peer:
    def __init__(self, bridge):
        self.bridge = bridge
        self.host = self.progress = self.offer = self.reason = self.method = None
        self.finished = self.over = False
        self.code = 1

    @property
    def client(self):
        return self.host.profiles[PROFILE]

    def run(self, host):
        self.host = host
        reactor.callLater(options.timeout, self.fail, "timeout")
        host.initialised.addCallback(lambda _: defer.ensureDeferred(self.start())).addErrback(lambda failure: self.fail(failure.getErrorMessage()))

    async def start(self):
        self.replace_sources()
        self.mend_activation()
        self.watch_ends()
        call = self.bridge.call
        await call("profileCreate", PROFILE, "", "")
        await call("profileStartSession", "", PROFILE)
        account = {"JabberID": options.jid, "Password": os.environ["PEER_PASSWORD"], "Force server": "127.0.0.1", "Force port": str(options.port),
                   "check_certificate": "false"}
        for name, value in account.items():
            await call("setParam", name, value, "Connection", -1, PROFILE)
        await call("connect", PROFILE, "", {})
        tell("ready", jid=self.client.jid.full())
        if options.command == "send":
            started = await call("fileSend", options.to, os.path.abspath(options.path), "", "", "{}", PROFILE)
            self.progress = started.get("progress") or self.fail("it found no way to send")

    def replace_sources(self):
        plugins = self.host.plugins
        plugins["IP"].getLocalIPs = lambda client: defer.succeed(["127.0.0.1"])
        plugins["IP"].getExternalIP = lambda client: defer.succeed(None)
        if (s5b := plugins.get("XEP-0065")) is None:
            return
        get_proxy, get_candidates = s5b.getProxy, s5b.getCandidates

        def proxy(client, local):
            return get_proxy(client, local) if options.proxy else defer.fail(exceptions.NotFound())

        def candidates(client, local):
            wanted = lambda found: [host for host in found if host.type == "proxy" or not options.no_direct]  # noqa: E731
            return get_candidates(client, local).addCallback(wanted)

        s5b.getProxy, s5b.getCandidates = proxy, candidates
        if options.proxy:
            self.host.findServiceEntities = lambda *_: defer.succeed({addresses.JID(options.proxy)})

    @staticmethod
    def mend_activation():
        if (s5b := sys.modules.get("sat.plugins.plugin_xep_0065")) is None:
            return
        stock = s5b.Candidate.activate

        def activate(candidate, first, second, third, local=None):
            if local is None:  # (sid, peer, client), as the Jingle plugin calls it
                first, second, third, local = third, first, second, third.jid
            return stock(candidate, first, second, third, local)

        s5b.Candidate.activate = activate

    def watch_ends(self):
        jingle = self.host.plugins["XEP-0166"]
        stock = jingle.onSessionTerminate

        def terminated(client, request, element, session):
            try:
                stock(client, request, element, session)
            finally:
                self.session_ended(element.reason.firstChildElement().name if element.reason else "none")

        jingle.onSessionTerminate = terminated

    def on_actionNew(self, data, action_id, security_limit, profile):
        if options.command == "receive" and data.get("meta_type") == Const.META_TYPE_FILE:
            self.progress = data["meta_progress_id"]
            self.offer = self.content()["application_data"]["file_data"]
            tell("offer", name=self.offer.get("name"), size=self.offer.get("size"))
            submit = ElementTree.fromstring(data["xmlui"]).get("submit")
            reactor.callLater(0, self.bridge.call, "launchAction", submit, {"path": os.path.abspath(options.path)}, PROFILE)

    def content(self):
        # An id of a session or a content may have underscores, but not one that Libervia made.
        session, content = self.progress.split("_", 1) if options.command == "send" else self.progress.rsplit("_", 1)
        return self.client.jingle_sessions[session]["contents"][content]

    def on_progressFinished(self, uid, metadata, profile):
        if uid == self.progress:
            self.finished = True
            self.method = NAMES.get(self.content()["transport"].namespace)
            if options.command == "receive":
                self.complete(self.offer["file_path"])
            elif self.reason:
                self.session_ended(self.reason)

    def on_progressError(self, uid, error, profile):
        self.fail(error)

    def session_ended(self, reason):
        self.reason = reason
        if reason != "success":
            self.fail(f"session ended: {reason}")
        elif self.finished and options.command == "send":
            self.complete(options.path)

    def complete(self, path):
        tell("completed", name=os.path.basename(path), size=os.path.getsize(path), sha256=sha256(path), method=self.method)
        self.end(0)

    def fail(self, reason):
        if not self.over:
            tell("failed", reason=str(reason))
            self.end(1)

    def end(self, code):
        self.over, self.code = True, code
        reactor.callLater(1, self.disconnect)  # the end of the session is still to be sent

    def disconnect(self):
        for client in list(self.host.profiles.values()):
            if client.isConnected():
                client.entityDisconnect()
        reactor.callLater(0.3, reactor.stop)


def main():
    bridge = types.ModuleType("sat.bridge.test")
    bridge.Bridge, bridge.__file__ = Bridge, "test"
    sys.modules["sat.bridge.test"] = bridge
    from sat.core import sat_main

    wanted = {f"plugin_{name}.py" for name in PLUGINS if name not in UNWANTED[options.methods]}

    class FewPlugins(sat_main.Path):
        _flavour = type(sat_main.Path())._flavour

        def glob(self, pattern):
            return (path for path in super().glob(pattern) if path.name in wanted)

    sat_main.Path = FewPlugins
    host = sat_main.SAT()
    host._init()
    peer = host.bridge.peer
    peer.run(host)
    reactor.run()
    sys.exit(peer.code)


main()
