using System.Net;
using System.Net.Sockets;
using ActorTransfer.Actors;
using ActorTransfer.Actors.Transfers;
using ActorTransfer.Extensibility;
using ActorTransfer.Hosting.Internal;
using ActorTransfer.Protocol.Stanzas;
using Akka.Actor;
using Akka.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ActorTransfer.Scenarios.InProcess;

/// <summary>Wrong calls of an application, and calls after the engine has stopped, fail at once.</summary>
public sealed class TransferGatewaySpec
{
    private static readonly TimeSpan MaxWait = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Second_acceptance_of_an_offer_must_fail_without_affecting_the_first()
    {
        await using var host = await LocalDomainHost.StartAsync();
        var (sent, offer) = await OfferedAsync(host.Transfers);
        var received = await offer.AcceptAsync();
        await Assert.ThrowsAsync<InvalidOperationException>(() => offer.AcceptAsync());
        Assert.IsType<TransferOutcome.Completed>(await received.Completion.WaitAsync(MaxWait));
        Assert.IsType<TransferOutcome.Completed>(await sent.Completion.WaitAsync(MaxWait));
    }

    [Fact]
    public async Task Send_must_fail_at_once_when_the_engine_could_not_start()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        var domain = new LocalDomain(Jid.Parse("local.test"));
        builder.Services.AddActorTransfer(options => options
            .AddLocalUser(domain, LocalDomainHost.Sender)
            .AddLocalProxy(domain, Jid.Parse("proxy.local.test"), (IPEndPoint)other.LocalEndpoint));
        using var host = builder.Build();
        await host.StartAsync();
        var transfers = host.Services.GetRequiredService<IFileTransfers>();
        Assert.IsNotType<TimeoutException>(await Record.ExceptionAsync(() => SendAsync(transfers))); // the engine may still be stopping
        await Assert.ThrowsAsync<EngineException>(() => transfers.ReadyAsync());
        var fault = await Assert.ThrowsAsync<EngineException>(() => SendAsync(transfers));
        Assert.Contains("cannot listen", fault.Message, StringComparison.Ordinal);
        await host.StopAsync();
    }

    [Fact]
    public async Task Transfers_must_end_and_calls_must_fail_when_the_engine_stops()
    {
        await using var host = await LocalDomainHost.StartAsync();
        var (sent, offer) = await OfferedAsync(host.Transfers);
        host.Services.GetRequiredService<ActorSystem>().ActorSelection($"/user/{Engine.Name}").Tell(PoisonPill.Instance);
        Assert.IsType<TransferOutcome.Failed>(await sent.Completion.WaitAsync(MaxWait));
        await Assert.ThrowsAsync<EngineException>(() => SendAsync(host.Transfers));
        Assert.IsType<TransferOutcome.Failed>(await (await offer.AcceptAsync()).Completion.WaitAsync(MaxWait));
    }

    [Fact]
    public async Task Call_that_causes_a_fault_must_fail_without_affecting_others()
    {
        await using var host = await LocalDomainHost.StartAsync();
        var (sent, offer) = await OfferedAsync(host.Transfers);
        var gateway = host.Services.GetRequiredService<IRequiredActor<ActorTransferEngine>>().ActorRef;
        var found = new TaskCompletionSource<IActorRef>(TaskCreationOptions.RunContinuationsAsynchronously);
        gateway.Tell(new TransferGateway.FindProxy(null!, found));
        await Assert.ThrowsAsync<EngineException>(() => found.Task.WaitAsync(MaxWait));
        await host.Transfers.ReadyAsync().WaitAsync(MaxWait);
        Assert.IsType<TransferOutcome.Completed>(await (await offer.AcceptAsync()).Completion.WaitAsync(MaxWait));
        Assert.IsType<TransferOutcome.Completed>(await sent.Completion.WaitAsync(MaxWait));
    }

    [Fact]
    public async Task Transfer_started_after_the_application_stopped_must_end_at_once()
    {
        await using var host = await LocalDomainHost.StartAsync();
        await host.StopAsync();
        var sent = await SendAsync(host.Transfers);
        Assert.IsType<TransferOutcome.Cancelled>(await sent.Completion.WaitAsync(MaxWait));
    }

    [Fact]
    public async Task Withdrawn_offer_must_be_removed_from_the_unread_offers()
    {
        var queue = new OfferQueue();
        var offers = Enumerable.Range(1, 4).Select(id => new Unread(new TransferId(id))).ToArray();
        queue.Add(offers[0]);
        queue.Add(offers[1]);
        queue.Remove(offers[0].Id);
        queue.Remove(offers[2].Id);
        queue.Add(offers[3]);
        Assert.Same(offers[1], await FirstAsync(queue.ReadAllAsync(CancellationToken.None)));
        Assert.Same(offers[3], await FirstAsync(queue.ReadAllAsync(CancellationToken.None)));
        var next = FirstAsync(queue.ReadAllAsync(CancellationToken.None));
        queue.Add(offers[0]);
        Assert.Same(offers[0], await next.WaitAsync(MaxWait));
    }

    private static Task<ITransfer> SendAsync(IFileTransfers transfers) =>
        transfers.SendAsync(LocalDomainHost.Receiver, new MemoryStream(new byte[1000]), new FileDescription("a.bin", 1000), new SendOptions("iphone"))
            .WaitAsync(MaxWait);

    /// <summary>Offers are refused without a reader, so the reader starts first.</summary>
    private static async Task<(ITransfer Sent, IIncomingOffer Offer)> OfferedAsync(IFileTransfers transfers)
    {
        var next = NextAsync(transfers);
        return (await SendAsync(transfers), await next);
    }

    private static async Task<IIncomingOffer> NextAsync(IFileTransfers transfers)
    {
        using var patience = new CancellationTokenSource(MaxWait);
        return await FirstAsync(transfers.IncomingAsync(patience.Token));
    }

    private static async Task<IIncomingOffer> FirstAsync(IAsyncEnumerable<IIncomingOffer> offers)
    {
        await foreach (var offer in offers)
        {
            return offer;
        }

        throw new InvalidOperationException("The offers ended.");
    }

    private sealed class Unread(TransferId id) : IIncomingOffer
    {
        public TransferId Id => id;

        public Jid From => LocalDomainHost.Sender;

        public Jid To => LocalDomainHost.Receiver;

        public FileDescription File { get; } = new("a.bin", 1);

        public Task<ITransfer> AcceptAsync(string? folder = null, string? fileName = null, AcceptTerms? terms = null, CancellationToken ct = default) =>
            throw new NotSupportedException();

        public Task<ITransfer> AcceptAsync(IIncomingDestination destination, AcceptTerms? terms = null, CancellationToken ct = default) =>
            throw new NotSupportedException();

        public Task<bool> RejectAsync(string? reason = null, CancellationToken ct = default) => throw new NotSupportedException();
    }
}
