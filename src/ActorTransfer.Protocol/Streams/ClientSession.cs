using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using ActorTransfer.Protocol.Bytestreams;
using ActorTransfer.Protocol.Sasl;
using ActorTransfer.Protocol.Stanzas;
using ActorTransfer.Protocol.StreamManagement;
using ActorTransfer.Protocol.Xml;

namespace ActorTransfer.Protocol.Streams;

using SessionStep = Step<XmppSession, StreamOutput>;

/// <summary>
/// State of a client's stream from its header to the established session (RFC 6120 §4 to §7). Features are received up to three times:
/// before TLS, before SASL, after SASL.
/// </summary>
[SuppressMessage("Naming", "CA1724", Justification = "The name of the state machine.")]
internal sealed record ClientSession : XmppSession
{
    private const string BindId = "bind";
    private const string SessionId = "session";

    private ClientSession(ClientTerms terms, string nonce, ResumableSession? resume)
        : base(terms, resume) => (Terms, Nonce, Resource) = (terms, nonce, terms.Account.Resource);

    /// <summary>As whom.</summary>
    public ClientTerms Terms { get; private init; }

    /// <inheritdoc/>
    public override bool AwaitsPong => true;

    private protected override string Namespace => Namespaces.Client;

    private protected override string DisplayName => Terms.Account.ToString();

    private protected override string Header => XmlStreamWriter.Open(Terms.Account.Domain, Namespaces.Client, version: "1.0");

    /// <summary>The resource to request; null = chosen by the server.</summary>
    private string? Resource { get; init; }

    private string Nonce { get; }

    private SaslExchange? Login { get; init; }

    private bool NeedsSession { get; init; }

    private string? PingId { get; init; }

    /// <summary>Opens the stream on a new connection.</summary>
    /// <param name="terms">The account and settings.</param>
    /// <param name="nonce">Unique to the connection and unguessable, for example from <see cref="StanzaIds.Random"/>.</param>
    /// <param name="tls">The channel bindings of a direct TLS connection; null: unencrypted.</param>
    /// <param name="resume">The session to resume; null = a new one.</param>
    public static SessionStep Begin(ClientTerms terms, string nonce, ImmutableArray<ChannelBinding>? tls = null, ResumableSession? resume = null)
    {
        ArgumentNullException.ThrowIfNull(terms);
        var session = new ClientSession(terms, nonce, resume);
        return tls is { } bindings ? session.StartUnderTls(bindings) : session.Open();
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Terms}, {Phase}";

    /// <inheritdoc/>
    public override SessionStep Ping(string id) => Phase != StreamPhase.Ready
        ? Do()
        : (this with { PingId = id }).Send(Iq.Get(id, Jid.Parse(Terms.Account.Domain), Discovery.Ping.Query).ToXml(), isAsked: false);

    private protected override SessionStep Greeted(XmlElement header) => (this with { Phase = StreamPhase.Features }).Do();

    private protected override SessionStep Negotiate(XmlElement features) =>
        IsAuthenticated ? Attach(features)
        : IsEncrypted || Terms.AllowPlaintext ? Authenticate(features)
        : StartTls(features, Terms.Account.Domain);

    private protected override bool Establishes(XmlElement element, out SessionStep next)
    {
        (var isHandled, next) = (Phase, element) switch
        {
            (StreamPhase.Sasl, { Namespace: Namespaces.Sasl }) => (true, Apply(this, Login!.Next(element))),
            (StreamPhase.Bind, _) when IsAnswer(element, BindId) => (true, Bound(element)),
            (StreamPhase.Session, _) when IsAnswer(element, SessionId) => (true, Established(element)),
            _ => (false, default),
        };
        return isHandled;
    }

    private protected override SessionStep Settled() => Announce(resumed: false);

    private protected override SessionStep TakenOver() => Announce(resumed: true);

    /// <summary>With a negative priority, chat messages to the bare JID are for the user's other clients (RFC 6121 §4.7.2.3).</summary>
    private SessionStep Announce(bool resumed)
    {
        var presence = new XmlElement(Namespaces.Client, "presence")
            .Add(new XmlElement(Namespaces.Client, "priority").AddText(Terms.ReceivesMessages ? "0" : "-1"))
            .Add(Terms.Capabilities);
        var (session, outputs) = (this with { Phase = StreamPhase.Ready }).Send(presence, isAsked: false);
        return Append(outputs, ((ClientSession)session).Ready(resumed));
    }

    private protected override SessionStep NotResumed() => Bind();

