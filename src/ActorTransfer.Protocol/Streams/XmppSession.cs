using System.Collections.Immutable;
using ActorTransfer.Protocol.Bytestreams;
using ActorTransfer.Protocol.ProxyService;
using ActorTransfer.Protocol.Sasl;
using ActorTransfer.Protocol.Stanzas;
using ActorTransfer.Protocol.StreamManagement;
using ActorTransfer.Protocol.Xml;

namespace ActorTransfer.Protocol.Streams;

using SessionStep = Step<XmppSession, StreamOutput>;

/// <summary>
/// State of an XML stream to a server, one per connection: what clients and components have in common, which is STARTTLS (RFC 6120 §5),
/// stream management (XEP-0198), stanzas, errors and the end.
/// </summary>
internal abstract record XmppSession
{
    /// <summary>Maximum number of stanzas held during session establishment.</summary>
    private const int MaxEarly = 64;

    private protected XmppSession(SessionTerms terms, ResumableSession? resume) =>
        (Management, Self, Manager, IsTakenOver) = (terms.Management, resume?.Self, resume?.Manager, resume is { IsTakenOver: true });

    /// <summary>The current phase.</summary>
    public StreamPhase Phase { get; private protected init; }

    /// <summary>True once TLS protects the stream.</summary>
    public bool IsEncrypted { get; private protected init; }

    /// <summary>This side is authenticated.</summary>
    public bool IsAuthenticated { get; private protected init; }

    /// <summary>The server has sent a stream header: the port is XMPP.</summary>
    public bool IsGreeted { get; private init; }

    /// <summary>Local address, once known: a full JID, or the domain of a component.</summary>
    public Jid? Self { get; private protected init; }

    /// <summary>The authentication method used; null before.</summary>
    public string? Mechanism { get; private protected init; }

    /// <summary>The session that the next connection can resume; null when it ended with this one.</summary>
    public ResumableSession? Resumable => Manager is { MayResume: true } && Self is not null ? new ResumableSession(Self, Manager) : null;

    /// <summary>The session can be resumed over another connection.</summary>
    public bool MayResume => Manager is { MayResume: true };

    /// <summary>
    /// One more unacknowledged stanza would prevent resumption of the session: do not call <see cref="Say"/> until some are acknowledged.
    /// </summary>
    public bool IsFull => Phase == StreamPhase.Ready && Manager is { IsFull: true };

    /// <summary>The server responds to <see cref="Ping"/>; otherwise its silence means nothing.</summary>
    public abstract bool AwaitsPong { get; }

    private protected ImmutableArray<ChannelBinding> Bindings { get; init; } = [];

    private protected bool OffersManagement { get; init; }

    private protected StreamManager? Manager { get; init; }

    private ManagementTerms? Management { get; }

    private bool IsTakenOver { get; }

    /// <summary>See <see cref="Freeze"/>.</summary>
    private bool IsFrozen { get; init; }

    /// <summary>Stanzas received during session establishment, in order; they are handled when it is complete.</summary>
    private ImmutableQueue<EarlyStanza> Early { get; init; } = ImmutableQueue<EarlyStanza>.Empty;

    private int EarlyCount { get; init; }

    /// <summary>Default namespace of the stream.</summary>
    private protected abstract string Namespace { get; }

    /// <summary>Whose stream it is, for display.</summary>
    private protected abstract string DisplayName { get; }

    /// <summary>The stream header.</summary>
    private protected abstract string Header { get; }

    /// <summary>Sends a stanza; ignored unless the session is established.</summary>
    public SessionStep Say(XmlElement stanza) => Phase == StreamPhase.Ready ? Send(stanza, isAsked: true) : Do();

    /// <summary>Gives up resumption, because the server acknowledges no stanzas.</summary>
    public SessionStep GiveUpResumption() => (this with { Manager = Manager?.GiveUpResumption() }).Do();

    /// <summary>Requests acknowledgement of unacknowledged stanzas: for a timer.</summary>
    public SessionStep Remind() => Phase == StreamPhase.Ready && Manager is { } manager ? Manage(manager.Remind()) : Do();

    /// <summary>
    /// Handles no stanzas any more, so that those that still arrive are for the connection that resumes the session, and requests acknowledgement of those that
    /// were sent.
    /// </summary>
    public SessionStep Freeze() => (this with { IsFrozen = true }).Remind();

    /// <summary>Pings the server (XEP-0199), or sends white space to keep the connection open in NAT routers.</summary>
    /// <param name="id">Of the request; unguessable.</param>
    public abstract SessionStep Ping(string id);

    /// <summary>TLS was established after <see cref="StreamOutput.StartTls"/>.</summary>
    /// <param name="bindings">The channel bindings of the connection; may be empty.</param>
    public SessionStep Secured(ImmutableArray<ChannelBinding> bindings) => Phase == StreamPhase.TlsHandshake ? StartUnderTls(bindings) : Do();

