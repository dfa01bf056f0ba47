using System.Diagnostics;
using ActorTransfer.Actors.Connections;
using ActorTransfer.Actors.Transfers;
using ActorTransfer.Extensibility;
using ActorTransfer.Protocol;
using ActorTransfer.Protocol.Bytestreams;
using ActorTransfer.Protocol.Stanzas;
using ActorTransfer.Protocol.StreamInitiation;
using ActorTransfer.Testing;
using ActorTransfer.Testing.Links;
using ActorTransfer.Testing.Streams;
using Akka.Actor;
using Akka.Streams;
using Akka.TestKit;
using Msg = ActorTransfer.Actors.Transfers.Transfer;

namespace ActorTransfer.Actors.Tests;

/// <summary>The transfers actor with probes for the actors around it.</summary>
public abstract class TransferTest : ActorTest
{
    internal const string SessionId = "x1-9c2e";

    private readonly ConnectionRoutes _inBand;
    private long _sent;

    protected TransferTest(string hocon = "", bool honoursCancellation = true, bool logs = false)
    {
        Connection = CreateTestProbe("connection");
        _inBand = new ConnectionRoutes(Sys, Connection);
        Proxies = CreateTestProbe("proxies");
        Contacts = CreateTestProbe("contacts");
        StreamHost = CreateTestProbe("stream-host");
        Observer = CreateTestProbe("observer");
        Offers = CreateTestProbe("offers");
        Gate = CreateTestProbe("gate");
        Materializer = Sys.Materializer();
        Folder = Own(new TemporaryFolder()).Path;
        var services = new TransferServices(
            Settings("progress-interval = 1ms, initiator.signalling = si, " + hocon), new ControlledConnector(Gate.Ref, honoursCancellation), StreamHost.Ref, null);
        Sys.EventStream.SetLogLevel(logs ? Akka.Event.LogLevel.InfoLevel : Sys.EventStream.LogLevel);
        Above = Sys.ActorOf(TransfersActor.Props([new Account("north", Connection.Ref, Proxies.Ref, Contacts.Ref)], services), "transfers");
        (Near, Far) = NewLink();
    }

    protected TestProbe Connection { get; }

    protected TestProbe Proxies { get; }

    protected TestProbe Contacts { get; }

    protected TestProbe StreamHost { get; }

    protected TestProbe Observer { get; }

    protected TestProbe Offers { get; }

    /// <summary>Receives the attempts to connect to streamhosts.</summary>
    protected TestProbe Gate { get; }

    /// <summary>The transfers actor.</summary>
    protected IActorRef Above { get; }

    protected IMaterializer Materializer { get; }

    /// <summary>The folder of received files.</summary>
    protected string Folder { get; }

    /// <summary>The engine's end of a link.</summary>
    internal WatchedLink Near { get; private set; }

    /// <summary>The peer's end of the link.</summary>
    internal MemoryLink Far { get; private set; }

    private protected static Answer Result(Protocol.Xml.XmlElement? payload = null) => new Answer.Result(payload);

    private protected static Answer Error(StanzaError error) => new Answer.Error(error);

    private protected static Answer Used(Jid jid) => Result(new StreamHostUsed(jid).ToXml(SessionId));

    /// <summary>Opens the connection after the transfers actor has registered with it.</summary>
    protected async Task UpAsync()
    {
        await Connection.ExpectMsgAsync<Connections.Connection.Serve>();
        await Connection.ExpectMsgAsync<Connections.Connection.Serve>();
        await Connection.ExpectMsgAsync<Connections.Connection.Serve>();
        await Connection.ExpectMsgAsync<Connections.Connection.Serve>();
        await Connection.ExpectMsgAsync<Connections.Connection.Subscribe>();
        Above.Tell(new Connections.Connection.Up("north", Ada), Connection.Ref);
    }

    /// <summary>A new pair of links; the engine's end reports when it is closed.</summary>
    internal (WatchedLink Near, MemoryLink Far) NewLink()
    {
        var (left, right) = MemoryLink.CreatePair();
        Own(left);
        return (new WatchedLink(left), Own(right));
    }

    protected Task<IActorRef> ActorOfAsync(TransferId id) => Sys.ActorSelection(Above.Path / $"{id}").ResolveOne(TimeSpan.FromSeconds(20));

    protected async Task EnteredAsync(TransferState state) =>
        await Observer.FishForMessageAsync<Msg.Entered>(entered => entered.State == state, hint: $"entered {state}");

    /// <summary>The outcome; fails when a message follows it.</summary>
    protected async Task<TransferOutcome> EndedAsync()
    {
        var ended = await Observer.FishForMessageAsync<Msg.Ended>(_ => true, hint: "ended");
        await ExpectNoMessageAsync(Observer, Above);
        Above.Tell(new Msg.GetActive(), TestActor);
        Assert.DoesNotContain(ended.Id, (await ExpectMsgAsync<Msg.Active>()).Ids);
        return ended.Outcome;
    }

    /// <summary>The engine's response to a request of the peer.</summary>
    private protected async Task<Iq> ReplyAsync() => (await Connection.ExpectMsgAsync<Connections.Connection.Reply>()).Answer;

    /// <summary>Number of bytes that the peer's end receives until it completes.</summary>
    protected Task<long> ReceiveAllAsync() => Far.Incoming.RunAggregate(0L, Count, Materializer);

    private protected static Iq OfferOf(Jid peer, string sessionId, long size = 1000, string name = "img0545.png", params string[] methods) =>
        Iq.Set($"offer-{sessionId}", Ada,
            new SiOffer(sessionId, new FileDescription(name, size), methods.Length == 0 ? [Namespaces.Bytestreams] : methods).ToXml(), peer);

    private protected static Iq StreamhostsOf(string id, params StreamHost[] hosts) =>
        Iq.Set(id, Ada, new StreamHostOffer(SessionId, hosts.Length == 0 ? [RelayHost] : hosts).ToXml(), Bo);

    private protected void Ask(Iq request)
    {
        var requested = new Connections.Connection.Requested(request);
        if (!_inBand.TryDeliver(requested))
        {
            Above.Tell(requested, Connection.Ref);
        }
    }

    /// <summary>Sends single bytes until the observer gets a progress report and the transfer has handled it; reports have a minimum interval.</summary>
    private protected async Task SendBytesAsync(SourceScript script, Func<IActorRef> transfer)
    {
        var before = _sent;
        while (true)
        {
            await PassAsync(TimeSpan.FromMilliseconds(2));
            script.Send([1]);
            _sent++;
            await PassAsync(TimeSpan.FromMilliseconds(100), () => Observer.HasMessages);
            while (Observer.HasMessages)
            {
                if (await Observer.ReceiveOneAsync() is Msg.Progressed moved && moved.Bytes > before)
                {
                    await StillRunsAsync(transfer());
                    return;
                }
            }
        }
    }

    /// <summary>Waits in real time, because the progress stage does not use the scheduler's clock.</summary>
    private Task PassAsync(TimeSpan time, Func<bool>? unless = null)
    {
        var start = Stopwatch.GetTimestamp();
        return EventuallyAsync(() => Stopwatch.GetElapsedTime(start) > time || unless?.Invoke() == true, "the time does not pass");
    }

    private static long Count(long sum, Chunk chunk)
    {
        var length = chunk.Length;
        chunk.Dispose();
        return sum + length;
    }
}
