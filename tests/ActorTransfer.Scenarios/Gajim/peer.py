#!/usr/bin/python3
"""A Jingle file transfer peer made of Gajim's own sessions, contents, SOCKS5 sockets and in-band bytestreams, without a display. Commands and events: see
jingle_peer.py.

gajim.common, nbxmpp, and the part of gajim.gui_interface that ends a transfer are stock. Replaced are the client object that they hang on, the settings, and
the windows. Mended, unless a command says otherwise: since 1.4.2 Gajim does not answer offers, and nbxmpp 4.2 does not answer <open/> and <close/>.
"""

import os
import sys
import types

sys.path.insert(0, os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "Interop"))
from jingle_peer import CLOSED_PORT, JID, PASSWORD, PORT, Transfer, read_commands, socket, tell  # noqa: E402

sys.path[:] = [path for path in sys.path if os.path.realpath(path) != os.path.dirname(os.path.realpath(__file__))]  # it has a file system name of its own
sys.modules["netifaces"] = None  # no addresses but the one given below
os.environ.pop("DISPLAY", None)

import gi  # noqa: E402

for name, version in {"Gtk": "3.0", "Gdk": "3.0", "GtkSource": "4", "PangoCairo": "1.0"}.items():
    gi.require_version(name, version)

from gi.repository import GLib  # noqa: E402
from nbxmpp import JID as Address  # noqa: E402
from nbxmpp.client import Client  # noqa: E402
from nbxmpp.const import ConnectionProtocol, ConnectionType  # noqa: E402
from nbxmpp.modules import ibb as nbxmpp_ibb  # noqa: E402
from nbxmpp.namespaces import Namespace  # noqa: E402
from nbxmpp.protocol import Presence  # noqa: E402
from nbxmpp.structs import DiscoIdentity  # noqa: E402
from nbxmpp.util import generate_id  # noqa: E402
from gajim import gui_interface  # noqa: E402
from gajim.common import app, jingle_content, jingle_session  # noqa: E402
from gajim.common.const import COMMON_FEATURES  # noqa: E402
from gajim.common.file_props import FilesProp  # noqa: E402
from gajim.common.jingle_ft import JingleFileTransfer  # noqa: E402
from gajim.common.jingle_transport import JingleTransportSocks5, TransportType  # noqa: E402
from gajim.common.modules.bytestream import Bytestream  # noqa: E402
from gajim.common.modules.ibb import IBB  # noqa: E402
from gajim.common.modules.jingle import Jingle  # noqa: E402

ACCOUNT = "test"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Settings:
    values = {"file_transfers_port": free_port(), "ft_add_hosts_to_send": "", "file_transfer_proxies": "", "test_ft_proxies_on_startup": False}

    def get(self, key):
        if key == "ft_send_local_ips":
            return peer.transfer.direct
        return peer.transfer.proxy is not None if key == "use_ft_proxies" else self.values[key]

    def get_account_setting(self, _account, key):
        return self.get(key)


class Account:
    """What gajim.common expects of a client."""

    name = account = ACCOUNT
    local_address = "127.0.0.1"

    def __init__(self, connection):
        self.connection = connection
        self.state = types.SimpleNamespace(is_available=True, is_connected=True)
        self.features = set()  # of the peer
        app.connections[ACCOUNT] = self
        self.modules = {"Contacts": self}
        for cls in (Bytestream, IBB, Jingle):
            self.modules[cls.__name__] = module = cls(self)
            for handler in module.handlers:
                connection.register_handler(handler)

    def get_module(self, name):
        return self.modules[name]

    def get_contact(self, jid, groupchat=False):
        return types.SimpleNamespace(jid=jid, supports=lambda feature: feature in self.features)

    def get_own_jid(self):
        return self.connection.get_bound_jid()


