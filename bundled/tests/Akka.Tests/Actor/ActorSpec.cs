using System.Threading.Channels;
using Akka.Actor;
using Akka.Configuration;

namespace ActorTransfer.Bundled.Tests.Actor;

/// <summary>A quiet actor system for one test, and probes to listen with. Uses public API only, so that these specs run on Akka.NET as well.</summary>
public abstract class ActorSpec : IAsyncLifetime
{
    protected static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    protected ActorSpec(string config = "") =>
        System = ActorSystem.Create("spec", ConfigurationFactory.ParseString(config).WithFallback(ConfigurationFactory.ParseString("""
            akka.loglevel = "OFF"
            akka.stdout-loglevel = "OFF"
            akka.log-dead-letters = off
            akka.coordinated-shutdown.run-by-clr-shutdown-hook = off
            """)));

    protected ActorSystem System { get; }

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await System.Terminate().WaitAsync(Patience);

    protected Probe NewProbe() => new(System);

    /// <summary>Completes when everything told to the actor before has been handled.</summary>
    protected static Task Settled(IActorRef actor) => actor.Ask<ActorIdentity>(new Identify(null), Patience);

    protected sealed class Probe
    {
        private readonly Channel<(object Message, IActorRef Sender)> _received = Channel.CreateUnbounded<(object, IActorRef)>();

        public Probe(ActorSystem system) => Ref = system.ActorOf(Props.Create(() => new Listener(_received.Writer)));

        public IActorRef Ref { get; }

        public IActorRef LastSender { get; private set; } = ActorRefs.Nobody;

        public async Task<object> Next()
        {
            using var limit = new CancellationTokenSource(Patience);
            var (message, sender) = await _received.Reader.ReadAsync(limit.Token);
            LastSender = sender;
            return message;
        }

        public async Task<T> Expect<T>() => Assert.IsAssignableFrom<T>(await Next());

        public async Task Expect(params object[] messages)
        {
            foreach (var expected in messages)
                Assert.Equal(expected, await Next());
        }

        /// <summary>Watches from here on: what ends after this has completed is reported as having existed.</summary>
        public Task Watch(IActorRef subject)
        {
            Ref.Tell(new Listener.StartWatching(subject), ActorRefs.NoSender);
            return Settled(Ref);
        }

        private sealed class Listener : ReceiveActor
        {
            public Listener(ChannelWriter<(object Message, IActorRef Sender)> received)
            {
                Receive<StartWatching>(w => Context.Watch(w.Subject));
                ReceiveAny(m => received.TryWrite((m, Sender)));
            }

            public sealed record StartWatching(IActorRef Subject);
        }
    }
}

/// <summary>Handles messages with a function that a test passes in.</summary>
public sealed class Inline : UntypedActor
{
    private readonly Action<object, IUntypedActorContext> _handle;

    public Inline(Action<object, IUntypedActorContext> handle) => _handle = handle;

    public static Props Props(Action<object, IUntypedActorContext> handle) => Akka.Actor.Props.Create(() => new Inline(handle));

    protected override void OnReceive(object message) => _handle(message, Context);
}
