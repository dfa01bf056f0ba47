using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using ActorTransfer.Protocol.Addressing;
using ActorTransfer.Protocol.Sasl;
using ActorTransfer.Protocol.Stanzas;
using ActorTransfer.Protocol.Xml;

namespace ActorTransfer.Protocol.Conversations;

/// <summary>What a client's stream waits for.</summary>
public enum ClientPhase
{
    /// <summary>The server's stream header.</summary>
    Header,

    /// <summary>Its features.</summary>
    Features,

    /// <summary>Leave to begin TLS.</summary>
    Proceed,

    /// <summary>The end of the TLS handshake; whatever arrives meanwhile came in clear and does not count.</summary>
    Handshake,

    /// <summary>The server's next word in SASL.</summary>
    Sasl,

    /// <summary>The full JID.</summary>
    Bind,

    /// <summary>The session of RFC 3921, at servers that insist.</summary>
    Session,

    /// <summary>Nothing: stanzas flow.</summary>
    Ready,

    /// <summary>Nothing any more.</summary>
    Over,
}

/// <summary>
/// State of a client's stream from its header to the bound session (RFC 6120 §4 to §7), one a connection. Features come up to three times: before TLS, before
/// SASL, after it.
/// </summary>
[SuppressMessage("Naming", "CA1724", Justification = "The name of the conversation.")]
public sealed record ClientSession
{
    private const string BindId = "bind";
    private const string SessionId = "session";

    private ClientSession(ClientTerms terms, string nonce) => (Terms, Nonce) = (terms, nonce);

    /// <summary>As whom.</summary>
    public ClientTerms Terms { get; private init; }

    /// <summary>What it waits for.</summary>
    public ClientPhase Phase { get; private init; }

    /// <summary>True once TLS protects the stream.</summary>
    public bool IsEncrypted { get; private init; }

    /// <summary>True after SASL.</summary>
    public bool IsAuthenticated { get; private init; }

    /// <summary>The server has sent a stream header: it speaks XMPP on this port.</summary>
    public bool IsGreeted { get; private init; }

    /// <summary>The full JID, once bound.</summary>
    public Jid? Self { get; private init; }

    /// <summary>The resource to ask for; null leaves it to the server.</summary>
    private string? Resource { get; init; }

    private string Nonce { get; }

    private ImmutableArray<ChannelBinding> Bindings { get; init; } = [];

    private SaslExchange? Login { get; init; }

    private bool NeedsSession { get; init; }

    private string? PingId { get; init; }

    /// <summary>The first words on a new connection.</summary>
    /// <param name="terms">As whom.</param>
    /// <param name="nonce">Fresh for every connection and unguessable, as <see cref="StanzaIds.Random"/> gives.</param>
    /// <param name="tls">What the connection can be bound to when it is under TLS already (direct TLS); null: it is in clear.</param>
    public static Step<ClientSession, ClientOutput> Begin(ClientTerms terms, string nonce, ImmutableArray<ChannelBinding>? tls = null)
    {
        var session = new ClientSession(terms, nonce) { Resource = terms.Account.Resource };
        return tls is { } bindings ? session.Under(bindings) : session.Open();
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Terms}, {Phase}";

    /// <summary>Writes a stanza for this stream.</summary>
    public static string Write(XmlElement stanza) => XmlStreamWriter.StanzaText(stanza, Namespaces.Client);

    /// <summary>Asks the server whether it is there (XEP-0199).</summary>
    /// <param name="id">Of the question; not to be guessed by others.</param>
    public Step<ClientSession, ClientOutput> Ping(string id) => Phase != ClientPhase.Ready
        ? Do()
        : (this with { PingId = id }).Do(new ClientOutput.Send(Write(
            Iq.Get(id, Jid.Parse(Terms.Account.Domain), new XmlElement(Namespaces.Ping, "ping")).ToXml())));

    /// <summary>TLS was established as <see cref="ClientOutput.StartTls"/> asked.</summary>
    /// <param name="bindings">What the connection can be bound to; perhaps nothing.</param>
    public Step<ClientSession, ClientOutput> Secured(ImmutableArray<ChannelBinding> bindings) =>
        Phase == ClientPhase.Handshake ? Under(bindings) : Do();

