using System.Collections.Immutable;
using System.Diagnostics;
using ActorTransfer.Actors.Connections;
using ActorTransfer.Actors.Settings;
using ActorTransfer.Extensibility;
using ActorTransfer.Protocol.FileTransfer;
using ActorTransfer.Protocol.Stanzas;
using ActorTransfer.Transports.Sockets;
using Akka;
using Akka.Actor;
using Akka.Streams.Dsl;

namespace ActorTransfer.Actors.Transfers;

/// <summary>Messages to and from the transfers actor.</summary>
internal static class Transfer
{
    /// <summary>Transfers may use this account, too. There is no reply.</summary>
    internal sealed record OpenAccount(Account Account)
    {
        /// <summary>For its connection when the handlers are registered; null = nothing.</summary>
        public Connection.TakeOver? TakeOver { get; init; }
    }

    /// <summary>
    /// Allows no new transfers of an account: queued ones end, pending offers are refused unless it moves. The sender gets <see cref="AccountClosed"/> when the
    /// last has ended.
    /// </summary>
    /// <param name="Name">Name of the account.</param>
    /// <param name="Within">Transfers that have not ended by then are cancelled on both sides.</param>
    internal sealed record CloseAccount(string Name, TimeSpan Within);

    /// <summary>No transfer uses the account any more, and none can.</summary>
    internal sealed record AccountClosed(string Name);

    /// <summary>Sends a file. The sender gets <see cref="Started"/> or <see cref="NotStarted"/>, then the events of the transfer.</summary>
    /// <param name="Connection">Name of the connection to use.</param>
    /// <param name="From">Own full JID; null = the connection's own.</param>
    /// <param name="To">Full JID of the target, the domain of a component, or the bare JID of an account, of which a resource is chosen.</param>
    /// <param name="Content">What to send.</param>
    /// <param name="Observer">Receives the events.</param>
    public sealed record Send(string Connection, Jid? From, Jid To, IOutgoingContent Content, IActorRef Observer)
    {
        /// <summary>Allowed stream methods.</summary>
        public SendTerms Terms { get; init; } = new();

        /// <summary>The application's activity, the parent of the transfer's span; default: none.</summary>
        public ActivityContext Parent { get; init; }
    }

    /// <summary>Allowed stream methods of a sent file.</summary>
    /// <param name="Methods">The allowed methods.</param>
    public sealed record SendTerms(StreamMethods Methods = StreamMethods.All)
    {
        /// <summary>How it is offered; null = <c>initiator.signalling</c>.</summary>
        public Signalling? Signalling { get; init; }

        /// <summary>Proxies offered besides those of the server.</summary>
        public ImmutableArray<Jid> Proxies { get; init; } = [];

        /// <summary>An HTTP upload is encrypted (XEP-0454).</summary>
        public bool EncryptsUpload { get; init; }
    }

    /// <summary>The transfer has begun or is queued: then <see cref="Queued"/> follows.</summary>
    public sealed record Started(TransferId Id);

    /// <summary>The transfer cannot begin. <see cref="FailureReason.Overloaded"/>: a limit and its queue are full.</summary>
    public sealed record NotStarted(FailureReason Reason, string Detail);

    /// <summary>Subscribes to offers of peers: the subscriber gets <see cref="Offered"/>, earlier offers first. Without a subscriber offers wait
    /// (<c>target.offer</c>); when it has stopped, or with <c>target.enabled = off</c>, they are refused with <c>service-unavailable</c>.</summary>
    public sealed record SubscribeOffers(IActorRef Subscriber);

    /// <summary>To the transfers actor: the file can be offered to this peer by this signalling. The sender stops.</summary>
    internal sealed record Prepared(TransferId Id, Jid Peer, Signalling Signalling, PeerFeatures Features);

    /// <summary>To the transfers actor: the transfer continues under another session id.</summary>
    internal sealed record SessionChanged(TransferId Id, string SessionId);

    /// <summary>To the transfers actor: the in-band bytestream of a Jingle session has this sid.</summary>
    internal sealed record TransportChosen(TransferId Id, string TransportId);