    private protected override SessionStep Stanza(XmlElement element, StanzaError? skipped)
    {
        if (element is { Name: "message" or "presence", Namespace: Namespaces.Client })
        {
            return skipped is null ? Deliver(element) : Do();
        }

        if (Iq.TryRead(element, out var iq, out var problem))
        {
            // Any response to a ping shows that the server is reachable, even an error.
            return !iq.IsRequest && iq.Id == PingId ? Do() : Do(new StreamOutput.Deliver(Addressed(skipped is null ? iq : iq.WithoutContent(skipped))));
        }

        return problem is not null && Iq.Refusal(element, skipped ?? problem) is { } answer ? Send(answer, isAsked: false) : Do();
    }

    private SessionStep Attach(XmlElement features)
    {
        var session = features.Child(Namespaces.Session, "session");
        var next = this with
        {
            NeedsSession = session is not null && session.Child("optional") is null,
            OffersManagement = StreamManager.IsOffered(features),
        };
        return next.OffersManagement && Manager is { MayResume: true } manager
            ? (next with { Phase = StreamPhase.Resume }).Manage(manager.Resume())
            : next.Bind();
    }

    private SessionStep Authenticate(XmlElement features)
    {
        var channel = new SaslChannel(IsEncrypted, Terms.AllowPlaintext, Bindings);
        return SaslOffer.Read(features) is { } offer
            ? Apply((this with { Phase = StreamPhase.Sasl }), SaslExchange.Begin(offer, Terms.Credentials, channel, Nonce))
            : Over(
                $"{Terms.Account.Domain} offers no login on this port{(IsEncrypted ? "" : " without encryption")}",
                forGood: true,
                XmlStreamWriter.Close,
                LinkFault.LoginRefused);
    }

    private SessionStep Apply(ClientSession session, Step<SaslExchange, SaslOutput> step)
    {
        session = session with { Login = step.State };
        return step.Outputs switch
        {
            [SaslOutput.Send send] => session.Do(new StreamOutput.Send(Write(send.Element))),
            [SaslOutput.Authenticated done] => (session with { IsAuthenticated = true, Mechanism = done.Mechanism, Login = null }).Open(),
            [SaslOutput.Failed failed] => session.Over(
                $"login of {session.Terms.Account.Bare} failed: {failed.Reason}", failed.ForGood, XmlStreamWriter.Close, LinkFault.LoginRefused),
            _ => session.Do(),
        };
    }

    private SessionStep Bind()
    {
        var bind = new XmlElement(Namespaces.Bind, "bind")
            .Add(Resource is null ? null : new XmlElement(Namespaces.Bind, "resource").AddText(Resource));
        return (this with { Phase = StreamPhase.Bind, Self = null, Manager = null }).Do(new StreamOutput.Send(Write(Iq.Set(BindId, null, bind).ToXml())));
    }

    private SessionStep Bound(XmlElement element)
    {
        if (!Iq.TryRead(element, out var answer, out _) || answer.IsRequest)
        {
            return Do();
        }

        if (answer.Error is { } error)
        {
            return Resource is not null && error.Condition is ErrorConditions.Conflict or ErrorConditions.BadRequest or ErrorConditions.NotAllowed
                ? (this with { Resource = null }).Bind()
                : Over($"the server refused to bind a resource: {error.Describe()}", forGood: false, XmlStreamWriter.Close);
        }

        if (!Jid.TryParse(answer.Payload?.Child(Namespaces.Bind, "jid")?.Text.Trim(), out var self) || !self.IsFull)
        {
            return Over("the server bound no full JID", forGood: false, XmlStreamWriter.Close);
        }

        var bound = this with { Self = self };
        return NeedsSession
            ? (bound with { Phase = StreamPhase.Session }).Do(
                new StreamOutput.Send(Write(Iq.Set(SessionId, null, new XmlElement(Namespaces.Session, "session")).ToXml())))
            : bound.Manage();
    }

    private SessionStep Established(XmlElement element) =>
        Iq.TryRead(element, out var answer, out _) && answer.Error is { } error
            ? Over($"the server refused to establish a session: {error.Describe()}", forGood: false, XmlStreamWriter.Close)
            : Manage();

    /// <summary>A response of the server itself: others can send to this client as soon as it is bound, and these ids are guessable.</summary>
    private bool IsAnswer(XmlElement element, string id) =>
        element is { Namespace: Namespaces.Client, Name: "iq" } && element["id"] == id && element["type"] is "result" or "error"
        && (Self is null || element["from"] is not { } sender || (Jid.TryParse(sender, out var from) && AnswerOrigin.IsOwnServer(from, Self)));

    /// <summary>A stanza without <c>to</c> is addressed to this client (RFC 6120 §8.1.1.1).</summary>
    private Iq Addressed(Iq iq) => iq.To is null ? iq with { To = Self } : iq;
}