    /// <summary>Takes what the server sent.</summary>
    public Step<ClientSession, ClientOutput> Next(XmlStreamItem item) => item switch
    {
        _ when Phase is ClientPhase.Over or ClientPhase.Handshake => Do(),
        XmlStreamItem.Opened => (this with { Phase = ClientPhase.Features, IsGreeted = true }).Do(),
        XmlStreamItem.Stanza { Element: { Namespace: Namespaces.Streams, Name: "error" } error } => Failed(error),
        XmlStreamItem.Stanza { Element: var element } => Took(element),
        XmlStreamItem.Closed => Over("the server closed the stream", forGood: false),
        XmlStreamItem.Invalid invalid => Over(
            $"the server sent {invalid.StreamErrorCondition}: {invalid.Detail}",
            forGood: false,
            Write(XmlStreamWriter.StreamError(invalid.StreamErrorCondition, null)) + XmlStreamWriter.Close),
        _ => Do(),
    };

    private Step<ClientSession, ClientOutput> Took(XmlElement element) => (Phase, element) switch
    {
        (ClientPhase.Features, { Namespace: Namespaces.Streams, Name: "features" }) => Negotiate(element),
        (ClientPhase.Proceed, { Namespace: Namespaces.Tls, Name: "proceed" }) =>
            (this with { Phase = ClientPhase.Handshake }).Do(new ClientOutput.StartTls()),
        (ClientPhase.Proceed, { Namespace: Namespaces.Tls, Name: "failure" }) => Over("the server refused to begin TLS", forGood: false),
        (ClientPhase.Sasl, { Namespace: Namespaces.Sasl }) => Carry(this, Login!.Next(element)),
        (ClientPhase.Bind, { Name: "iq" }) when element["id"] == BindId => Bound(element),
        (ClientPhase.Session, { Name: "iq" }) when element["id"] == SessionId => Established(element),
        (ClientPhase.Ready, _) => Stanza(element),
        _ => Do(),
    };

    private Step<ClientSession, ClientOutput> Under(ImmutableArray<ChannelBinding> bindings) => (this with { IsEncrypted = true, Bindings = bindings }).Open();

    private Step<ClientSession, ClientOutput> Open() =>
        (this with { Phase = ClientPhase.Header }).Do(
            new ClientOutput.RestartStream(), new ClientOutput.Send(XmlStreamWriter.Open(Terms.Account.Domain, Namespaces.Client, version: "1.0")));

    private Step<ClientSession, ClientOutput> Negotiate(XmlElement features)
    {
        if (IsAuthenticated)
        {
            var session = features.Child(Namespaces.Session, "session");
            return (this with { NeedsSession = session is not null && session.Child("optional") is null }).Bind();
        }

        if (IsEncrypted || Terms.AllowPlaintext)
        {
            return Authenticate(features);
        }

        return features.Child(Namespaces.Tls, "starttls") is null
            ? Over($"{Terms.Account.Domain} offers no encryption on this port (no STARTTLS)", forGood: true, XmlStreamWriter.Close)
            : (this with { Phase = ClientPhase.Proceed }).Do(new ClientOutput.Send(Write(new XmlElement(Namespaces.Tls, "starttls"))));
    }

    private Step<ClientSession, ClientOutput> Authenticate(XmlElement features)
    {
        var channel = new SaslChannel(IsEncrypted, Terms.AllowPlaintext, Bindings);
        return SaslOffer.Read(features) is { } offer
            ? Carry((this with { Phase = ClientPhase.Sasl }), SaslExchange.Begin(offer, Terms.Credentials, channel, Nonce))
            : Over($"{Terms.Account.Domain} offers no login on this port{(IsEncrypted ? "" : " without encryption")}", forGood: true, XmlStreamWriter.Close);
    }