    /// <summary>A peer offers a file. Answer with <see cref="Accept"/> or <see cref="Decline"/> before the offer times out.</summary>
    public sealed record Offered(TransferId Id, Jid Peer, Jid Self, FileDescription File);

    /// <summary>Accepts an offered file.</summary>
    /// <param name="Id">Id of the offer.</param>
    /// <param name="Destination">Where the file is stored.</param>
    /// <param name="Observer">Receives the events.</param>
    public sealed record Accept(TransferId Id, IIncomingDestination Destination, IActorRef Observer)
    {
        /// <summary>Stream methods that this side allows.</summary>
        public StreamMethods Methods { get; init; } = StreamMethods.All;

        /// <summary>When this side cancels, the received part is kept, as when the transfer fails.</summary>
        public bool KeepsPart { get; init; }

        /// <summary>Maximum number of bytes of a file whose size the peer did not announce; null = any number.</summary>
        public long? MaxSize { get; init; }

        /// <summary>A quota has set <see cref="MaxSize"/>.</summary>
        internal bool LimitedByQuota { get; init; }
    }

    /// <summary>Declines an offer.</summary>
    public sealed record Decline(TransferId Id, string? Reason)
    {
        /// <summary>It may be made again later: the peer gets <c>resource-constraint</c>, not <c>forbidden</c>.</summary>
        public bool ForNow { get; init; }

        /// <summary>This side goes offline: a Jingle peer gets <c>gone</c>, not <c>busy</c>.</summary>
        internal bool IsLeaving { get; init; }

        /// <summary>Gets <see cref="Declined"/>; null = none.</summary>
        public IActorRef? ReplyTo { get; init; }
    }

    /// <summary>The reply to <see cref="Decline"/>.</summary>
    /// <param name="Id">Id of the offer.</param>
    /// <param name="IsDone">True: the refusal was handed to the link. False: the offer had ended already.</param>
    public sealed record Declined(TransferId Id, bool IsDone);

    /// <summary>To the transfer: the peer has started something new under its session id, so it sends nothing more.</summary>
    internal sealed record Conclude(TransferId Id);

    /// <summary>To the subscriber: an offer ended before the decision: withdrawn, timed out, or its link is lost.</summary>
    public sealed record Withdrawn(TransferId Id);

    /// <summary>Ends a transfer, in any state.</summary>
    public sealed record Cancel(TransferId Id)
    {
        /// <summary>Why the engine does it; null if the application does.</summary>
        public string? Reason { get; init; }

        /// <summary>The received part is kept, as when the transfer fails.</summary>
        public bool KeepsPart { get; init; }
    }

    /// <summary>
    /// Stops the bytes of a transfer until <see cref="Resume"/>, in any state: those of one that does not stream yet do not start. It keeps its slot and its
    /// connection, and its own timers do not end it; those of the peer may.
    /// </summary>
    public sealed record Pause(TransferId Id)
    {
        /// <summary>Gets <see cref="Paused"/>; null = none.</summary>
        public IActorRef? ReplyTo { get; init; }
    }

    /// <summary>Continues a paused transfer.</summary>
    public sealed record Resume(TransferId Id)
    {
        /// <summary>Gets <see cref="Paused"/>; null = none.</summary>
        public IActorRef? ReplyTo { get; init; }
    }

    /// <summary>To the transfer: the rate limits of its bytes.</summary>
    internal sealed record Limit(ImmutableArray<TokenBucket> Buckets);

    /// <summary>Replaces limits, rates and timeouts, see <see cref="EngineSettings.Reloaded"/>.</summary>
    internal sealed record Reload(EngineSettings Settings);

    /// <summary>Allows no new transfers: queued ones end, pending offers are refused. The sender gets <see cref="Drained"/> when the last has ended.</summary>
    /// <param name="Within">Transfers that have not ended by then are cancelled on both sides; null = no limit.</param>
    public sealed record Drain(TimeSpan? Within = null)
    {
        /// <summary>The application stops: <see cref="EndDrain"/> has no effect any more.</summary>
        public bool IsFinal { get; init; }
    }

    /// <summary>No transfer is active; or, if <paramref name="IsInterrupted"/>, new ones are allowed again.</summary>
    public sealed record Drained(bool IsInterrupted = false);

