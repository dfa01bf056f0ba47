#!/usr/bin/python3
"""A Jingle file transfer peer made of Libervia's backend and its own Jingle, SOCKS5, IBB and hash plugins, without D-Bus and without a screen. Commands and
events: see jingle_peer.py.

The backend runs in this process. Replaced are the bridge to its user interface, the choice of plugins, and the source of addresses and proxies (a web page by
default). Mended are two defects: the Jingle plugin does not pass the own address to the activation of a proxy; and hashes are written and read as hexadecimal
text in base64, of which reading is mended, unless a command says otherwise: else it waits 5 s for a checksum that it has.
"""

import atexit
import base64
import logging
import os
import shutil
import sys
import tempfile
import types
import xml.etree.ElementTree as ElementTree

sys.path.insert(0, os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "Interop"))
from jingle_peer import CLOSED_PORT, IBB, JID, METHODS, PASSWORD, PORT, S5B, Transfer, read_commands, tell  # noqa: E402

PLUGINS = ["misc_file", "misc_ip", "xep_0047", "xep_0065", "xep_0115", "xep_0166", "xep_0234", "xep_0260", "xep_0261", "xep_0300"]
PROFILE = "test"

home = tempfile.mkdtemp(prefix="libervia-peer.")
atexit.register(shutil.rmtree, home, True)
os.makedirs(home + "/config/libervia")
open(home + "/config/libervia/libervia.conf", "w").close()
os.environ.update(
    HOME=home, XDG_CONFIG_HOME=home + "/config", XDG_DATA_HOME=home + "/data", XDG_CACHE_HOME=home + "/cache", LIBERVIA_BRIDGE_NAME="test", LANG="C.UTF-8",
    SAT_LOG_LEVEL="critical", SAT_LOG_OUTPUT="//default", SAT_LOG_FMT="%(message)s", SAT_LOG_COLORS="false")
