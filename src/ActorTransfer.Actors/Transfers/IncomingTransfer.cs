using ActorTransfer.Extensibility;
using ActorTransfer.Protocol.FileTransfer;
using ActorTransfer.Protocol.Hashes;
using ActorTransfer.Transports.Files;
using ActorTransfer.Transports.Stages;
using Akka.Actor;

namespace ActorTransfer.Actors.Transfers;

/// <summary>The file of a receiving transfer of any signalling, from the application's acceptance to its end. Confined to the transfer's actor.</summary>
/// <param name="offer">The offered file.</param>
/// <param name="services">Settings, and the application's stage.</param>
/// <param name="shared">Runs the streams.</param>
internal sealed class IncomingTransfer(IncomingOffer offer, TransferServices services, SharedServices shared)
{
    private IIncomingContent? _content;
    private Transfer.Accept? _accept;
    private TaskCompletionSource? _mayPutInPlace;
    private Action<long>? _flow;

    /// <summary>The received part is kept when this side cancels.</summary>
    public bool KeepsPart { get; set; }

    /// <summary>The application has accepted the offer.</summary>
    public bool IsAccepted => _accept is not null;

    /// <summary>Stream methods that the application allows.</summary>
    public StreamMethods Methods => _accept!.Methods;

    /// <summary>As offered, until the source of the bytes tells its own; null = unknown.</summary>
    public long? Size { get; set; } = offer.Size;

    /// <summary>The first byte to request.</summary>
    public long Offset => _content?.Offset ?? 0;

    /// <summary>A quota limits a file of unknown size.</summary>
    public bool IsLimitedByQuota => _accept is { LimitedByQuota: true };

    /// <summary>Hashes of all bytes, once they have arrived; none if the destination is of the application's own kind.</summary>
    public FileHashes Hashes => (_content as Reception)?.Hashes ?? FileHashes.None;

    /// <summary>Most bytes that are received; null = any number.</summary>
    public long? MaxSize => _accept!.MaxSize;

    /// <summary>The application accepts the offer.</summary>
    public void Accept(Transfer.Accept accept) => (_accept, KeepsPart) = (accept, accept.KeepsPart);

    /// <summary>The file is created before the peer is answered: a full or forbidden folder then refuses the offer instead of failing the transfer.</summary>
    public Task<IIncomingContent> PrepareAsync(CancellationToken life) =>
        _accept!.Destination.PrepareAsync(offer with { MaxSize = MaxSize }, services.Settings.Files, life);

    /// <summary>The destination is ready.</summary>
    public void Use(IIncomingContent content) => _content = content;

    /// <summary>The sender sends nothing more.</summary>
    public void Conclude() => _content?.Conclude();

    /// <summary>Closes the file until it is prepared again. What was received remains.</summary>
    public void Close() => _content?.Dispose();

    /// <summary>How many bytes are to move. More than requested: the sender ignores ranges and sends the whole file.</summary>
    public long TotalFor(long moved)
    {
        if (Size is not { } size)
        {
            return moved;
        }

        var rest = size - Offset;
        return moved > rest ? size : rest;
    }

    /// <summary>Starts a stream into the file; <see cref="Arrived"/> is sent to the actor.</summary>
    /// <param name="link">Where the bytes come from.</param>
    /// <param name="control">Pauses the stream and limits its rate.</param>
    /// <param name="flow">Gets the bytes received so far.</param>
    /// <param name="context">Of the transfer.</param>
    /// <param name="life">The life of the transfer.</param>
    /// <param name="tailWait">How long to wait for the end of the stream after all bytes; null = <c>initiator.linger</c>.</param>
    public Task<FlowEnd> StartAsync(
        IByteLink link, FlowControl control, Action<long> flow, IActorContext context, CancellationToken life, TimeSpan? tailWait = null)
    {
        _flow = flow;
        var self = context.Self;
        async Task ArrivedAsync()
        {
            var arrived = new Arrived(new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously), flow);
            self.Tell(arrived, ActorRefs.NoSender);
            await arrived.MayPutInPlace.Task.WaitAsync(life).ConfigureAwait(false);
        }

        var staged = services.Stages is null ? null : new StagedTransfer(offer.Id, offer.Peer, offer.To, offer.File, Sends: false);
        var wait = tailWait ?? services.Settings.Initiator.Linger;
        return new ReceivingFlow(services, shared, control, wait).StartAsync(link, _content!, Size, MaxSize, staged, flow, ArrivedAsync, context);
    }

    /// <summary>False: it belongs to a byte flow that was replaced, which has its own file.</summary>
    public bool HasArrived(Arrived arrived)
    {
        if (arrived.Flow != _flow)
        {
            return false;
        }

        _mayPutInPlace = arrived.MayPutInPlace;
        return true;
    }

    /// <summary>The byte flow is replaced.</summary>
    public void ForgetFlow() => _flow = null;

    /// <summary>The file gets its name.</summary>
    public void PutInPlace() => _mayPutInPlace?.TrySetResult();

    /// <summary>
    /// A declined or rejected file leaves no partial file. The sender must not take an orderly close for the receipt of a file that is not kept here.
    /// </summary>
    /// <param name="outcome">Of the transfer.</param>
    /// <param name="link">The connection to the peer; null = none, or it is to a server.</param>
    public void End(TransferOutcome outcome, IByteLink? link)
    {
        if (outcome is TransferOutcome.Refused or TransferOutcome.Failed { Reason: FailureReason.Rejected or FailureReason.WrongHash }
            || (outcome is TransferOutcome.Cancelled { By: TransferSide.Local } && !KeepsPart))
        {
            _content?.Discard();
        }

        if (outcome is TransferOutcome.Failed { Side: TransferSide.Local } or TransferOutcome.Cancelled { By: TransferSide.Local }
            or TransferOutcome.Failed { Reason: FailureReason.WrongHash or FailureReason.WrongLength })
        {
            link?.Abort();
        }
    }

    /// <summary>All bytes were received. The file is put in place when this side confirms it, which it does not after its end.</summary>
    internal sealed record Arrived(TaskCompletionSource MayPutInPlace, Action<long> Flow);
}