    /// <summary>Handles an item of the server's stream.</summary>
    public SessionStep Next(XmlStreamItem item) => item switch
    {
        _ when Phase is StreamPhase.Over or StreamPhase.TlsHandshake => Do(),
        XmlStreamItem.Opened opened => (this with { IsGreeted = true }).Greeted(opened.Header),
        XmlStreamItem.Stanza { Element: { Namespace: Namespaces.Streams, Name: "error" } error } => Failed(StreamFailure.Read(error)),
        XmlStreamItem.Stanza { Element.Namespace: not Namespaces.StreamManagement } or XmlStreamItem.Skipped when IsFrozen => Do(),
        XmlStreamItem.Stanza { Element: var element } => Handle(element, skipped: null),
        XmlStreamItem.Skipped skipped when IsAuthenticated => Skipped(skipped),
        XmlStreamItem.Skipped skipped => Broken(StreamConditions.PolicyViolation, skipped.Detail),
        XmlStreamItem.Closed => Over("the server closed the stream", forGood: false, closing: XmlStreamWriter.Close),
        XmlStreamItem.Invalid invalid => Broken(invalid.StreamErrorCondition, invalid.Detail),
        _ => Do(),
    };

    /// <summary>Handles the server's stream header.</summary>
    private protected abstract SessionStep Greeted(XmlElement header);

    /// <summary>Handles the server's stream features.</summary>
    private protected abstract SessionStep Negotiate(XmlElement features);

    /// <summary>Handles elements specific to clients or components during session establishment.</summary>
    /// <param name="element">The received element.</param>
    /// <param name="next">The step; default if the element is of another kind.</param>
    private protected abstract bool Establishes(XmlElement element, out SessionStep next);

    /// <summary>Completes session establishment, except for <see cref="Ready"/>.</summary>
    private protected abstract SessionStep Settled();

    /// <summary>Completes the resumption of a session that another process had, see <see cref="Ready"/>.</summary>
    private protected virtual SessionStep TakenOver() => Ready(resumed: true);

    /// <summary>The previous session cannot be resumed.</summary>
    private protected abstract SessionStep NotResumed();

    /// <param name="element">A stanza of an established session, or its head.</param>
    /// <param name="skipped">Why its content was discarded; null = it is complete.</param>
    private protected abstract SessionStep Stanza(XmlElement element, StanzaError? skipped);

    /// <summary>Interprets a stream error of the server.</summary>
    private protected virtual StreamOutput.Close Interpret(StreamFailure failure) =>
        new(failure.Describe(DisplayName), failure.IsForGood) { Fault = failure.Fault };

    private protected SessionStep StartUnderTls(ImmutableArray<ChannelBinding> bindings) => (this with { IsEncrypted = true, Bindings = bindings }).Open();

    private protected SessionStep Open() =>
        (this with { Phase = StreamPhase.Header }).Do(new StreamOutput.RestartStream(), new StreamOutput.Send(Header));

    private protected SessionStep StartTls(XmlElement features, string server) => features.Child(Namespaces.Tls, "starttls") is null
        ? Over($"{server} offers no encryption on this port (no STARTTLS)", forGood: true, XmlStreamWriter.Close, LinkFault.StreamRefused)
        : (this with { Phase = StreamPhase.Proceed }).Do(new StreamOutput.Send(Write(new XmlElement(Namespaces.Tls, "starttls"))));

    /// <summary>Enables stream management if the server supports it.</summary>
    private protected SessionStep Manage() => OffersManagement && Management is { } management
        ? (this with { Phase = StreamPhase.Manage }).Manage(StreamManager.Begin(management.Capacity, management.Max))
        : Settled();

    /// <summary>Applies the outputs of stream management; its results continue session establishment.</summary>
    private protected SessionStep Manage(Step<StreamManager, StreamManagementOutput> step)
    {
        var next = (this with { Manager = step.State }).Do();
        foreach (var output in step.Outputs)
        {
            next = Append(next.Outputs, next.State.Apply(output));
        }

        return next;
    }

    /// <summary>The session is established: reports it, and handles the held stanzas. The server did not count those (XEP-0198 §4).</summary>
    private protected SessionStep Ready(bool resumed)
    {
        var established = this with { Phase = StreamPhase.Ready, Early = ImmutableQueue<EarlyStanza>.Empty, EarlyCount = 0 };
        var step = established.Do(new StreamOutput.Ready(Self!, resumed));
        foreach (var (element, skipped) in Early)
        {
            step = Append(step.Outputs, step.State.Stanza(element, skipped));
        }

        return step;
    }

    private protected SessionStep Send(XmlElement stanza, bool isAsked)
    {
        var send = new StreamOutput.Send(Write(stanza), isAsked);
        return Manager is { } manager ? Append([send], Manage(manager.Sent(stanza))) : Do(send);
    }

