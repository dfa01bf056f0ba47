using ActorTransfer.Protocol.Stanzas;
using ActorTransfer.Protocol.Xml;

namespace ActorTransfer.Protocol.Streams;

/// <summary>The outputs of an XMPP stream.</summary>
internal abstract record StreamOutput
{
    private StreamOutput()
    {
    }

    /// <summary>Send this text.</summary>
    /// <param name="Text">A stream header, a stanza or another element.</param>
    /// <param name="IsAsked">It is the stanza passed to <see cref="XmppSession.Say"/>; false for those the stream sends itself.</param>
    public sealed record Send(string Text, bool IsAsked = false) : StreamOutput;

    /// <summary>Begin TLS now: read and write nothing until <see cref="XmppSession.Secured"/>.</summary>
    public sealed record StartTls : StreamOutput;

    /// <summary>The server restarts its stream: discard bytes that were read but not passed on.</summary>
    public sealed record RestartStream : StreamOutput;

    /// <summary>The session is established.</summary>
    /// <param name="Self">The full JID that the server bound, or the domain of the component.</param>
    /// <param name="Resumed">True: the previous session was resumed, no stanza is lost (XEP-0198 §5).</param>
    public sealed record Ready(Jid Self, bool Resumed) : StreamOutput;

    /// <summary>An iq arrived.</summary>
    public sealed record Deliver(Iq Stanza) : StreamOutput;

    /// <summary>A message arrived.</summary>
    public sealed record DeliverMessage(XmlElement Message) : StreamOutput;

    /// <summary>A presence arrived.</summary>
    public sealed record DeliverPresence(XmlElement Presence) : StreamOutput;

    /// <summary>A stanza was discarded, see <see cref="XmlStreamItem.Skipped"/>. Its consequences are separate outputs.</summary>
    public sealed record Skipped(XmlStreamItem.Skipped Stanza) : StreamOutput;

    /// <summary>The stream has ended. When <paramref name="ForGood"/>, reconnecting at once is useless or harmful.</summary>
    public sealed record Close(string Reason, bool ForGood) : StreamOutput
    {
        /// <summary>The kind of failure.</summary>
        public LinkFault Fault { get; init; }

        /// <summary>The address the server redirects to (RFC 6120 §4.9.3.19); null = none.</summary>
        public OtherHost? Redirect { get; init; }
    }
}