    private static Step<ClientSession, ClientOutput> Carry(ClientSession session, Step<SaslExchange, SaslOutput> step)
    {
        session = session with { Login = step.State };
        return step.Outputs switch
        {
            [SaslOutput.Send send] => session.Do(new ClientOutput.Send(Write(send.Element))),
            [SaslOutput.Authenticated] => (session with { IsAuthenticated = true, Login = null }).Open(),
            [SaslOutput.Failed failed] => session.Over(
                $"login of {session.Terms.Account.Bare} failed: {failed.Why}", failed.ForGood, XmlStreamWriter.Close),
            _ => session.Do(),
        };
    }

    private Step<ClientSession, ClientOutput> Bind()
    {
        var bind = new XmlElement(Namespaces.Bind, "bind")
            .Add(Resource is null ? null : new XmlElement(Namespaces.Bind, "resource").AddText(Resource));
        return (this with { Phase = ClientPhase.Bind }).Do(new ClientOutput.Send(Write(Iq.Set(BindId, null, bind).ToXml())));
    }

    private Step<ClientSession, ClientOutput> Bound(XmlElement element)
    {
        if (!Iq.TryRead(element, out var answer, out _) || answer.IsRequest)
        {
            return Do();
        }

        if (answer.Error is { } error)
        {
            return Resource is not null && error.Condition is ErrorConditions.Conflict or ErrorConditions.BadRequest or ErrorConditions.NotAllowed
                ? (this with { Resource = null }).Bind()
                : Over($"the server binds no resource: {error.Describe()}", forGood: false, XmlStreamWriter.Close);
        }

        if (!Jid.TryParse(answer.Payload?.Child(Namespaces.Bind, "jid")?.Text.Trim(), out var self) || !self.IsFull)
        {
            return Over("the server bound no full JID", forGood: false, XmlStreamWriter.Close);
        }

        var bound = this with { Self = self };
        return NeedsSession
            ? (bound with { Phase = ClientPhase.Session }).Do(
                new ClientOutput.Send(Write(Iq.Set(SessionId, null, new XmlElement(Namespaces.Session, "session")).ToXml())))
            : bound.Begin();
    }

    private Step<ClientSession, ClientOutput> Established(XmlElement element) =>
        Iq.TryRead(element, out var answer, out _) && answer.Error is { } error
            ? Over($"the server establishes no session: {error.Describe()}", forGood: false, XmlStreamWriter.Close)
            : Begin();

    /// <summary>A negative priority: chat messages to the bare JID are for the person's own clients (RFC 6121 §4.7.2.3).</summary>
    private Step<ClientSession, ClientOutput> Begin()
    {
        var presence = new XmlElement(Namespaces.Client, "presence")
            .Add(new XmlElement(Namespaces.Client, "priority").AddText("-1"))
            .Add(Terms.Capabilities);
        return (this with { Phase = ClientPhase.Ready }).Do(new ClientOutput.Send(Write(presence)), new ClientOutput.Ready(Self!, Resumed: false));
    }

    private Step<ClientSession, ClientOutput> Stanza(XmlElement element)
    {
        if (element is { Name: "message", Namespace: Namespaces.Client })
        {
            return Do(new ClientOutput.DeliverMessage(element));
        }

        if (Iq.TryRead(element, out var iq, out var problem))
        {
            // Any answer to a ping will do, an error too: the server is there.
            return !iq.IsRequest && iq.Id == PingId ? Do() : Do(new ClientOutput.Deliver(iq));
        }

        return problem is not null && Iq.Refusal(element, problem) is { } answer ? Do(new ClientOutput.Send(Write(answer))) : Do();
    }

    private Step<ClientSession, ClientOutput> Failed(XmlElement error)
    {
        var failure = StreamFailure.Read(error);
        return Over(failure.Describe(Terms.Account.ToString()), failure.IsForGood);
    }

    private Step<ClientSession, ClientOutput> Over(string why, bool forGood, string? lastWords = null)
    {
        var over = this with { Phase = ClientPhase.Over };
        var close = new ClientOutput.Close(why, forGood);
        return lastWords is null ? over.Do(close) : over.Do(new ClientOutput.Send(lastWords), close);
    }

    private Step<ClientSession, ClientOutput> Do(params ImmutableArray<ClientOutput> outputs) => new(this, outputs);
}
