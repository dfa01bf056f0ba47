using ActorTransfer.Actors.Connections;
using ActorTransfer.Actors.InBand;
using ActorTransfer.Actors.Settings;
using ActorTransfer.Extensibility;
using ActorTransfer.Protocol.Ibb;
using ActorTransfer.Protocol.Stanzas;
using Akka.Actor;
using Akka.Streams;
using Akka.TestKit;

namespace ActorTransfer.Actors.Tests.InBand;

/// <summary>An in-band actor with a probe as its parent and one as its connection.</summary>
public abstract class InBandTest : ActorTest
{
    internal const string SessionId = "x1-9c2e";

    protected InBandTest()
    {
        Wire = CreateTestProbe("connection");
        Wire.IgnoreMessages(message => message is Connection.ServeInBand);
        Parent = CreateTestProbe("parent");
        Peers = CreateTestProbe("peers");
        Materializer = Sys.Materializer();
    }

    /// <summary>The connection.</summary>
    protected TestProbe Wire { get; }

    protected TestProbe Parent { get; }

    /// <summary>Knows whether peers keep the order of blocks.</summary>
    protected TestProbe Peers { get; }

    protected IMaterializer Materializer { get; }

    /// <summary>The actor under test.</summary>
    protected IActorRef Actor { get; private set; } = ActorRefs.Nobody;

    internal static InBandSettings InBandSettings(string hocon) => Settings("in-band { " + hocon + " }").InBand;

    private protected static async Task<ByteLinkException> FaultOf(Task task, ByteLinkFault expected)
    {
        var fault = await Assert.ThrowsAsync<ByteLinkException>(() => task.WaitAsync(TimeSpan.FromSeconds(20)));
        Assert.Equal(expected, fault.Fault);
        return fault;
    }

    protected static Task<T> Soon<T>(Task<T> task) => task.WaitAsync(TimeSpan.FromSeconds(20));

    /// <summary>Starts the actor below the parent.</summary>
    protected async Task StartAsync(Props props)
    {
        Sys.ActorOf(ParentActor.Props(props, Parent.Ref));
        Actor = Watch((await Parent.ExpectMsgAsync<ParentActor.ChildStarted>()).Child);
    }

    protected async Task<IByteLink> OpenedAsync() => Own((await Parent.ExpectMsgAsync<InBandBytestream.Opened>()).Link);

    private protected void Request(Iq request) => Actor.Tell(new Connection.Requested(request), Wire.Ref);

    private protected async Task<Iq> ReplyAsync() => (await Wire.ExpectMsgAsync<Connection.Reply>()).Answer;

    /// <summary>The actor closes the session without waiting for the response.</summary>
    protected async Task ClosedAsync()
    {
        var close = await ReplyAsync();
        Assert.Equal((IqType.Set, IbbClose.ToXml(SessionId)), (close.Type, close.Payload));
    }

    protected async Task StoppedAsync() => Assert.Equal(Actor, (await ExpectMsgAsync<Terminated>()).ActorRef);

    private sealed class ParentActor : ReceiveActor
    {
        private readonly Props _child;
        private readonly IActorRef _parent;

        public ParentActor(Props child, IActorRef parent)
        {
            _child = child;
            _parent = parent;
            ReceiveAny(message => parent.Tell(message));
        }

        public static Props Props(Props child, IActorRef parent) => Akka.Actor.Props.Create(() => new ParentActor(child, parent));

        protected override void PreStart() => _parent.Tell(new ChildStarted(Context.ActorOf(_child)));

        public sealed record ChildStarted(IActorRef Child);
    }
}
