using ActorTransfer.Protocol.Stanzas;
using ActorTransfer.Protocol.Xml;

namespace ActorTransfer.Protocol.Streams;

/// <summary>What an XMPP stream wants done.</summary>
internal abstract record StreamOutput
{
    private StreamOutput()
    {
    }

    /// <summary>Send this text.</summary>
    /// <param name="Text">A stream header, a stanza or anything between.</param>
    /// <param name="IsAsked">It is the stanza that <see cref="XmppSession.Say"/> was given; false for what the stream says by itself.</param>
    public sealed record Send(string Text, bool IsAsked = false) : StreamOutput;

    /// <summary>Begin TLS now: nothing is to be read or written until <see cref="XmppSession.Secured"/>.</summary>
    public sealed record StartTls : StreamOutput;

    /// <summary>The server begins its stream anew: what was read of the old one and not yet handed over is void.</summary>
    public sealed record RestartStream : StreamOutput;

    /// <summary>The session is usable.</summary>
    /// <param name="Self">The full JID that the server bound, or the domain of the component.</param>
    /// <param name="Resumed">True: it is the session from before, no stanza is lost (XEP-0198 §5).</param>
    public sealed record Ready(Jid Self, bool Resumed) : StreamOutput;

    /// <summary>An iq arrived.</summary>
    public sealed record Deliver(Iq Stanza) : StreamOutput;

    /// <summary>A message arrived.</summary>
    public sealed record DeliverMessage(XmlElement Message) : StreamOutput;

    /// <summary>A stanza was not kept, see <see cref="XmlStreamItem.Skipped"/>. What follows from it is said in other outputs.</summary>
    public sealed record Skipped(XmlStreamItem.Skipped Stanza) : StreamOutput;

    /// <summary>The stream is over. When <paramref name="ForGood"/>, trying again at once is useless or harmful.</summary>
    public sealed record Close(string Why, bool ForGood) : StreamOutput
    {
        /// <summary>What kind of end it is.</summary>
        public LinkFault Fault { get; init; }

        /// <summary>Where the server wants this side to connect instead (RFC 6120 §4.9.3.19); null = nowhere.</summary>
        public OtherHost? Redirect { get; init; }
    }
}