class Peer:
    def __init__(self):
        self.loop = GLib.MainLoop()
        self.transfer = Transfer()
        self.account = self.props = None

    def run(self):
        self.replace_surroundings()
        self.change_candidates()
        self.mend()
        address = Address.from_string(JID)
        self.client = client = Client(log_context=ACCOUNT)
        client.set_domain(address.domain)
        client.set_username(address.localpart)
        client.set_resource(address.resource)
        client.set_password(PASSWORD)
        client.set_custom_host(f"127.0.0.1:{PORT}", ConnectionProtocol.TCP, ConnectionType.PLAIN)
        client.set_sm_disabled(True)
        client.subscribe("connected", self.on_connected)
        client.subscribe("connection-failed", lambda *_: self.fail("connection failed"))
        client.subscribe("disconnected", lambda *_: self.fail("disconnected"))
        client.connect()
        self.loop.run()

    def fail(self, reason):
        tell("failed", reason=reason)
        self.loop.quit()

    # What surrounds the stock code

    def replace_surroundings(self):
        class Interface(gui_interface.Interface):
            @staticmethod
            def handle_event_file_error(title, message):
                print(title, message, file=sys.stderr)

        app.settings = Settings()
        app.storage = types.SimpleNamespace(archive=types.SimpleNamespace(insert_into_logs=lambda *_, **__: None))
        interface = Interface()
        interface.instances["file_transfers"] = types.SimpleNamespace(set_status=lambda props, status: None)
        GLib.timeout_add(app.idlequeue.PROCESS_TIMEOUT[0], interface.process_connections)
        app.ged.register_event_handler("file-request-received", 50, self.on_offer)

        terminate, terminated = jingle_session.JingleSession._session_terminate, "_JingleSession__on_session_terminate"
        stock = getattr(jingle_session.JingleSession, terminated)

        def sending(session, reason=None):
            self.session_ended(session, reason, "self")
            terminate(session, reason)

        def received(session, stanza, jingle, error, action):
            self.session_ended(session, jingle.getTag("reason"), "peer")
            stock(session, stanza, jingle, error, action)

        jingle_session.JingleSession._session_terminate = sending
        setattr(jingle_session.JingleSession, terminated, received)

    def change_candidates(self):
        read, write = JingleTransportSocks5.parse_transport_stanza, JingleTransportSocks5.make_candidate

        def read_candidates(transport, node):
            for candidate in node.iterTags("candidate"):
                if candidate["host"] == "127.0.0.1":
                    candidate.setAttr("host", "localhost")  # to which it connects
                if not self.transfer.reaches:
                    candidate.setAttr("port", str(CLOSED_PORT))
            return read(transport, node)

        def write_candidate(transport, candidate):
            node = write(transport, candidate)
            if not self.transfer.reachable:
                node.setAttr("port", str(CLOSED_PORT))
            return node

        JingleTransportSocks5.parse_transport_stanza, JingleTransportSocks5.make_candidate = read_candidates, write_candidate

    def mend(self):
        # An incoming content is made without its file_props (TypeError, the offer stays unanswered), and these are made again when the offer is shown.
        stock_contents, stock_props = jingle_content.contents[Namespace.JINGLE_FILE_TRANSFER_5], FilesProp.getNewFileProp.__func__

        def props_once(cls, account, sid):
            known = cls._files_props.get((account, sid)) if self.transfer.repaired else None
            return known or stock_props(cls, account, sid)

        def content(session, transport=None):
            return JingleFileTransfer(session, FilesProp.getNewFileProp(session.connection.name, session.sid), transport=transport)

        FilesProp.getNewFileProp = classmethod(props_once)
        jingle_content.contents[Namespace.JINGLE_FILE_TRANSFER_5] = lambda description: content if self.transfer.repaired else stock_contents(description)

        # The record of an in-band stanza has no defaults: <open/> and <close/> end in a TypeError.
        record = nbxmpp_ibb.IBBData
        nbxmpp_ibb.IBBData = lambda **given: record(**{**dict.fromkeys(record._fields), **given})

    # Commands

    def on_connected(self, client, _signal):
        client.get_module("EntityCaps").set_caps([DiscoIdentity(category="client", type="pc", name="Gajim")], COMMON_FEATURES, "https://gajim.org")
        self.account = Account(client)
        client.send_stanza(Presence())
        tell("ready", jid=str(client.get_bound_jid()))
        read_commands(self.start, self.cancel, self.loop.quit, lambda function, *args: GLib.idle_add(lambda: function(*args) and False))

    def start(self, transfer):
        self.transfer, self.props = transfer, None
        for key in list(app.socks5queue.senders):
            app.socks5queue.remove_sender_by_key(key)
        for key in list(app.socks5queue.readers):
            app.socks5queue.remove_receiver_by_key(key)
        if app.socks5queue.listener is not None:
            app.socks5queue.listener.disconnect()
            app.socks5queue.listener = None
        if transfer.proxy:
            app.proxy65_manager.resolve(transfer.proxy, self.client, str(self.client.get_bound_jid()), default=ACCOUNT, testit=False)
        self.started()

    def started(self):
        """Waits for the address of the proxy."""
        if self.transfer.proxy and app.proxy65_manager.get_proxy(self.transfer.proxy, ACCOUNT)[0] is None:
            GLib.timeout_add(10, self.started)
            return False
        tell("started")
        if self.transfer.sends:
            self.client.get_module("Discovery").disco_info(Address.from_string(self.transfer.to), callback=self.send)
        return False

    def send(self, task):
        """As FileTransfersWindow does."""
        self.account.features = set(task.finish().features) - ({Namespace.JINGLE_BYTESTREAM} if self.transfer.transport == "ibb" else set())
        self.props = props = FilesProp.getNewFileProp(ACCOUNT, generate_id())
        props.file_name, props.name = self.transfer.path, os.path.basename(self.transfer.path)
        props.size, props.type_, props.desc, props.elapsed_time = os.path.getsize(self.transfer.path), "s", "", 0
        props.sender, props.receiver, props.tt_account = ACCOUNT, self.transfer.to, ACCOUNT
        if self.account.get_module("Jingle").start_file_transfer(self.transfer.to, props) is None:
            self.transfer.end("it found no way to send", "self")

    def cancel(self):
        """As FileTransfersWindow.cancel_transfer does."""
        if self.props.direction:
            self.account.get_module("IBB").send_close(self.props)
        Bytestream.disconnect_transfer(self.props)
        tell("cancelled")

    # Events

    def on_offer(self, event):
        transfer, self.props = self.transfer, event.file_props
        tell("offer", name=self.props.name, size=self.props.size)
        bytestream = self.account.get_module("Bytestream")
        if transfer.answer == "decline":
            GLib.idle_add(lambda: bytestream.send_file_rejection(self.props))
        elif transfer.answer == "accept":
            transfer.received = self.props.file_name = os.path.join(transfer.path, os.path.basename(self.props.name))
            self.props.type_, self.props.tt_account = "r", ACCOUNT
            GLib.idle_add(lambda: bytestream.send_file_approval(self.props))

    def session_ended(self, session, reason, by):
        if self.props is None or session.sid != self.props.sid:
            return
        for content in session.contents.values():
            self.transfer.method = "ibb" if content.transport.type_ == TransportType.IBB else "s5b"
        names = [child.getName() for child in reason.getChildren() if child.getName() != "text"] if reason else []
        GLib.idle_add(lambda: self.transfer.end(names[0] if names else "none", by) and False)


peer = Peer()
peer.run()
sys.stderr.flush()
os._exit(0)
