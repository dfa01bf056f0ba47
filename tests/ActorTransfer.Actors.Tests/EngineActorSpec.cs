using ActorTransfer.Actors.Connections;
using ActorTransfer.Actors.Transfers;
using ActorTransfer.Protocol.Addressing;
using ActorTransfer.Protocol.Conversations;
using Akka.Actor;
using Akka.TestKit;
using Msg = ActorTransfer.Actors.Transfers.Transfers;

namespace ActorTransfer.Actors.Tests;

/// <summary>The engine with three users of its own domain; a crash of one child restarts all.</summary>
public sealed class EngineActorSpec : ActorTest
{
    private static readonly Jid Domain = Jid.Parse("local.test");

    private readonly TestProbe _host;
    private readonly IActorRef _engine;

    public EngineActorSpec()
    {
        _host = CreateTestProbe();
        var users = new[] { "ada", "bo", "eve" }.Select(name => new AccountDefinition(name, new LinkDefinition.InProcess(Of(name)), Domain));
        _engine = Sys.ActorOf(EngineActor.Props(new EngineDefinition { Domain = Domain, Accounts = [.. users] }, Settings()), Engine.Name);
        _engine.Tell(new Msg.SubscribeOffers(_host.Ref));
    }

    [Fact]
    public async Task Offer_from_before_a_restart_must_be_gone_and_not_become_that_of_another()
    {
        var old = await OfferedAsync("bo");
        await CrashAsync("bo");
        await _host.FishForMessageAsync<Msg.Ended>(_ => true);

        var young = await OfferedAsync("eve");
        Assert.NotEqual(old.Id, young.Id);
        var observer = CreateTestProbe();
        _engine.Tell(new Msg.Accept(old.Id, new FolderDestination("/nowhere"), observer.Ref));
        Fails((await observer.ExpectMsgAsync<Msg.Ended>()).Outcome, TransferState.Offer, TransferSide.Peer, FailureReason.Timeout);
        _engine.Tell(new Msg.GetAlive(), TestActor);
        Assert.Contains(young.Id, (await ExpectMsgAsync<Msg.Alive>()).Ids);
    }

    [Fact]
    public async Task Engine_must_stop_when_its_children_crash_again_and_again()
    {
        Watch(_engine);
        for (var crash = 0; crash <= 5; crash++)
        {
            await CrashAsync("bo");
        }

        await ExpectTerminatedAsync(_engine);
    }

    private static Jid Of(string name) => Jid.Parse($"{name}@local.test/x");

    private async Task CrashAsync(string name)
    {
        var faults = CreateTestProbe();
        Sys.EventStream.Subscribe(faults.Ref, typeof(Engine.Fault));
        _engine.Tell(new Engine.GetParts(), TestActor);
        (await ExpectMsgAsync<Engine.Parts>()).Connections[name].Tell(Kill.Instance);
        await faults.ExpectMsgAsync<Engine.Fault>();
    }

    /// <summary>An offer to ada, made again until all connections are up.</summary>
    private async Task<Msg.Offered> OfferedAsync(string name)
    {
        while (true)
        {
            _engine.Tell(new Msg.Send(name, null, Of("ada"), new NoContent(), _host.Ref), _host.Ref);
            if (await _host.FishForMessageAsync<object>(heard => heard is Msg.Offered or Msg.NotStarted or Msg.Ended) is Msg.Offered offered)
            {
                return offered;
            }
        }
    }
}