    private protected SessionStep Over(string why, bool forGood, string? closing = null, LinkFault fault = LinkFault.Unreachable)
    {
        var over = this with { Phase = StreamPhase.Over, Manager = null };
        var close = new StreamOutput.Close(why, forGood) { Fault = fault };
        return closing is null ? over.Do(close) : over.Do(new StreamOutput.Send(closing), close);
    }

    /// <param name="stanza">A message or presence.</param>
    private protected SessionStep Deliver(XmlElement stanza) =>
        Do(stanza.Name == "message" ? new StreamOutput.DeliverMessage(stanza) : new StreamOutput.DeliverPresence(stanza));

    private protected string Write(XmlElement stanza) => XmlStreamWriter.StanzaText(stanza, Namespace);

    private protected SessionStep Do(params ImmutableArray<StreamOutput> outputs) => new(this, outputs);

    private protected static SessionStep Append(ImmutableArray<StreamOutput> before, SessionStep step) => step with { Outputs = [.. before, .. step.Outputs] };

    private SessionStep Skipped(XmlStreamItem.Skipped skipped) => Append([new StreamOutput.Skipped(skipped)], Handle(skipped.Head, StanzaError.Of(skipped)));

    /// <param name="element">The received element, or its head.</param>
    /// <param name="skipped">Why its content was discarded; null = it is complete.</param>
    private SessionStep Handle(XmlElement element, StanzaError? skipped) => (Phase, element) switch
    {
        (StreamPhase.Features, { Namespace: Namespaces.Streams, Name: "features" }) => Negotiate(element),
        (StreamPhase.Proceed, { Namespace: Namespaces.Tls, Name: "proceed" }) =>
            (this with { Phase = StreamPhase.TlsHandshake }).Do(new StreamOutput.StartTls()),
        (StreamPhase.Proceed, { Namespace: Namespaces.Tls, Name: "failure" }) => Over("the server refused to start TLS", forGood: false),
        (StreamPhase.Resume or StreamPhase.Manage, { Namespace: Namespaces.StreamManagement }) => Manage(Manager!.Next(element)),
        (StreamPhase.Ready, _) when Manager is { } manager => Managed(manager.Next(element), element, skipped),
        (StreamPhase.Ready, _) => Stanza(element, skipped),
        _ when Establishes(element, out var next) => next,
        _ when IsAuthenticated && element.Namespace == Namespace && element.Name is "iq" or "message" => Hold(element, skipped),
        _ => Do(),
    };

    private SessionStep Managed(Step<StreamManager, StreamManagementOutput> step, XmlElement element, StanzaError? skipped) =>
        element.Namespace == Namespaces.StreamManagement ? Manage(step) : (this with { Manager = step.State }).Stanza(element, skipped);

    private SessionStep Apply(StreamManagementOutput output) => output switch
    {
        StreamManagementOutput.Send send => Do(new StreamOutput.Send(Write(send.Element))),
        StreamManagementOutput.Resumed { Resend: var resend } =>
            Append([.. resend.Select(stanza => new StreamOutput.Send(Write(stanza)))], IsTakenOver ? TakenOver() : Ready(resumed: true)),
        StreamManagementOutput.Failed when Phase == StreamPhase.Resume => NotResumed(),
        StreamManagementOutput.Failed when Phase == StreamPhase.Manage => (this with { Manager = null }).Settled(),
        StreamManagementOutput.Enabled => Settled(),
        StreamManagementOutput.Close close => Over(close.Reason, forGood: false, Write(close.Error) + XmlStreamWriter.Close),
        _ => Do(),
    };

    /// <summary>Peers can send requests as soon as the server has bound the address, which is before the session is established.</summary>
    private SessionStep Hold(XmlElement element, StanzaError? skipped)
    {
        if (EarlyCount < MaxEarly)
        {
            return (this with { Early = Early.Enqueue(new EarlyStanza(element, skipped)), EarlyCount = EarlyCount + 1 }).Do();
        }

        // Nothing can be sent before resource binding, nor while a resumption is pending.
        return Phase is StreamPhase.Session or StreamPhase.Manage && Iq.Refusal(element, StanzaError.ResourceConstraint) is { } answer
            ? Send(answer, isAsked: false)
            : Do();
    }

    private SessionStep Failed(StreamFailure failure) => (this with { Phase = StreamPhase.Over, Manager = null }).Do(
        Interpret(failure) with { Redirect = failure.Elsewhere is { } elsewhere ? OtherHost.Read(elsewhere) : null });

    private SessionStep Broken(string condition, string detail) => Over(
        $"the server sent {condition}: {detail}", forGood: false, Write(XmlStreamWriter.StreamError(condition, null)) + XmlStreamWriter.Close);

    private sealed record EarlyStanza(XmlElement Element, StanzaError? Skipped);
}
