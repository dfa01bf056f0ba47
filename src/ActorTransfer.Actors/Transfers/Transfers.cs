using System.Collections.Immutable;
using ActorTransfer.Extensibility;
using ActorTransfer.Protocol.FileTransfer;
using ActorTransfer.Protocol.Stanzas;
using Akka;
using Akka.Actor;
using Akka.Streams.Dsl;

namespace ActorTransfer.Actors.Transfers;

/// <summary>All that can be said to the actor above the transfers, and what it says.</summary>
internal static class Transfers
{
    /// <summary>Sends a file. The sender gets <see cref="Started"/> or <see cref="NotStarted"/>, then the events of the transfer.</summary>
    /// <param name="Connection">Name of the connection to use.</param>
    /// <param name="From">Own full JID; null = the connection's own.</param>
    /// <param name="To">Full JID of the target, or the domain of a component.</param>
    /// <param name="Content">What to send.</param>
    /// <param name="Observer">Who gets the events.</param>
    /// <param name="Tag">Comes back in the answer.</param>
    public sealed record Send(string Connection, Jid? From, Jid To, IOutgoingContent Content, IActorRef Observer, object? Tag = null)
    {
        /// <summary>How the bytes may travel.</summary>
        public SendTerms Terms { get; init; } = new();
    }

    /// <summary>How the bytes of a sent file may travel.</summary>
    /// <param name="Methods">The allowed methods.</param>
    public sealed record SendTerms(StreamMethods Methods = StreamMethods.All)
    {
        /// <summary>Proxies that are offered besides those that the server names.</summary>
        public ImmutableArray<Jid> Proxies { get; init; } = [];
    }

    /// <summary>The transfer has begun, or waits until it may: then <see cref="Queued"/> follows.</summary>
    public sealed record Started(TransferId Id, object? Tag);

    /// <summary>The transfer cannot begin. <see cref="FailureReason.Overloaded"/>: a limit is reached, and as many wait for it as may.</summary>
    public sealed record NotStarted(FailureReason Reason, string Detail, object? Tag);

    /// <summary>From now on offers of peers go to the subscriber as <see cref="Offered"/>, those that came before first. Until there is one they wait
    /// (<c>target.offer</c>); when it is gone, or with <c>target.enabled = off</c>, they are refused with <c>service-unavailable</c>.</summary>
    public sealed record SubscribeOffers(IActorRef Subscriber);

    /// <summary>To the actor above: the transfer goes on under another session id.</summary>
    internal sealed record SessionChanged(TransferId Id, string SessionId);

    /// <summary>A peer offers a file. Answer with <see cref="Accept"/> or <see cref="Decline"/> before the offer times out.</summary>
    public sealed record Offered(TransferId Id, Jid Peer, Jid Self, FileDescription File);

    /// <summary>Takes an offered file.</summary>
    /// <param name="Id">Of the offer.</param>
    /// <param name="Destination">Where it goes.</param>
    /// <param name="Observer">Who gets the events.</param>
    public sealed record Accept(TransferId Id, IIncomingDestination Destination, IActorRef Observer)
    {
        /// <summary>StreamMethods that this side takes.</summary>
        public StreamMethods Methods { get; init; } = StreamMethods.All;

        /// <summary>When this side cancels, what has come is left for another time, as when the transfer breaks.</summary>
        public bool KeepsPart { get; init; }

        /// <summary>Bytes to take at most of a file whose size the peer did not say; null = any number.</summary>
        public long? MaxSize { get; init; }
    }

    /// <summary>Declines an offer.</summary>
    public sealed record Decline(TransferId Id, string? Reason)
    {
        /// <summary>It may be made again later: the peer gets <c>resource-constraint</c>, not <c>forbidden</c>.</summary>
        public bool ForNow { get; init; }

        /// <summary>Gets <see cref="Declined"/>; null = nobody.</summary>
        public IActorRef? ReplyTo { get; init; }
    }

    /// <summary>The answer to <see cref="Decline"/>.</summary>
    /// <param name="Id">Of the offer.</param>
    /// <param name="IsDone">True: the refusal was handed to the link. False: there was nothing to decline any more.</param>
    public sealed record Declined(TransferId Id, bool IsDone);

    /// <summary>To the transfer: the peer has begun something new under its session id, so it sends nothing more.</summary>
    internal sealed record Conclude(TransferId Id);

    /// <summary>To the subscriber: an offer is gone before it was decided on: taken back, timed out, or its link is lost.</summary>
    public sealed record Withdrawn(TransferId Id);

    /// <summary>Ends a transfer, whatever its state.</summary>
    public sealed record Cancel(TransferId Id);

    /// <summary>No new transfers from now on: what waits ends, pending offers are refused. The sender gets <see cref="Drained"/> when the last has ended.</summary>
    /// <param name="Within">Transfers that have not ended by then are cancelled on both sides; null = they have all the time that they need.</param>
    public sealed record Drain(TimeSpan? Within = null);

    /// <summary>Nothing runs any more.</summary>
    public sealed record Drained;

    /// <summary>The sender gets <see cref="Active"/>.</summary>
    public sealed record GetActive;

    /// <summary>Transfers that have not ended.</summary>
    public sealed record Active(ImmutableArray<TransferId> Ids);

    /// <summary>What observers of a transfer hear. An <see cref="Ended"/> comes last, exactly once.</summary>
    public interface IEvent
    {
        /// <summary>Which transfer.</summary>
        TransferId Id { get; }
    }

    /// <summary>
    /// A transfer of this side waits, because <paramref name="Limit"/> is reached or its account has no connection. It begins by itself, with
    /// <see cref="Entered"/>; can be cancelled; and ends as <see cref="FailureReason.Overloaded"/> when there is no room in time
    /// (<c>transfers.send-queue-timeout</c>), as <see cref="FailureReason.LinkLost"/> when there is no connection in time (<c>transfers.offline-timeout</c>) or
    /// the server refuses the account.
    /// </summary>
    public sealed record Queued(TransferId Id, AdmissionLimit Limit) : IEvent;

    /// <summary>The transfer is in a new state.</summary>
    public sealed record Entered(TransferId Id, TransferState State, DateTimeOffset At, Jid Self) : IEvent;

    /// <summary>The bytes will take this method; told again when a fallback changes it.</summary>
    /// <param name="Id">Which transfer.</param>
    /// <param name="Method">The method.</param>
    /// <param name="Host">Streamhost in use as host:port; null in-band.</param>
    public sealed record MethodSelected(TransferId Id, StreamMethod Method, string? Host) : IEvent;

    /// <summary>So many of <paramref name="Total"/> bytes have moved; as many as have, when the size is not known.</summary>
    public sealed record Progressed(TransferId Id, long Bytes, long Total) : IEvent;

    /// <summary>The transfer is over and has released everything.</summary>
    public sealed record Ended(TransferId Id, TransferOutcome Outcome) : IEvent;
}
