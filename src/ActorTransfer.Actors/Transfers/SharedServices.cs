using ActorTransfer.Actors.InBand;
using ActorTransfer.Actors.Instrumentation;
using ActorTransfer.Actors.Settings;
using ActorTransfer.Actors.Uploads;
using ActorTransfer.Transports.Stages;
using Akka.Actor;
using Akka.Streams;

namespace ActorTransfer.Actors.Transfers;

/// <summary>What all transfers of an engine share. It ends with the actor that created it.</summary>
/// <param name="Peers">Knows what peers support, see <see cref="Connections.Peers"/>.</param>
/// <param name="InBandMemory">Limits the memory of in-band receivers.</param>
/// <param name="Small">Run the byte streams of small files.</param>
/// <param name="Bulk">Runs those of large files, on their own threads if there are any.</param>
/// <param name="Metrics">Counts and measures transfers.</param>
/// <param name="Uploads">Knows the upload services of servers, see <see cref="Uploads.UploadServices"/>.</param>
internal sealed record SharedServices(
    IActorRef Peers, InBandMemory InBandMemory, GraphHosts Small, IMaterializer Bulk, TransferMetrics Metrics, IActorRef Uploads)
{
    public static SharedServices Create(IActorContext parent, TransferServices services)
    {
        var settings = services.Settings;
        var metrics = EngineMetrics.Of(parent.System);
        var small = new GraphHosts(Own(parent, settings.Bulk, isBulk: false));
        var bulk = Own(parent, settings.Bulk, isBulk: true);
        var uploads = parent.ActorOf(UploadServicesActor.Props(settings, services.Allows), "upload-services");
        return new SharedServices(parent.Self, new InBandMemory(settings.InBand.ReceiveMemory, metrics.InBand), small, bulk, metrics.Transfers, uploads);
    }

    /// <summary>
    /// Events of a bulk stream in a row before others get the thread, about five chunks. With Akka's 1000 senders run ahead of their receivers, and the
    /// bytes between them lie in the kernel, beyond any cache.
    /// </summary>
    private const int EventsInRow = 32;

    /// <summary>Runs streams that end with an actor.</summary>
    /// <param name="context">The actor.</param>
    /// <param name="bulk">The threads of large files.</param>
    /// <param name="isBulk">Whether the files are large.</param>
    public static IMaterializer Own(IActorContext context, BulkSettings bulk, bool isBulk) =>
        isBulk && context.System.Dispatchers.HasDispatcher(bulk.Dispatcher)
        ? ActorMaterializer.Create(context, ActorMaterializerSettings.Create(context.System).WithDispatcher(bulk.Dispatcher).WithSyncProcessingLimit(EventsInRow))
        : context.Materializer();

    /// <summary>Starts a stream that ends by itself or with its link.</summary>
    /// <param name="run">The stream.</param>
    /// <param name="isBulk">Whether the file is large.</param>
    public void Run(IGraphRun run, bool isBulk)
    {
        if (isBulk)
        {
            GraphHosts.Run(run, Bulk);
        }
        else
        {
            Small.Run(run);
        }
    }
}