sys.path.append("/usr/share/libervia")  # last: it has a folder named like a package that it needs

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
        self.host = None
        self.transfer = Transfer()
        self.seen, self.earlier = set(), set()  # ids of sessions: all, and those of other transfers
        self.code = 1

    @property
    def client(self):
        return self.host.profiles[PROFILE]

    @property
    def sessions(self):
        return {sid: session for sid, session in self.client.jingle_sessions.items() if sid not in self.earlier}

    def run(self, host):
        self.host = host
        host.initialised.addCallback(lambda _: defer.ensureDeferred(self.log_in())).addErrback(self.fail)

    def fail(self, failure):
        tell("failed", reason=failure.getErrorMessage())
        reactor.stop()

    async def log_in(self):
        self.replace_sources()
        self.mend_activation()
        self.mend_hashes()
        self.watch_ends()
        call = self.bridge.call
        await call("profileCreate", PROFILE, "", "")
        await call("profileStartSession", "", PROFILE)
        account = {"JabberID": JID, "Password": PASSWORD, "Force server": "127.0.0.1", "Force port": str(PORT), "check_certificate": "false"}
        for name, value in account.items():
            await call("setParam", name, value, "Connection", -1, PROFILE)
        await call("connect", PROFILE, "", {})
        tell("ready", jid=self.client.jid.full())
        read_commands(self.start, self.cancel, self.leave, reactor.callFromThread)

    def start(self, transfer):
        self.earlier.update(self.seen, self.client.jingle_sessions)
        self.transfer = transfer
        first = S5B if transfer.transport == "s5b" else IBB
        self.host.plugins["XEP-0166"]._type_transports["TCP"].sort(key=lambda transport: transport.namespace != first)
        tell("started")
        if transfer.sends:
            self.bridge.call("fileSend", transfer.to, transfer.path, "", "", "{}", PROFILE).addCallbacks(
                lambda started: None if "progress" in started else transfer.end("it found no way to send", "self"),
                lambda failure: transfer.end(failure.getErrorMessage(), "self"))

    def cancel(self):
        for session in list(self.sessions.values()):
            self.host.plugins["XEP-0166"].terminate(self.client, "cancel", session)
        tell("cancelled")

    def leave(self):
        self.code = 0
        if self.client.isConnected():
            self.client.entityDisconnect()
        reactor.callLater(0.1, reactor.stop)

    def replace_sources(self):
        plugins = self.host.plugins
        plugins["IP"].getLocalIPs = lambda client: defer.succeed(["127.0.0.1"])
        plugins["IP"].getExternalIP = lambda client: defer.succeed(None)
        s5b, jingle_s5b = plugins["XEP-0065"], plugins["XEP-0260"]
        get_proxy, get_candidates, read, build = s5b.getProxy, s5b.getCandidates, jingle_s5b._parseCandidates, jingle_s5b._buildCandidates

        def proxy(client, local):
            s5b._cache_proxies.clear()
            return get_proxy(client, local) if self.transfer.proxy else defer.fail(exceptions.NotFound())

        def candidates(client, local):
            wanted = lambda found: [host for host in found if host.type == "proxy" or self.transfer.direct]  # noqa: E731
            return get_candidates(client, local).addCallback(wanted)

        def read_candidates(transport):
            found = read(transport)
            for candidate in found if not self.transfer.reaches else []:
                candidate.port = CLOSED_PORT
            return found

        def build_candidates(*args, **kwargs):
            transport = build(*args, **kwargs)
            for candidate in transport.elements() if not self.transfer.reachable else []:
                candidate["port"] = str(CLOSED_PORT)
            return transport

        s5b.getProxy, s5b.getCandidates, jingle_s5b._parseCandidates, jingle_s5b._buildCandidates = proxy, candidates, read_candidates, build_candidates
        self.host.findServiceEntities = lambda *_: defer.succeed({addresses.JID(self.transfer.proxy)})

    @staticmethod
    def mend_activation():
        s5b = sys.modules["sat.plugins.plugin_xep_0065"]
        stock = s5b.Candidate.activate

        def activate(candidate, first, second, third, local=None):
            if local is None:  # (sid, peer, client), as the Jingle plugin calls it
                first, second, third, local = third, first, second, third.jid
            return stock(candidate, first, second, third, local)

        s5b.Candidate.activate = activate

    def mend_hashes(self):
        hashes = self.host.plugins["XEP-0300"]
        stock = hashes.parseHashElt

        def parse(parent):
            element = next(parent.elements("urn:xmpp:hashes:2", "hash"), None)
            if element is None or not self.transfer.repaired:
                return stock(parent)
            return element["algo"], base64.b64decode(str(element)).hex()

        hashes.parseHashElt = parse

    def watch_ends(self):
        jingle = self.host.plugins["XEP-0166"]
        on_terminate, terminate, content_terminate = jingle.onSessionTerminate, jingle.terminate, jingle.contentTerminate

        def terminated(client, request, element, session):
            try:
                on_terminate(client, request, element, session)
            finally:
                self.session_ended(session, element.reason.firstChildElement().name if element.reason else "none", "peer")

        def terminating(client, reason, session, text=None):
            self.session_ended(session, reason, "self")
            return terminate(client, reason, session, text)

        def terminating_content(client, session, name, *reason, **more):
            self.note_method(session)
            content_terminate(client, session, name, *reason, **more)

        jingle.onSessionTerminate, jingle.terminate, jingle.contentTerminate = terminated, terminating, terminating_content

    def session_ended(self, session, reason, by):
        self.seen.add(session["id"])
        if session["id"] not in self.earlier:
            self.note_method(session)
            reactor.callLater(0, self.transfer.end, reason, by)  # what else it does first

    def note_method(self, session):
        for content in session.get("contents", {}).values() if session["id"] not in self.earlier else []:
            self.transfer.method = METHODS.get(content["transport"].namespace)

    def on_actionNew(self, data, action_id, security_limit, profile):
        transfer = self.transfer
        if data.get("meta_type") != Const.META_TYPE_FILE or transfer.sends:
            return
        # An id of a session or a content may have underscores, but not one that Libervia made.
        sid, content = data["meta_progress_id"].rsplit("_", 1)
        self.seen.add(sid)
        offer = self.client.jingle_sessions[sid]["contents"][content]["application_data"]["file_data"]
        tell("offer", name=offer.get("name"), size=offer.get("size"))
        if transfer.answer == "none":
            return
        transfer.received = os.path.join(transfer.path, offer["name"])
        submit = ElementTree.fromstring(data["xmlui"]).get("submit")
        answer = {"cancelled": "true"} if transfer.answer == "decline" else {"path": transfer.path}
        reactor.callLater(0, self.bridge.call, "launchAction", submit, answer, PROFILE)


def main():
    bridge = types.ModuleType("sat.bridge.test")
    bridge.Bridge, bridge.__file__ = Bridge, "test"
    sys.modules["sat.bridge.test"] = bridge
    from sat.core import sat_main

    wanted = {f"plugin_{name}.py" for name in PLUGINS}

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
