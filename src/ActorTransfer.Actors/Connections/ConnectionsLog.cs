using ActorTransfer.Actors.Logging;
using Akka.Event;

namespace ActorTransfer.Actors.Connections;

/// <summary>The log of connections to XMPP servers.</summary>
internal static class ConnectionsLog
{
    public static readonly LogLine ConnectionUp = new(2001, nameof(ConnectionUp), LogLevel.InfoLevel, "Connection {Account} is up as {Jid}");

    public static readonly LogLine ConnectionResumed = new(2002, nameof(ConnectionResumed), LogLevel.InfoLevel, "Connection {Account} resumed as {Jid}");

    public static readonly LogLine ConnectionRedirected = new(
        2003, nameof(ConnectionRedirected), LogLevel.InfoLevel, "Connection {Account} is referred to {Host}");

    public static readonly LogLine ConnectionLost = new(
        2004, nameof(ConnectionLost), LogLevel.WarningLevel, "Connection {Account} lost: {Reason}; reconnecting in {Delay}");

    public static readonly LogLine ConnectionRefused = new(
        2005, nameof(ConnectionRefused), LogLevel.ErrorLevel, "Connection {Account} lost: {Reason}; it reconnects only on request");

    public static readonly LogLine ResponseDropped = new(
        2006, nameof(ResponseDropped), LogLevel.WarningLevel, "Connection {Account} cannot respond to {Peer}: {Reason}");

    public static readonly LogLine ResponseIgnored = new(
        2007, nameof(ResponseIgnored), LogLevel.DebugLevel, "Connection {Account} ignored an unsolicited response from {Peer}");

    public static readonly LogLine StanzaSkipped = new(
        2008, nameof(StanzaSkipped), LogLevel.WarningLevel,
        "Connection {Account} skipped a stanza: {Stanza} from {Peer}, {Reason}; {Count} more since the last report");

    public static readonly LogLine LoggedIn = new(2009, nameof(LoggedIn), LogLevel.DebugLevel, "{Account} logged in by {Mechanism}, session resumed {Resumed}");

    public static readonly LogLine StanzasHeldBack = new(
        2010, nameof(StanzasHeldBack), LogLevel.DebugLevel, "{Account} holds back stanzas: {Count} are unacknowledged");

    public static readonly LogLine ResumptionGivenUp = new(
        2011, nameof(ResumptionGivenUp), LogLevel.WarningLevel,
        "{Account}: the server left {Count} stanzas unacknowledged; the session continues but can no longer be resumed");

    public static readonly LogLine LookUpFailed = new(2012, nameof(LookUpFailed), LogLevel.WarningLevel, "{Account}: DNS lookup failed: {Reason}");

    public static readonly LogLine Connecting = new(
        2013, nameof(Connecting), LogLevel.DebugLevel, "{Account} connects to {EndPoints}; from SRV records: {AreRecords}");

    public static readonly LogLine Encrypted = new(2014, nameof(Encrypted), LogLevel.DebugLevel, "{Account} uses {Tls}");

    public static readonly LogLine ProxySilent = new(
        2015, nameof(ProxySilent), LogLevel.InfoLevel, "{Service} did not respond to {Request} within {Timeout}; it is not awaited for the next {Ttl}");

    public static readonly LogLine ProxiesFound = new(
        2016, nameof(ProxiesFound), LogLevel.DebugLevel, "{Service} has {Count} proxy addresses; complete: {Complete}");

    public static readonly LogLine ProxyFailed = new(
        2017, nameof(ProxyFailed), LogLevel.InfoLevel, "Proxy {Proxy} failed at {EndPoint}; it is offered last for a while");

    public static readonly LogLine ConnectionClosed = new(2018, nameof(ConnectionClosed), LogLevel.InfoLevel, "Connection {Account} is closed");
}
