using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using ActorTransfer.Protocol.Addressing;
using ActorTransfer.Protocol.Sasl;
using ActorTransfer.Protocol.Stanzas;
using ActorTransfer.Protocol.StreamManagement;
using ActorTransfer.Protocol.Xml;

namespace ActorTransfer.Protocol.Conversations;

/// <summary>
/// State of a client's stream from its header to the bound session (RFC 6120 §4 to §7), one a connection. Features come up to three times: before TLS, before
/// SASL, after it.
/// </summary>
[SuppressMessage("Naming", "CA1724", Justification = "The name of the conversation.")]
public sealed record ClientSession
{
    private const string BindId = "bind";
    private const string SessionId = "session";

    /// <summary>Stanzas that are held while the session is being set up.</summary>
    private const int MaxEarly = 64;

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

    /// <summary>By which SASL mechanism it logged in; null before.</summary>
    public string? Mechanism { get; private init; }

    /// <summary>The resource to ask for; null leaves it to the server.</summary>
    private string? Resource { get; init; }

    private string Nonce { get; }

    private ImmutableArray<ChannelBinding> Bindings { get; init; } = [];

    private SaslExchange? Login { get; init; }

    private bool NeedsSession { get; init; }

    private string? PingId { get; init; }

    private bool OffersManagement { get; init; }

    private StreamManager? Manager { get; init; }

    /// <summary>Stanzas that arrived while the session was being set up, in order; they are taken when it is ready.</summary>
    private ImmutableQueue<EarlyStanza> Early { get; init; } = ImmutableQueue<EarlyStanza>.Empty;

    private int EarlyCount { get; init; }

    /// <summary>What the next connection can go on with; null when the session ended with this one.</summary>
    public ResumableSession? Resumable => Manager is { MayResume: true } && Self is not null ? new ResumableSession(Self, Manager) : null;

    /// <summary>The session can be taken up over another connection.</summary>
    public bool MayResume => Manager is { MayResume: true };

    /// <summary>So many stanzas are unacknowledged that one more would cost the resumption of the session: <see cref="Say"/> nothing until some are.</summary>
    public bool IsFull => Phase == ClientPhase.Ready && Manager is { IsFull: true };

    /// <summary>The first words on a new connection.</summary>
    /// <param name="terms">As whom.</param>
    /// <param name="nonce">Fresh for every connection and unguessable, as <see cref="StanzaIds.Random"/> gives.</param>
    /// <param name="tls">What the connection can be bound to when it is under TLS already (direct TLS); null: it is in clear.</param>
    /// <param name="resume">The session to go on with; null = a new one.</param>
    public static Step<ClientSession, ClientOutput> Begin(
        ClientTerms terms, string nonce, ImmutableArray<ChannelBinding>? tls = null, ResumableSession? resume = null)
    {
        var session = new ClientSession(terms, nonce) { Resource = terms.Account.Resource, Self = resume?.Self, Manager = resume?.Manager };
        return tls is { } bindings ? session.Under(bindings) : session.Open();
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Terms}, {Phase}";

    /// <summary>Sends a stanza; nothing happens unless the session is ready.</summary>
    public Step<ClientSession, ClientOutput> Say(XmlElement stanza) => Phase == ClientPhase.Ready ? Send(stanza, isAsked: true) : Do();

    /// <summary>Goes on without the possibility to resume: the server acknowledges nothing.</summary>
    public Step<ClientSession, ClientOutput> GiveUpResumption() => (this with { Manager = Manager?.GiveUpResumption() }).Do();

    /// <summary>Asks for the acknowledgement of stanzas that the server has left without one: for a timer.</summary>
    public Step<ClientSession, ClientOutput> Remind() => Phase == ClientPhase.Ready && Manager is { } manager ? Manage(manager.Remind()) : Do();

    private static string Write(XmlElement stanza) => XmlStreamWriter.StanzaText(stanza, Namespaces.Client);

