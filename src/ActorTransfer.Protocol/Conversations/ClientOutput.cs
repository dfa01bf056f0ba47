using ActorTransfer.Protocol.Addressing;
using ActorTransfer.Protocol.Stanzas;
using ActorTransfer.Protocol.Xml;

namespace ActorTransfer.Protocol.Conversations;

/// <summary>What a client's stream wants done.</summary>
public abstract record ClientOutput
{
    private ClientOutput()
    {
    }

    /// <summary>Send this text.</summary>
    /// <param name="Text">A stream header, a stanza or anything between.</param>
    /// <param name="IsAsked">It is the stanza that <see cref="ClientSession.Say"/> was given; false for what the stream says by itself.</param>
    public sealed record Send(string Text, bool IsAsked = false) : ClientOutput;

    /// <summary>Begin TLS now: nothing is to be read or written until <see cref="ClientSession.Secured"/>.</summary>
    public sealed record StartTls : ClientOutput;

    /// <summary>The server begins its stream anew: what was read of the old one and not yet handed over is void.</summary>
    public sealed record RestartStream : ClientOutput;

    /// <summary>The session is usable.</summary>
    /// <param name="Self">The full JID that the server bound.</param>
    /// <param name="Resumed">True: it is the session from before, no stanza is lost (XEP-0198 §5).</param>
    public sealed record Ready(Jid Self, bool Resumed) : ClientOutput;

    /// <summary>An iq arrived.</summary>
    public sealed record Deliver(Iq Stanza) : ClientOutput;

    /// <summary>A message arrived.</summary>
    public sealed record DeliverMessage(XmlElement Message) : ClientOutput;

    /// <summary>A stanza was not kept, see <see cref="XmlStreamItem.Skipped"/>. What follows from it is said in other outputs.</summary>
    public sealed record Skipped(XmlStreamItem.Skipped Stanza) : ClientOutput;

    /// <summary>The stream is over. When <paramref name="ForGood"/>, trying again at once is useless or harmful.</summary>
    public sealed record Close(string Why, bool ForGood) : ClientOutput
    {
        /// <summary>What kind of end it is.</summary>
        public LinkFault Fault { get; init; }

        /// <summary>Where the server wants this client to connect instead (RFC 6120 §4.9.3.19); null = nowhere.</summary>
        public OtherHost? Redirect { get; init; }
    }
}
