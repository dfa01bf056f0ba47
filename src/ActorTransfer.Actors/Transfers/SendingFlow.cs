using ActorTransfer.Actors.Files;
using ActorTransfer.Actors.InBand;
using ActorTransfer.Extensibility;
using ActorTransfer.Protocol.FileTransfer;
using ActorTransfer.Transports.Files;
using ActorTransfer.Transports.Sockets;
using ActorTransfer.Transports.Stages;
using Akka;
using Akka.Actor;
using Akka.Streams.Dsl;

namespace ActorTransfer.Actors.Transfers;

/// <summary>Moves bytes of a content to a link.</summary>
/// <param name="content">What is sent.</param>
/// <param name="services">Settings, and the application's stage.</param>
/// <param name="shared">Runs the streams.</param>
/// <param name="control">Pauses the stream and limits its rate.</param>
/// <param name="life">Cancels what runs beside a stream; its owner disposes the link, which ends the stream.</param>
internal sealed class SendingFlow(IOutgoingContent content, TransferServices services, SharedServices shared, FlowControl control, CancellationToken life)
{
    /// <summary>In-band chunks are small, because all blocks of one are sent after a pause.</summary>
    private const int MaxInBandChunk = 32 * 1024;

    /// <summary>Gets the SHA-256 of the whole content when it is known, on any thread: before the last bytes are sent, if all are sent.</summary>
    public Action<string>? Hashed { get; init; }

    /// <summary>Starts a stream of bytes [offset, offset + length).</summary>
    /// <param name="link">Where they go.</param>
    /// <param name="offset">First byte.</param>
    /// <param name="length">Bytes to send.</param>
    /// <param name="staged">The transfer, if there is a policy for stages.</param>
    /// <param name="progress">Gets the bytes sent so far, on the thread of the stream.</param>
    /// <param name="context">Of the transfer: a graph with an application's stage ends with it.</param>
    public async Task<FlowEnd> StartAsync(
        IByteLink link, long offset, long length, StagedTransfer? staged, Action<long> progress, IActorContext context)
    {
        var stage = staged is null ? null : services.Stages!.StageOf(staged);
        var sent = link is SocketLink socket && content is IReadableRange readable && stage is null
            ? Run(readable, socket, offset, length, progress)
            : Build(link, offset, length, stage, progress, context);
        return await sent.ConfigureAwait(false);
    }

    private Task<FlowEnd> Run(IReadableRange readable, SocketLink link, long offset, long length, Action<long> progress)
    {
        var settings = services.Settings;
        var (isHashed, isWhole) = (settings.Files.ComputesDigest, OutgoingFlow.IsWhole(content, offset, length));
        var range = readable.Range(offset, length, settings.ChunkSize);
        var run = new SendingRun(range, link, settings.Initiator.Linger, settings.ProgressInterval, progress, control, hashes: isHashed && isWhole);
        shared.Run(run, isBulk: length >= settings.Bulk.From);
        return EndAsync(isHashed && !isWhole ? OutgoingFlow.HashOfWhole(content, life) : run.Hash.Task, run.Sent.Task);
    }

    private Task<FlowEnd> Build(
        IByteLink link, long offset, long length, Flow<Chunk, Chunk, NotUsed>? stage, Action<long> progress, IActorContext context)
    {
        var settings = services.Settings;
        var chunkSize = link is InBandLink ? Math.Min(settings.ChunkSize, MaxInBandChunk) : settings.ChunkSize;
        var source = OutgoingFlow.Create(content, offset, length, chunkSize, settings.Files.ComputesDigest, life);
        if (stage is not null)
        {
            source = source.Via(stage);
        }

        var (hash, sent) = source
            .Via(Flows.LengthLimit(length))
            .Via(Flows.Controlled(settings.ProgressInterval, TimeProvider.System, progress, control))
            .ToMaterialized(link.OutgoingWatched(settings.Initiator.Linger), Keep.Both)
            .Run(SharedServices.Own(context, settings.Bulk, isBulk: length >= settings.Bulk.From));
        return EndAsync(hash, sent);
    }

    private async Task ReportAsync(Task<string?> hash)
    {
        if (await hash.ConfigureAwait(false) is { } sha256)
        {
            Hashed?.Invoke(sha256);
        }
    }

    private async Task<FlowEnd> EndAsync(Task<string?> hash, Task<SentBytes> sent)
    {
        // The sink knows why the flow ended; the hash stage does not.
        await Task.WhenAll(sent, ReportAsync(hash)).ConfigureAwait(false);
        var (bytes, delivery) = await sent.ConfigureAwait(false);
        return new FlowEnd.Whole(bytes, await hash.ConfigureAwait(false)) { Delivery = delivery };
    }
}