    /// <summary>Allows new transfers again. The sender gets <see cref="Status"/>.</summary>
    internal sealed record EndDrain;

    /// <summary>The sender gets <see cref="Status"/>.</summary>
    internal sealed record GetStatus;

    /// <summary>The state of the transfers actor.</summary>
    /// <param name="Count">Transfers that have not ended: active, pending and queued.</param>
    /// <param name="IsDraining">No new ones are allowed.</param>
    internal sealed record Status(int Count, bool IsDraining)
    {
        /// <summary>Bytes that received files leave free on their disk; 0 = none.</summary>
        public long DiskReserve { get; init; }
    }

    /// <summary>The watcher gets <see cref="Changed"/> and <see cref="Ended"/> of all transfers.</summary>
    /// <param name="Watcher">Replaces the previous one; <see cref="ActorRefs.Nobody"/> = none.</param>
    public sealed record Watch(IActorRef Watcher);

    /// <summary>A transfer is in a new state, or queued or pending in its first.</summary>
    public sealed record Changed(TransferId Id, Jid Peer, bool IsIncoming, FileDescription File, TransferState State);

    /// <summary>The sender gets <see cref="Active"/>.</summary>
    public sealed record GetActive;

    /// <summary>Transfers that have not ended.</summary>
    public sealed record Active(ImmutableArray<TransferId> Ids);

    /// <summary>
    /// Events of a transfer, to its observer. Those of an active transfer come from its own actor; they come after <see cref="Started"/>, which is sent before
    /// that actor exists. An <see cref="Ended"/> comes last, exactly once: it is sent when that actor has stopped, so that none of its events can follow.
    /// </summary>
    public interface IEvent
    {
        /// <summary>Id of the transfer.</summary>
        TransferId Id { get; }
    }

    /// <summary>
    /// A transfer of this side is queued, because <paramref name="Limit"/> is reached or its account has no connection. It begins with
    /// <see cref="Entered"/>; can be cancelled; and ends as <see cref="FailureReason.Overloaded"/> when the limit applies for too long
    /// (<c>transfers.send-queue-timeout</c>), as <see cref="FailureReason.LinkLost"/> when the connection takes too long (<c>transfers.offline-timeout</c>) or
    /// the server refuses the account.
    /// </summary>
    public sealed record Queued(TransferId Id, AdmissionLimit Limit) : IEvent;

    /// <summary>The transfer was paused or continued, also before it streams.</summary>
    public sealed record Paused(TransferId Id, bool IsPaused) : IEvent;

    /// <summary>The transfer is in a new state.</summary>
    public sealed record Entered(TransferId Id, TransferState State, DateTimeOffset At, Jid Self) : IEvent;

    /// <summary>The file was sent to a bare JID: this is the resource that gets the offer.</summary>
    public sealed record ResourceFound(TransferId Id, Jid Peer) : IEvent;

    /// <summary>The file is offered by this signalling; sent again when a fallback changes it.</summary>
    public sealed record SignallingSelected(TransferId Id, Signalling Signalling) : IEvent;

    /// <summary>The stream method is chosen; sent again when a fallback changes it.</summary>
    /// <param name="Id">Id of the transfer.</param>
    /// <param name="Method">The method.</param>
    /// <param name="Host">Streamhost in use as host:port; null in-band.</param>
    public sealed record MethodSelected(TransferId Id, StreamMethod Method, string? Host) : IEvent;

    /// <summary>Bytes of <paramref name="Total"/> moved so far; equal to it when the size is not known.</summary>
    public sealed record Progressed(TransferId Id, long Bytes, long Total) : IEvent;

    /// <summary>The transfer has ended and has released everything.</summary>
    public sealed record Ended(TransferId Id, TransferOutcome Outcome) : IEvent
    {
        /// <summary>The method that was used last; null: none.</summary>
        public StreamMethod? Method { get; init; }

        /// <summary>To the transfers actor: how many bytes have moved.</summary>
        public long Bytes { get; init; }

        /// <summary>To the transfers actor: the peer has responded that it does not support this signalling. The offer was not shown to a user.</summary>
        internal bool IsUnsupported { get; init; }
    }
}