    /// <summary>Asks the server whether it is there (XEP-0199).</summary>
    /// <param name="id">Of the question; not to be guessed by others.</param>
    public Step<ClientSession, ClientOutput> Ping(string id) => Phase != ClientPhase.Ready
        ? Do()
        : (this with { PingId = id }).Send(Iq.Get(id, Jid.Parse(Terms.Account.Domain), Discovery.Ping.Query).ToXml(), isAsked: false);

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
        XmlStreamItem.Skipped skipped when IsAuthenticated => Skipped(skipped),
        XmlStreamItem.Skipped skipped => Broken(StreamConditions.PolicyViolation, skipped.Detail),
        XmlStreamItem.Closed => Over("the server closed the stream", forGood: false, lastWords: XmlStreamWriter.Close),
        XmlStreamItem.Invalid invalid => Broken(invalid.StreamErrorCondition, invalid.Detail),
        _ => Do(),
    };

    private Step<ClientSession, ClientOutput> Broken(string condition, string detail) => Over(
        $"the server sent {condition}: {detail}", forGood: false, Write(XmlStreamWriter.StreamError(condition, null)) + XmlStreamWriter.Close);

    private Step<ClientSession, ClientOutput> Skipped(XmlStreamItem.Skipped skipped)
    {
        var step = Took(skipped.Head, skipped.Error());
        return step with { Outputs = [new ClientOutput.Skipped(skipped), .. step.Outputs] };
    }

    /// <param name="element">What arrived, or what was kept of it.</param>
    /// <param name="skipped">Why its content was not kept; null = it is whole.</param>
    private Step<ClientSession, ClientOutput> Took(XmlElement element, StanzaError? skipped = null) => (Phase, element) switch
    {
        (ClientPhase.Features, { Namespace: Namespaces.Streams, Name: "features" }) => Negotiate(element),
        (ClientPhase.Proceed, { Namespace: Namespaces.Tls, Name: "proceed" }) =>
            (this with { Phase = ClientPhase.Handshake }).Do(new ClientOutput.StartTls()),
        (ClientPhase.Proceed, { Namespace: Namespaces.Tls, Name: "failure" }) => Over("the server refused to begin TLS", forGood: false),
        (ClientPhase.Sasl, { Namespace: Namespaces.Sasl }) => Carry(this, Login!.Next(element)),
        (ClientPhase.Bind, _) when IsAnswer(element, BindId) => Bound(element),
        (ClientPhase.Session, _) when IsAnswer(element, SessionId) => Established(element),
        (ClientPhase.Resume or ClientPhase.Manage, { Namespace: Namespaces.StreamManagement }) => Manage(Manager!.Next(element)),
        (ClientPhase.Ready, _) when Manager is { } manager => Managed(manager.Next(element), element, skipped),
        (ClientPhase.Ready, _) => Stanza(element, skipped),
        _ when IsAuthenticated && element is { Namespace: Namespaces.Client, Name: "iq" or "message" } => Hold(element, skipped),
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
            return Attach(features);
        }

        if (IsEncrypted || Terms.AllowPlaintext)
        {
            return Authenticate(features);
        }

        return features.Child(Namespaces.Tls, "starttls") is null
            ? Over($"{Terms.Account.Domain} offers no encryption on this port (no STARTTLS)", forGood: true, XmlStreamWriter.Close, LinkFault.StreamRefused)
            : (this with { Phase = ClientPhase.Proceed }).Do(new ClientOutput.Send(Write(new XmlElement(Namespaces.Tls, "starttls"))));
    }

    private Step<ClientSession, ClientOutput> Attach(XmlElement features)
    {
        var session = features.Child(Namespaces.Session, "session");
        var next = this with
        {
            NeedsSession = session is not null && session.Child("optional") is null,
            OffersManagement = StreamManager.IsOffered(features),
        };
        return next.OffersManagement && Manager is { MayResume: true } manager
            ? (next with { Phase = ClientPhase.Resume }).Manage(manager.Resume())
            : next.Bind();
    }

    private Step<ClientSession, ClientOutput> Authenticate(XmlElement features)
    {
        var channel = new SaslChannel(IsEncrypted, Terms.AllowPlaintext, Bindings);
        return SaslOffer.Read(features) is { } offer
            ? Carry((this with { Phase = ClientPhase.Sasl }), SaslExchange.Begin(offer, Terms.Credentials, channel, Nonce))
            : Over(
                $"{Terms.Account.Domain} offers no login on this port{(IsEncrypted ? "" : " without encryption")}",
                forGood: true,
                XmlStreamWriter.Close,
                LinkFault.LoginRefused);
    }

    private static Step<ClientSession, ClientOutput> Carry(ClientSession session, Step<SaslExchange, SaslOutput> step)
    {
        session = session with { Login = step.State };
        return step.Outputs switch
        {
            [SaslOutput.Send send] => session.Do(new ClientOutput.Send(Write(send.Element))),
            [SaslOutput.Authenticated done] => (session with { IsAuthenticated = true, Mechanism = done.Mechanism, Login = null }).Open(),
            [SaslOutput.Failed failed] => session.Over(
                $"login of {session.Terms.Account.Bare} failed: {failed.Why}", failed.ForGood, XmlStreamWriter.Close, LinkFault.LoginRefused),
            _ => session.Do(),
        };
    }

    private Step<ClientSession, ClientOutput> Bind()
    {
        var bind = new XmlElement(Namespaces.Bind, "bind")
            .Add(Resource is null ? null : new XmlElement(Namespaces.Bind, "resource").AddText(Resource));
        return (this with { Phase = ClientPhase.Bind, Self = null, Manager = null }).Do(new ClientOutput.Send(Write(Iq.Set(BindId, null, bind).ToXml())));
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
            : bound.Manage();
    }

    private Step<ClientSession, ClientOutput> Established(XmlElement element) =>
        Iq.TryRead(element, out var answer, out _) && answer.Error is { } error
            ? Over($"the server establishes no session: {error.Describe()}", forGood: false, XmlStreamWriter.Close)
            : Manage();

    private Step<ClientSession, ClientOutput> Manage() => OffersManagement && Terms.Management is { } management
        ? (this with { Phase = ClientPhase.Manage }).Manage(StreamManager.Begin(management.Capacity, management.Max))
        : Present();

    /// <summary>Carries out what the manager of the stream wants; what it says in place of an answer moves the login on.</summary>
    private Step<ClientSession, ClientOutput> Manage(Step<StreamManager, StreamManagementOutput> step)
    {
        var next = (this with { Manager = step.State }).Do();
        foreach (var output in step.Outputs)
        {
            var (session, outputs) = next;
            next = session.Carry(output);
            next = next with { Outputs = [.. outputs, .. next.Outputs] };
        }

        return next;
    }

    private Step<ClientSession, ClientOutput> Carry(StreamManagementOutput output) => output switch
    {
        StreamManagementOutput.Send send => Do(new ClientOutput.Send(Write(send.Element))),
        StreamManagementOutput.Resumed resumed => Resumed(resumed.Resend),
        StreamManagementOutput.Failed when Phase == ClientPhase.Resume => Bind(),
        StreamManagementOutput.Failed when Phase == ClientPhase.Manage => (this with { Manager = null }).Present(),
        StreamManagementOutput.Enabled => Present(),
        StreamManagementOutput.Close close => Over(close.Why, forGood: false, Write(close.Error) + XmlStreamWriter.Close),
        _ => Do(),
    };

    private Step<ClientSession, ClientOutput> Managed(
        Step<StreamManager, StreamManagementOutput> step, XmlElement element, StanzaError? skipped) =>
        element.Namespace == Namespaces.StreamManagement ? Manage(step) : (this with { Manager = step.State }).Stanza(element, skipped);

    /// <summary>An answer of the server: others can send to this client as soon as it is bound, and these ids are no secret.</summary>
    private bool IsAnswer(XmlElement element, string id) =>
        element is { Namespace: Namespaces.Client, Name: "iq" } && element["id"] == id && element["type"] is "result" or "error"
        && (Self is null || element["from"] is not { } sender || (Jid.TryParse(sender, out var from) && AnswerOrigin.IsOwnServer(from, Self)));

    /// <summary>Peers can ask as soon as the resource is bound, which is before the session is ready.</summary>
    private Step<ClientSession, ClientOutput> Hold(XmlElement element, StanzaError? skipped)
    {
        if (EarlyCount < MaxEarly)
        {
            return (this with { Early = Early.Enqueue(new EarlyStanza(element, skipped)), EarlyCount = EarlyCount + 1 }).Do();
        }

        // Nothing can be sent before the resource is bound, nor until a resumption is answered.
        return Phase is ClientPhase.Session or ClientPhase.Manage && Iq.Refusal(element, StanzaError.ResourceConstraint) is { } answer
            ? Send(answer, isAsked: false)
            : Do();
    }

    /// <summary>The session is ready: says so, and takes what came before. The server did not count that (XEP-0198 §4).</summary>
    private Step<ClientSession, ClientOutput> Ready(bool resumed)
    {
        var step = (this with { Phase = ClientPhase.Ready, Early = ImmutableQueue<EarlyStanza>.Empty, EarlyCount = 0 })
            .Do(new ClientOutput.Ready(Self!, resumed));
        foreach (var (element, skipped) in Early)
        {
            var next = step.State.Stanza(element, skipped);
            step = next with { Outputs = [.. step.Outputs, .. next.Outputs] };
        }

        return step;
    }

    private Step<ClientSession, ClientOutput> Send(XmlElement stanza, bool isAsked)
    {
        var send = new ClientOutput.Send(Write(stanza), isAsked);
        if (Manager is not { } manager)
        {
            return Do(send);
        }

        var step = Manage(manager.Sent(stanza));
        return step with { Outputs = [send, .. step.Outputs] };
    }

    private Step<ClientSession, ClientOutput> Resumed(ImmutableArray<XmlElement> resend)
    {
        var step = Ready(resumed: true);
        return step with { Outputs = [.. resend.Select(stanza => new ClientOutput.Send(Write(stanza))), .. step.Outputs] };
    }

    /// <summary>A negative priority: chat messages to the bare JID are for the person's own clients (RFC 6121 §4.7.2.3).</summary>
    private Step<ClientSession, ClientOutput> Present()
    {
        var presence = new XmlElement(Namespaces.Client, "presence")
            .Add(new XmlElement(Namespaces.Client, "priority").AddText("-1"))
            .Add(Terms.Capabilities);
        var step = (this with { Phase = ClientPhase.Ready }).Send(presence, isAsked: false);
        var ready = step.State.Ready(resumed: false);
        return ready with { Outputs = [.. step.Outputs, .. ready.Outputs] };
    }

    private Step<ClientSession, ClientOutput> Stanza(XmlElement element, StanzaError? skipped)
    {
        if (element is { Name: "message", Namespace: Namespaces.Client })
        {
            return skipped is null ? Do(new ClientOutput.DeliverMessage(element)) : Do();
        }

        if (Iq.TryRead(element, out var iq, out var problem))
        {
            // Any answer to a ping will do, an error too: the server is there.
            return !iq.IsRequest && iq.Id == PingId ? Do() : Do(new ClientOutput.Deliver(Addressed(skipped is null ? iq : iq.WithoutContent(skipped))));
        }

        return problem is not null && Iq.Refusal(element, skipped ?? problem) is { } answer ? Send(answer, isAsked: false) : Do();
    }

    /// <summary>What a server delivers without <c>to</c> is for this client (RFC 6120 §8.1.1.1).</summary>
    private Iq Addressed(Iq iq) => iq.To is null ? iq with { To = Self } : iq;

    private Step<ClientSession, ClientOutput> Failed(XmlElement error)
    {
        var failure = StreamFailure.Read(error);
        var over = this with { Phase = ClientPhase.Over, Manager = null };
        return over.Do(new ClientOutput.Close(failure.Describe(Terms.Account.ToString()), failure.IsForGood)
        {
            Fault = failure.Fault,
            Redirect = failure.Elsewhere is { } elsewhere ? OtherHost.Read(elsewhere) : null,
        });
    }

    private Step<ClientSession, ClientOutput> Over(string why, bool forGood, string? lastWords = null, LinkFault fault = LinkFault.Unreachable)
    {
        var over = this with { Phase = ClientPhase.Over, Manager = null };
        var close = new ClientOutput.Close(why, forGood) { Fault = fault };
        return lastWords is null ? over.Do(close) : over.Do(new ClientOutput.Send(lastWords), close);
    }

    private Step<ClientSession, ClientOutput> Do(params ImmutableArray<ClientOutput> outputs) => new(this, outputs);

    private sealed record EarlyStanza(XmlElement Element, StanzaError? Skipped);
}
