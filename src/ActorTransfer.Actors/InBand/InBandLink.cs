using System.Net;
using ActorTransfer.Extensibility;
using ActorTransfer.Protocol.Ibb;
using Akka;
using Akka.Actor;
using Akka.Streams.Dsl;

namespace ActorTransfer.Actors.InBand;

/// <summary>
/// One end of an open in-band bytestream as a link. Its actor handles the stanzas; the link holds the state that both actor
/// and stream need at any moment: whether it is closed, and why.
/// </summary>
internal abstract class InBandLink : IByteLink
{
    private readonly CancellationTokenSource _closing = new();
    private ByteLinkException? _fault;
    private int _closed;
    private int _detached;

    protected InBandLink(IActorRef actor)
    {
        Actor = actor;
        Closed = _closing.Token;
    }

    /// <inheritdoc/>
    public EndPoint? RemoteEndPoint => null;

    /// <inheritdoc/>
    public abstract Source<Chunk, NotUsed> Incoming { get; }

    /// <inheritdoc/>
    public abstract Sink<Chunk, Task<long>> Outgoing { get; }

    internal IActorRef Actor { get; }

    /// <summary>Fires when the link is closed; running streams fail then with <see cref="ClosedFault"/>.</summary>
    internal CancellationToken Closed { get; }

    /// <inheritdoc/>
    public abstract Sink<Chunk, Task<SentBytes>> OutgoingWatched(TimeSpan linger);

    /// <inheritdoc/>
    public abstract Task<bool> ClosedBeforeDataAsync(CancellationToken ct);

    /// <inheritdoc/>
    public void Abort() => Dispose();

    /// <summary>Closes the stream; the peer is notified unless it is closed already.</summary>
    public void Dispose()
    {
        Break(new ByteLinkException(ByteLinkFault.LocalFailure, "The link was closed while bytes moved over it."));
        Tell(Disposed.Instance);
    }

    /// <summary>Fails the streams of the link. The first reason counts.</summary>
    internal virtual void Break(ByteLinkException fault)
    {
        if (Interlocked.Exchange(ref _closed, 1) == 0)
        {
            _fault = fault;
            _closing.Cancel();
            _closing.Dispose();
        }
    }

    /// <summary>The fault of a link whose bytestream failed.</summary>
    internal static ByteLinkException FaultOf(IbbFault fault, string reason) => new(
        fault switch
        {
            IbbFault.PeerClosed => ByteLinkFault.PeerClosedEarly,
            IbbFault.PeerRefused or IbbFault.OutOfOrder => ByteLinkFault.PeerRefused,
            IbbFault.PeerStalled => ByteLinkFault.PeerStalled,
            IbbFault.LinkLost => ByteLinkFault.CarrierLost,
            _ => ByteLinkFault.LocalFailure,
        },
        reason);

    internal ByteLinkException ClosedFault() => new(_fault!.Fault, _fault.Message);

    /// <summary>The actor stops: messages are no longer delivered.</summary>
    internal void Detach(ByteLinkException fault)
    {
        Volatile.Write(ref _detached, 1);
        Break(fault);
    }

    /// <summary>Sends to the actor while it is running.</summary>
    internal void Tell(object message)
    {
        if (Volatile.Read(ref _detached) == 0)
        {
            Actor.Tell(message, ActorRefs.NoSender);
        }
    }

    /// <summary>To the actor: the owner has disposed the link.</summary>
    internal sealed record Disposed
    {
        public static Disposed Instance { get; } = new();
    }
}
