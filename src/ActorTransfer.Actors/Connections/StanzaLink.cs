using ActorTransfer.Protocol.Stanzas;
using ActorTransfer.Protocol.Streams;
using ActorTransfer.Protocol.Xml;

namespace ActorTransfer.Actors.Connections;

/// <summary>Messages between a connection actor and its link.</summary>
internal static class StanzaLink
{
    /// <summary>Connection to link: carry this stanza. The link replies <see cref="Written"/> when it can take another.</summary>
    public sealed record Write(Iq Stanza);

    /// <summary>As <see cref="Write"/>, for a message stanza.</summary>
    public sealed record WriteMessage(XmlElement Message);

    /// <summary>Link to connection: one stanza was taken.</summary>
    public sealed record Written
    {
        /// <summary>The shared instance.</summary>
        public static Written Instance { get; } = new();
    }

    /// <summary>Link to connection: ready.</summary>
    /// <param name="Self">Own address: a full JID, or the domain of a component.</param>
    /// <param name="InProcess">True when all stanzas stay in this process.</param>
    public sealed record Opened(Jid Self, bool InProcess)
    {
        /// <summary>The session of <see cref="Start"/> was resumed; pending requests remain pending.</summary>
        public bool Resumed { get; init; }
    }

    /// <summary>Connection to link, first message: a link does nothing until it knows which session to resume.</summary>
    /// <param name="Session">Session to resume if the server still has it; null for a new one.</param>
    public sealed record Start(ResumableSession? Session = null);

    /// <summary>
    /// Connection to link, last message, when everything is written: end the session, so that the server frees its resource, and stop. A link that is asked
    /// to stop without it need not wait for the server.
    /// </summary>
    public sealed record End
    {
        /// <summary>The shared instance.</summary>
        public static End Instance { get; } = new();

        /// <summary>
        /// Leaves the session at the server if it can be resumed; then the link sends <see cref="Kept"/> before it stops. Stanzas that arrive meanwhile are not
        /// handled: the server sends them again.
        /// </summary>
        public bool KeepsSession { get; init; }
    }

    /// <summary>Link to connection: the session is left at the server, and everything that was sent is acknowledged.</summary>
    public sealed record Kept(ResumableSession Session);

    /// <summary>Link to connection: a stanza arrived.</summary>
    public sealed record Received(Iq Stanza)
    {
        /// <summary>An in-process domain made it: no connection has sent it.</summary>
        public bool IsOfDomain { get; init; }
    }

    /// <summary>Link to connection: a message stanza arrived.</summary>
    public sealed record Messaged(XmlElement Message);

    /// <summary>Link to connection: a presence stanza arrived.</summary>
    public sealed record Present(XmlElement Presence);

    /// <summary>Link to connection: a stanza was skipped. A request or response in it is reported by messages of their own.</summary>
    public sealed record Skipped(XmlStreamItem.Skipped Stanza);

    /// <summary>Link to connection: closed. With <paramref name="ForGood"/>, an immediate retry is useless or harmful.</summary>
    public sealed record Closed(string Reason, bool ForGood)
    {
        /// <summary>The kind of loss.</summary>
        public LinkFault Fault { get; init; }

        /// <summary>The host that the server refers to; null = none.</summary>
        public OtherHost? Redirect { get; init; }

        /// <summary>Session that the next link may resume; null when it has ended.</summary>
        public ResumableSession? Resumable { get; init; }

        /// <summary>How many <see cref="Write"/> the link took; the session contains those.</summary>
        public int Taken { get; init; }
    }
}
