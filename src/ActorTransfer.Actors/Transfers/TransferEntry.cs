using System.Diagnostics;
using ActorTransfer.Actors.Connections;
using ActorTransfer.Actors.Instrumentation;
using ActorTransfer.Actors.Logging;
using Akka.Actor;

namespace ActorTransfer.Actors.Transfers;

/// <summary>What <see cref="TransfersActor"/> knows about a transfer that has not ended.</summary>
/// <param name="id">Id of the transfer.</param>
/// <param name="key">Its session.</param>
/// <param name="account">Name of the account that it uses.</param>
/// <param name="observer">Receives the events; <see cref="ActorRefs.Nobody"/> until the application accepts an offer.</param>
/// <param name="prepare">Prepares its actor when it begins.</param>
internal sealed class TransferEntry(TransferId id, SessionKey key, string account, IActorRef observer, Func<TransferEntry, Props> prepare)
{
    private Func<TransferEntry, Props>? _prepare = prepare;
    private LogScope? _scope;

    public TransferId Id { get; } = id;

    public SessionKey Key
    {
        get;
        set => (field, _scope) = (value, null);
    } = key;

    /// <summary>The sid of the in-band bytestream, if it is not that of the session.</summary>
    public SessionKey? Transport { get; set; }

    /// <summary>The sid of the first transport of a Jingle session; null: it has none.</summary>
    public string? TransportId { get; set; }

    public string Account { get; } = account;

    public required FileDescription File { get; init; }

    /// <summary>The peer began it.</summary>
    public bool IsTarget => !Key.Outgoing;

    /// <summary>The peer requests the file.</summary>
    public bool IsRequest { get; init; }

    /// <summary>This side sends the file.</summary>
    public bool Sends => !IsTarget || IsRequest;

    public IActorRef Observer { get; set; } = observer;

    /// <summary><see cref="ActorRefs.Nobody"/> while it is queued.</summary>
    public IActorRef Actor { get; private set; } = ActorRefs.Nobody;

    public bool HasBegun => !Actor.IsNobody();

    /// <summary>Applies when it begins, too.</summary>
    public bool IsPaused { get; set; }

    public TransferState State { get; set; } = TransferState.Offer;

    public TransferOutcome? Outcome { get; set; }

    /// <summary>The method that was used last; known at the end.</summary>
    public StreamMethod? Method { get; set; }

    /// <summary>Null while it is queued.</summary>
    public TimeSpan? BeganAt { get; private set; }

    /// <summary>How many bytes have moved; null until it has ended.</summary>
    public long? Bytes { get; set; }

    /// <summary>Its span; null: it is not traced.</summary>
    public TransferTrace? Trace { get; set; }

    /// <summary>The peer's offer or request; null at the initiator.</summary>
    public PeerOffer? Offer { get; init; }

    /// <summary>The application has not decided on the offer.</summary>
    public bool IsPending => HasBegun && State == TransferState.Offer && Offer is { Phase: < OfferPhase.Accepted };

    /// <summary>Parent of the spans of its states; default: it is not traced.</summary>
    public ActivityContext TraceContext => Trace?.Context ?? default;

    /// <summary>Ties its lines in the log together.</summary>
    public LogScope Scope => _scope ??= new LogScope(Id, Key.SessionId, Account, Key.Peer);

    /// <summary>The file that this side sends; null at the target.</summary>
    public OutgoingOffer? Outgoing { get; init; }

    /// <summary>How it is offered; null: not known yet, or by a URL.</summary>
    public Signalling? Signalling => this switch
    {
        { Outgoing: { } outgoing } => IsUpload ? null : outgoing.Signalling,
        { Key.IsJingle: true } => ActorTransfer.Signalling.Jingle,
        { Offer.Request: not null } => ActorTransfer.Signalling.StreamInitiation,
        _ => null,
    };

    /// <summary>It is an HTTP upload.</summary>
    public bool IsUpload { get; set; }

    /// <summary>It was cancelled: no other actor takes the place of one that has stopped.</summary>
    public Transfer.Cancel? Cancelled { get; set; }

    /// <summary>Its identity is known, or has changed.</summary>
    public void Identify() => Trace?.Identify(Id, Account, Key.Peer, Key.SessionId);

    /// <summary>It begins. Value: its actor.</summary>
    public Props Begin(TimeSpan now)
    {
        BeganAt = now;
        Offer?.Begin();
        var props = _prepare!(this);
        _prepare = null;
        return props;
    }

    /// <summary>Creates its actor. The previous one, if any, has stopped.</summary>
    public void Start(IActorRefFactory parent, Props props)
    {
        Outcome = null;
        Actor = parent.ActorOf(props, Id.ToString());
    }
}
