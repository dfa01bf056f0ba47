using ActorTransfer.Actors.Instrumentation;
using ActorTransfer.Protocol.Xml;
using Akka.Event;

namespace ActorTransfer.Actors.Connections;

/// <summary>Counts the stanzas that a connection skipped, and rate-limits their log lines: any peer can send them as fast as the server allows.</summary>
/// <param name="connection">Name of the connection.</param>
/// <param name="log">Its log.</param>
/// <param name="metrics">Counts them.</param>
internal sealed class SkippedStanzas(string connection, ILoggingAdapter log, ConnectionMetrics metrics)
{
    /// <summary>Minimum time between two log lines.</summary>
    internal static readonly TimeSpan Quiet = TimeSpan.FromMinutes(1);

    private DateTimeOffset? _loggedAt;
    private long _unlogged;

    /// <summary>Counts one.</summary>
    /// <param name="stanza">The stanza.</param>
    /// <param name="now">Current time.</param>
    public void Add(XmlStreamItem.Skipped stanza, DateTimeOffset now)
    {
        metrics.StanzaSkipped(stanza.Head.Name, stanza.Condition);
        if (now - _loggedAt < Quiet)
        {
            _unlogged++;
            return;
        }

        log.Write(ConnectionsLog.StanzaSkipped,
            connection,
            stanza.Head.Name,
            Jid.TryParse(stanza.Head["from"], out var from) ? from.ToString() : "an unknown sender",
            stanza.Detail,
            _unlogged);
        (_loggedAt, _unlogged) = (now, 0);
    }
}
