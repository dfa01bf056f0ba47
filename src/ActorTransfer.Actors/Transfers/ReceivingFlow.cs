using ActorTransfer.Extensibility;
using ActorTransfer.Protocol.FileTransfer;
using ActorTransfer.Transports.Files;
using ActorTransfer.Transports.Sockets;
using ActorTransfer.Transports.Stages;
using Akka;
using Akka.Actor;
using Akka.Streams.Dsl;

namespace ActorTransfer.Actors.Transfers;

/// <summary>Moves bytes of a link to a content.</summary>
/// <param name="services">Settings, and the application's stage.</param>
/// <param name="shared">Runs the streams.</param>
/// <param name="control">Pauses the stream and limits its rate.</param>
/// <param name="tailWait">How long to wait for the end of a stream after all bytes.</param>
internal sealed class ReceivingFlow(TransferServices services, SharedServices shared, FlowControl control, TimeSpan tailWait)
{
    /// <summary>Starts a stream; its owner disposes the link, which ends it.</summary>
    /// <param name="link">Where the bytes come from.</param>
    /// <param name="content">Where they go.</param>
    /// <param name="length">Expected bytes; null = unknown.</param>
    /// <param name="most">Maximum bytes if they are unknown; null = any number.</param>
    /// <param name="staged">The transfer, if there is a policy for stages.</param>
    /// <param name="progress">Gets the bytes received so far, on the thread of the stream.</param>
    /// <param name="arrived">See <see cref="IIncomingContent.Sink"/>.</param>
    /// <param name="context">Of the transfer: a graph with an application's stage ends with it.</param>
    public async Task<FlowEnd> StartAsync(
        IByteLink link,
        IIncomingContent content,
        long? length,
        long? most,
        StagedTransfer? staged,
        Action<long> progress,
        Func<Task> arrived,
        IActorContext context)
    {
        var stage = staged is null ? null : services.Stages!.StageOf(staged);
        var isBulk = length is null || length >= services.Settings.Bulk.From;
        var received = link is SocketLink socket && content is Reception reception && stage is null
            ? Run(socket, reception, isBulk, progress, arrived)
            : Build(Limited(link, content, length, most), content.Sink(tailWait, stage, arrived), isBulk, progress, context);
        var file = await received.ConfigureAwait(false);
        return new FlowEnd.Whole(file.Bytes, file.Sha256, file.Path) { Delivery = Delivery.Verified };
    }

    private Task<ReceivedFile> Run(SocketLink link, Reception reception, bool isBulk, Action<long> progress, Func<Task> arrived)
    {
        var settings = services.Settings;
        reception.Arrived = arrived;
        var run = new ReceivingRun(link, reception, tailWait, settings.ProgressInterval, progress, control);
        shared.Run(run, isBulk);
        return run.Received.Task;
    }

    /// <summary>Content of the application's own kind need not count: nothing beyond the limits arrives at it.</summary>
    private static Source<Chunk, NotUsed> Limited(IByteLink link, IIncomingContent content, long? length, long? most) =>
        content is not Reception && (length ?? most) is { } limit ? link.Incoming.Via(Flows.AtMost(limit, isAnnounced: length is not null)) : link.Incoming;

    private Task<ReceivedFile> Build(
        Source<Chunk, NotUsed> incoming, Sink<Chunk, Task<ReceivedFile>> sink, bool isBulk, Action<long> progress, IActorContext context)
    {
        return incoming
            .Via(Flows.Controlled(services.Settings.ProgressInterval, TimeProvider.System, progress, control))
            .RunWith(sink, SharedServices.Own(context, services.Settings.Bulk, isBulk));
    }
}
