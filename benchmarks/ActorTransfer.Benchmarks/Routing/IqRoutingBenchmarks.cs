using ActorTransfer.Actors.Connections;
using ActorTransfer.Actors.Settings;
using ActorTransfer.Benchmarks.Runtime;
using ActorTransfer.Protocol;
using ActorTransfer.Protocol.Bytestreams;
using ActorTransfer.Protocol.Discovery;
using ActorTransfer.Protocol.Stanzas;
using Akka.Actor;
using Akka.Configuration;
using BenchmarkDotNet.Attributes;

namespace ActorTransfer.Benchmarks.Routing;

/// <summary>Routing of a request from the link through the connection to the handler of its namespace, and of the response back.</summary>
[MemoryDiagnoser]
public class IqRoutingBenchmarks
{
    private const int Requests = 20_000;
    private const int AtOnce = 64;
    private ActorSystem _system = null!;
    private IActorRef _link = null!;

    [GlobalSetup]
    public async Task SetupAsync()
    {
        _system = RuntimeThroughput.QuietSystem();
        TaskCompletionSource<IActorRef> link = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Props props = Props.Create(() => new Link(link));
        Connection.Definition definition = new("routing", props, new DiscoInfo([], []));
        ConnectionSettings settings = EngineSettings.Read(ConfigurationFactory.Empty).Connection;
        IActorRef connection = _system.ActorOf(ConnectionActor.Props(definition, settings));
        connection.Tell(new Connection.Serve(Namespaces.Bytestreams, _system.ActorOf(Props.Create(() => new Handler()))));
        _link = await link.Task;
    }

    [GlobalCleanup]
    public Task Cleanup() => _system.Terminate();

    [Benchmark(OperationsPerInvoke = Requests)]
    public Task Route() => _link.Ask<int>(Requests);

    /// <summary>Responds to requests without other work.</summary>
    private sealed class Handler : ReceiveActor
    {
        public Handler() => Receive<Connection.Requested>(requested => Sender.Tell(new Connection.Reply(requested.Request.Result())));
    }

    /// <summary>Delivers the next request after each response.</summary>
    private sealed class Link : ReceiveActor
    {
        private static readonly Jid s_self = Jid.Parse("relay.north.example");
        private static readonly Iq s_request = Iq.Get("a1", s_self, ProxyAddress.Query(), Jid.Parse("ada@north.example/desk"));
        private readonly TaskCompletionSource<IActorRef> _opened;
        private IActorRef _asker = ActorRefs.Nobody;
        private int _toSend;
        private int _underWay;

        public Link(TaskCompletionSource<IActorRef> opened)
        {
            _opened = opened;
            Receive<int>(Begin);
            Receive<StanzaLink.Write>(_ => Answered());
        }

        protected override void PreStart()
        {
            Context.Parent.Tell(new StanzaLink.Opened(s_self, InProcess: true));
            _opened.SetResult(Self);
        }

        private void Begin(int requests)
        {
            _asker = Sender;
            _toSend = requests;
            while (_underWay < AtOnce)
            {
                Send();
            }
        }

        private void Answered()
        {
            Sender.Tell(StanzaLink.Written.Instance);
            _underWay--;
            if (_toSend > 0)
            {
                Send();
            }
            else if (_underWay == 0)
            {
                _asker.Tell(Requests);
            }
        }

        private void Send()
        {
            _toSend--;
            _underWay++;
            Context.Parent.Tell(new StanzaLink.Received(s_request));
        }
    }
}
