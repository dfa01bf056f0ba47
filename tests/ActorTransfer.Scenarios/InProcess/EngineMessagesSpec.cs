using ActorTransfer.Hosting.Internal;
using ActorTransfer.Testing;
using Akka.Actor;
using Akka.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Engine = ActorTransfer.ActorTransferEngine;

namespace ActorTransfer.Scenarios.InProcess;

/// <summary>The messages that actors of an application exchange with the engine.</summary>
public sealed class EngineMessagesSpec : IAsyncLifetime
{
    private static readonly TimeSpan MaxWait = TimeSpan.FromSeconds(30);

    private readonly TemporaryFolder _folder = new();
    private LocalDomainHost? _host;
    private IActorRef _engine = ActorRefs.Nobody;

    private ActorSystem System => _host!.Services.GetRequiredService<ActorSystem>();

    public async Task InitializeAsync()
    {
        _host = await LocalDomainHost.StartAsync();
        _engine = await _host.Services.GetRequiredService<IRequiredActor<Engine>>().GetAsync();
    }

    public async Task DisposeAsync()
    {
        await _host!.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Subscriber_must_see_a_file_that_it_sends_from_the_first_state_to_the_outcome_on_both_sides()
    {
        using var inbox = await SubscribedAsync();
        var accepting = _host!.AcceptNextAsync();
        inbox.Send(_engine, new Engine.Send(LocalDomainHost.Receiver, File("report.txt")));
        var events = new List<object>();
        while (events.OfType<Engine.TransferEnded>().Count() < 2 || !events.OfType<Engine.Sending>().Any())
        {
            events.Add(await inbox.ReceiveAsync(MaxWait));
        }

        var id = Assert.Single(events.OfType<Engine.Sending>()).Id;
        var incoming = (await accepting).Id;
        Assert.All(events.OfType<Engine.TransferEnded>(), ended => Assert.IsType<TransferOutcome.Completed>(ended.Outcome));
        Assert.Equal([id.Value, incoming.Value], events.OfType<Engine.TransferEnded>().Select(ended => ended.Id.Value).Order());
        foreach (var (transfer, peer, isIncoming) in new[] { (id, LocalDomainHost.Receiver, false), (incoming, LocalDomainHost.Sender, true) })
        {
            var changes = events.OfType<Engine.TransferChanged>().Where(change => change.Id == transfer).ToList();
            Assert.Equal((TransferState.Offer, TransferState.Completed), (changes[0].State, changes[^1].State));
            Assert.All(changes, change => Assert.Equal((peer, isIncoming, "report.txt"), (change.Peer, change.IsIncoming, change.File.Name)));
        }
    }

    [Fact]
    public async Task Status_must_have_the_connections_and_the_active_transfers_and_cancel_must_end_one()
    {
        using var inbox = await SubscribedAsync();
        var sending = await _engine.Ask<Engine.Sending>(new Engine.Send(LocalDomainHost.Receiver, File("a.txt")), MaxWait);
        var status = await _engine.Ask<Engine.EngineStatus>(new Engine.GetStatus(), MaxWait);
        Assert.Contains(sending.Id, status.Transfers);
        Assert.Equal(["android", "iphone", "proxy.local.test"], status.Connections.Keys.Order());
        Assert.Equal(new AccountStatus.Online(LocalDomainHost.Sender), status.Connections["iphone"]);

        _engine.Tell(new Engine.Cancel(sending.Id));
        object received;
        do
        {
            received = await inbox.ReceiveAsync(MaxWait);
        }
        while (received is not Engine.TransferEnded ended || ended.Id != sending.Id);
        Assert.IsType<TransferOutcome.Cancelled>(((Engine.TransferEnded)received).Outcome);
    }

    [Fact]
    public async Task Send_that_is_impossible_must_be_answered_with_a_failure()
    {
        await Assert.ThrowsAsync<FileNotFoundException>(() => _engine.Ask<Engine.Sending>(new Engine.Send(LocalDomainHost.Receiver, "/missing"), MaxWait));
        var fault = await Assert.ThrowsAsync<EngineException>(() => _engine.Ask<Engine.Sending>(
            new Engine.Send(LocalDomainHost.Receiver, File("a.txt")) { Options = new SendOptions("unknown") }, MaxWait));
        Assert.Contains("unknown", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Subscriber_that_has_unsubscribed_must_get_no_more_events()
    {
        using var former = await SubscribedAsync();
        using var present = await SubscribedAsync();
        former.Send(_engine, new Engine.Unsubscribe());
        var sending = await _engine.Ask<Engine.Sending>(new Engine.Send(LocalDomainHost.Receiver, File("a.txt")), MaxWait);
        _engine.Tell(new Engine.Cancel(sending.Id));
        while (await present.ReceiveAsync(MaxWait) is not Engine.TransferEnded)
        {
        }

        former.Send(_engine, new Engine.GetStatus());
        Assert.IsType<Engine.EngineStatus>(await former.ReceiveAsync(MaxWait));
    }

    [Fact]
    public async Task Requests_to_an_engine_that_has_stopped_must_be_answered_with_its_failure()
    {
        System.ActorSelection("/user/actor-transfer").Tell(PoisonPill.Instance);
        await _host!.Services.GetRequiredService<EngineInstance>().Lifetime.Ended.WaitAsync(MaxWait);
        await Assert.ThrowsAsync<EngineException>(() => _engine.Ask<Engine.EngineStatus>(new Engine.GetStatus(), MaxWait));
    }

    private async Task<Inbox> SubscribedAsync()
    {
        var inbox = Inbox.Create(System);
        inbox.Send(_engine, new Engine.Subscribe());
        Assert.IsType<Engine.Subscribed>(await inbox.ReceiveAsync(MaxWait));
        return inbox;
    }

    private string File(string name)
    {
        var path = Path.Combine(_folder.Path, name);
        global::System.IO.File.WriteAllText(path, "content");
        return path;
    }
}
