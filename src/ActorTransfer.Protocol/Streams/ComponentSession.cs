using System.Collections.Immutable;
using ActorTransfer.Protocol.ProxyService;
using ActorTransfer.Protocol.Sasl;
using ActorTransfer.Protocol.Stanzas;
using ActorTransfer.Protocol.StreamManagement;
using ActorTransfer.Protocol.Xml;

namespace ActorTransfer.Protocol.Streams;

using SessionStep = Step<XmppSession, StreamOutput>;

/// <summary>State of a component's stream (XEP-0114). With <see cref="ComponentTerms.StartTls"/>, features precede the handshake.</summary>
internal sealed record ComponentSession : XmppSession
{
    private ComponentSession(ComponentTerms terms, ResumableSession? resume)
        : base(terms, resume) => Terms = terms;

    /// <summary>As whom.</summary>
    public ComponentTerms Terms { get; private init; }

    /// <summary>A component does not know its server's own address.</summary>
    public override bool AwaitsPong => false;

    private protected override string Namespace => Namespaces.Component;

    private protected override string DisplayName => Terms.Name.ToString();

    private protected override string Header => XmlStreamWriter.Open(Terms.Name.Domain, Namespaces.Component, version: RequestsFeatures ? "1.0" : null);

    private bool RequestsFeatures { get; init; }

    /// <summary>The id in the server's header, an input of the handshake.</summary>
    private string StreamId { get; init; } = "";

    /// <summary>Opens the stream on a new connection.</summary>
    /// <param name="terms">The component and settings.</param>
    /// <param name="tls">Not null when the connection uses TLS already.</param>
    /// <param name="resume">The session to resume; null = a new one.</param>
    public static SessionStep Begin(ComponentTerms terms, ImmutableArray<ChannelBinding>? tls = null, ResumableSession? resume = null)
    {
        ArgumentNullException.ThrowIfNull(terms);
        var session = new ComponentSession(terms, resume) { RequestsFeatures = terms.StartTls && tls is null };
        return tls is { } bindings ? session.StartUnderTls(bindings) : session.Open();
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Terms}, {Phase}";

    /// <inheritdoc/>
    public override SessionStep Ping(string id) => Phase == StreamPhase.Ready ? Do(new StreamOutput.Send(" ")) : Do();

    /// <summary>Prosody sends an unknown component a header without an id, then the stream error.</summary>
    private protected override SessionStep Greeted(XmlElement header)
    {
        var greeted = this with { StreamId = header["id"] ?? "" };
        return RequestsFeatures ? (greeted with { Phase = StreamPhase.Features }).Do()
            : greeted.StreamId.Length == 0 ? greeted.Do()
            : greeted.SendHandshake();
    }

    private protected override SessionStep Negotiate(XmlElement features) => IsEncrypted
        ? (this with { OffersManagement = StreamManager.IsOffered(features) }).SendHandshake()
        : StartTls(features, "the server");

    private protected override bool Establishes(XmlElement element, out SessionStep next)
    {
        var isHandled = Phase == StreamPhase.Handshake && element is { Namespace: Namespaces.Component, Name: "handshake" };
        next = isHandled ? (this with { IsAuthenticated = true, Mechanism = "handshake" }).Admitted() : default;
        return isHandled;
    }

    private protected override SessionStep Settled() => (this with { Self = Terms.Name }).Ready(resumed: false);

    private protected override SessionStep NotResumed() => (this with { Manager = null }).Manage();

    /// <summary>A server that has not yet noticed the loss of the previous connection returns conflict; later attempts succeed.</summary>
    private protected override StreamOutput.Close Interpret(StreamFailure failure) => failure.Condition switch
    {
        "not-authorized" => new("the server refused the secret (not-authorized)", ForGood: true) { Fault = LinkFault.LoginRefused },
        "host-unknown" => new($"the server does not know a component {Terms.Name} (host-unknown)", ForGood: true) { Fault = failure.Fault },
        "conflict" => new($"another component is connected as {Terms.Name} (conflict)", ForGood: false) { Fault = failure.Fault },
        _ => base.Interpret(failure),
    };

    private protected override SessionStep Stanza(XmlElement element, StanzaError? skipped)
    {
        if (element.Name != "iq")
        {
            return element.Name is "message" or "presence" && skipped is null ? Deliver(element) : Do();
        }

        if (element["from"] is null)
        {
            // Servers close the stream of a component that responds without an address.
            return Do();
        }

        if (Iq.TryRead(element, out var iq, out var problem))
        {
            return Do(new StreamOutput.Deliver(skipped is null ? iq : iq.WithoutContent(skipped)));
        }

        return problem is not null && Iq.Refusal(element, skipped ?? problem) is { } answer
            ? Send(answer["from"] is null ? answer.With("from", Terms.Name.Domain) : answer, isAsked: false)
            : Do();
    }

    private SessionStep SendHandshake() => (this with { Phase = StreamPhase.Handshake }).Do(
        new StreamOutput.Send(Write(ComponentHandshake.Element(ComponentHandshake.Digest(StreamId, Terms.Secret)))));

    private SessionStep Admitted() => OffersManagement && Manager is { MayResume: true } manager
        ? (this with { Phase = StreamPhase.Resume }).Manage(manager.Resume())
        : Manage();
}
