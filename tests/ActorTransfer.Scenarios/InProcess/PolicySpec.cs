using System.Security.Cryptography;
using ActorTransfer.Actors;
using ActorTransfer.Extensibility;
using ActorTransfer.Scenarios.Prosody;
using Microsoft.Extensions.DependencyInjection;

namespace ActorTransfer.Scenarios.InProcess;

/// <summary>Whole transfers of an application whose container supplies policies.</summary>
public sealed class PolicySpec
{
    private static readonly TimeSpan MaxWait = TimeSpan.FromSeconds(30);
    private static readonly byte[] s_bytes = RandomNumberGenerator.GetBytes(100_000);

    [Fact]
    public async Task Policy_must_accept_without_a_reader_and_get_the_transfer()
    {
        var policy = new OfferPolicy((_, _) => new OfferDecision.Accept());
        await using var host = await StartAsync(policy);
        var sent = await SendAsync(host);
        var received = await policy.Transfer.Task.WaitAsync(MaxWait);
        var file = Assert.IsType<TransferOutcome.Completed>(await received.Completion.WaitAsync(MaxWait));
        Assert.IsType<TransferOutcome.Completed>(await sent.Completion.WaitAsync(MaxWait));
        Assert.Equal(s_bytes, await File.ReadAllBytesAsync(file.Path!));
        Assert.Equal(host.Folder, Path.GetDirectoryName(file.Path));
        var offer = Assert.Single(policy.Offers);
        Assert.Equal(
            (LocalDomainHost.Sender, LocalDomainHost.Receiver, "a.bin", received.Id), (offer.Peer, offer.To, offer.File.Name, offer.Id));
    }

    [Fact]
    public async Task Declined_offer_must_end_with_the_reason_of_the_policy()
    {
        await using var host = await StartAsync(new OfferPolicy((_, _) => new OfferDecision.Decline("not you")));
        var refused = Assert.IsType<TransferOutcome.Refused>(await (await SendAsync(host)).Completion.WaitAsync(MaxWait));
        Assert.Equal((TransferSide.Peer, "not you"), (refused.By, refused.Reason));
    }

    [Fact]
    public async Task Offer_that_is_declined_for_now_must_end_as_overloaded_with_the_reason_of_the_policy()
    {
        await using var host = await StartAsync(new OfferPolicy((_, _) => new OfferDecision.Decline("after midnight") { IsTemporary = true }));
        Assert.Contains("after midnight", await DetailOfTemporaryRefusalAsync(host), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Policy_with_the_name_of_the_engine_as_its_key_must_precede_one_without_a_key()
    {
        await using var host = await StartAsync(
            new OfferPolicy((_, _) => new OfferDecision.Decline("any engine")),
            services: (services, _) => services.AddKeyedSingleton<IOfferPolicy>(
                Engine.Name, new OfferPolicy((_, _) => new OfferDecision.Decline("this engine"))));
        var refused = Assert.IsType<TransferOutcome.Refused>(await (await SendAsync(host)).Completion.WaitAsync(MaxWait));
        Assert.Equal("this engine", refused.Reason);
    }

    [Fact]
    public async Task Offer_that_is_left_to_the_reader_must_reach_it()
    {
        await using var host = await StartAsync(new OfferPolicy((_, _) => new OfferDecision.LeaveToReader()));
        var sent = await SendAsync(host);
        var received = await host.AcceptNextAsync().WaitAsync(MaxWait);
        Assert.IsType<TransferOutcome.Completed>(await received.Completion.WaitAsync(MaxWait));
        Assert.IsType<TransferOutcome.Completed>(await sent.Completion.WaitAsync(MaxWait));
    }

    [Fact]
    public async Task Policy_that_throws_must_decline_for_now_and_be_logged()
    {
        using var log = new LogLines();
        await using var host = await StartAsync(
            new OfferPolicy((_, _) => Task.FromException<OfferDecision>(new InvalidOperationException("no rules"))), log: log);
        await DetailOfTemporaryRefusalAsync(host);
        await log.HasAsync("the decision of OfferPolicy could not be carried out", MaxWait);
    }

    [Fact]
    public async Task Policy_that_does_not_decide_in_time_must_decline_for_now_and_be_logged()
    {
        using var log = new LogLines();
        var never = new TaskCompletionSource<OfferDecision>();
        await using var host = await StartAsync(new OfferPolicy((_, _) => never.Task), "actor-transfer.target.policy-timeout = 50ms", log);
        await DetailOfTemporaryRefusalAsync(host);
        await log.HasAsync("OfferPolicy did not decide within", MaxWait);
    }

    [Fact]
    public async Task Destination_that_is_chosen_too_late_must_be_disposed()
    {
        var decision = new TaskCompletionSource<OfferDecision>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var host = await StartAsync(new OfferPolicy((_, _) => decision.Task), "actor-transfer.target.policy-timeout = 50ms");
        await DetailOfTemporaryRefusalAsync(host);
        var stream = new ObservedStream();
        decision.SetResult(new OfferDecision.Accept(new StreamDestination(stream)));
        await stream.Disposed.WaitAsync(MaxWait);
    }

    [Fact]
    public async Task Decision_must_be_cancelled_when_the_offer_is_withdrawn()
    {
        var cancelled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var host = await StartAsync(new OfferPolicy(async (_, ct) =>
        {
            asked.SetResult();
            await using var registration = ct.Register(cancelled.SetResult);
            await cancelled.Task;
            return new OfferDecision.Accept();
        }), "actor-transfer.target.offer = 100ms");
        var sent = await SendAsync(host);
        await asked.Task.WaitAsync(MaxWait);
        Assert.IsType<TransferOutcome.Refused>(await sent.Completion.WaitAsync(MaxWait));
        await cancelled.Task.WaitAsync(MaxWait);
        Assert.Empty(Directory.GetFiles(host.Folder));
    }

    [Fact]
    public async Task Calls_at_a_time_must_be_bounded_and_every_offer_must_be_decided()
    {
        var (running, most) = (0, 0);
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var full = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var host = await StartAsync(
            new OfferPolicy(async (_, _) =>
            {
                var now = Interlocked.Increment(ref running);
                InterlockedMost(ref most, now);
                if (now == 2)
                {
                    full.TrySetResult();
                }

                await gate.Task;
                Interlocked.Decrement(ref running);
                return new OfferDecision.Decline("no");
            }),
            "actor-transfer.target.max-policy-calls = 2");
        var sent = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => SendAsync(host)));
        await full.Task.WaitAsync(MaxWait);
        gate.SetResult();
        var outcomes = await Task.WhenAll(sent.Select(transfer => transfer.Completion)).WaitAsync(MaxWait);
        Assert.All(outcomes, outcome => Assert.Equal("no", Assert.IsType<TransferOutcome.Refused>(outcome).Reason));
        Assert.Equal(2, most);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Accepted_file_must_go_where_the_destination_policy_chooses(bool byPolicy)
    {
        var offers = new OfferPolicy((_, _) => byPolicy ? new OfferDecision.Accept() : new OfferDecision.LeaveToReader());
        await using var host = await StartAsync(offers, services: (services, folder) => services.AddSingleton<IDestinationPolicy>(new FolderPerPeer(folder)));
        await SendAsync(host, "../../outside.bin");
        var received = await (byPolicy ? offers.Transfer.Task : host.AcceptNextAsync()).WaitAsync(MaxWait);
        var file = Assert.IsType<TransferOutcome.Completed>(await received.Completion.WaitAsync(MaxWait));
        Assert.Equal(Path.Combine(host.Folder, "iphone@local.test", "outside.bin"), file.Path);
    }

    [Fact]
    public async Task Failing_destination_policy_must_fail_the_acceptance_and_leave_the_offer_pending()
    {
        await using var host = await StartAsync(
            new OfferPolicy((_, _) => new OfferDecision.LeaveToReader()),
            services: (services, _) => services.AddSingleton<IDestinationPolicy>(new FolderPerPeer(null!)));
        var sent = await SendAsync(host);
        await using var offers = host.Transfers.IncomingAsync().GetAsyncEnumerator();
        Assert.True(await offers.MoveNextAsync());
        await Assert.ThrowsAsync<ArgumentNullException>(() => offers.Current.AcceptAsync());
        Assert.True(await offers.Current.RejectAsync("later"));
        Assert.Equal("later", Assert.IsType<TransferOutcome.Refused>(await sent.Completion.WaitAsync(MaxWait)).Reason);
    }

    private static Task<LocalDomainHost> StartAsync(
        OfferPolicy policy, string hocon = "", LogLines? log = null, Action<IServiceCollection, string>? services = null) =>
        LocalDomainHost.StartAsync(hocon, logs: log, services: (collection, folder) =>
        {
            collection.AddSingleton<IOfferPolicy>(policy);
            services?.Invoke(collection, folder);
        });

    private static Task<ITransfer> SendAsync(LocalDomainHost host, string name = "a.bin") => host.Transfers.SendAsync(
        LocalDomainHost.Receiver, new MemoryStream(s_bytes), new FileDescription(name, s_bytes.Length), new SendOptions("iphone"));

    /// <summary>Sends a file that must be refused with <c>resource-constraint</c>; returns what the sender is told.</summary>
    private static async Task<string> DetailOfTemporaryRefusalAsync(LocalDomainHost host)
    {
        var failed = Assert.IsType<TransferOutcome.Failed>(await (await SendAsync(host)).Completion.WaitAsync(MaxWait));
        Assert.Equal((TransferState.Offer, TransferSide.Peer, FailureReason.Overloaded), (failed.Phase, failed.Side, failed.Reason));
        return failed.Detail;
    }

    private static void InterlockedMost(ref int most, int value)
    {
        for (var known = Volatile.Read(ref most); value > known; known = Volatile.Read(ref most))
        {
            Interlocked.CompareExchange(ref most, value, known);
        }
    }

    private sealed class OfferPolicy(Func<IncomingOffer, CancellationToken, Task<OfferDecision>> decide) : IOfferPolicy
    {
        public OfferPolicy(Func<IncomingOffer, CancellationToken, OfferDecision> decide)
            : this((offer, ct) => Task.FromResult(decide(offer, ct)))
        {
        }

        public List<IncomingOffer> Offers { get; } = [];

        public TaskCompletionSource<ITransfer> Transfer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public async ValueTask<OfferDecision> DecideAsync(IncomingOffer offer, CancellationToken ct)
        {
            lock (Offers)
            {
                Offers.Add(offer);
            }

            return await decide(offer, ct);
        }

        public void Accepted(ITransfer transfer) => Transfer.TrySetResult(transfer);
    }

    private sealed class FolderPerPeer(string root) : IDestinationPolicy
    {
        public ValueTask<IIncomingDestination> ChooseAsync(IncomingOffer offer, CancellationToken ct) =>
            new(FolderDestination.Below(root, offer.Peer.Bare.ToString()));
    }

    private sealed class ObservedStream : MemoryStream
    {
        private readonly TaskCompletionSource _disposed = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Disposed => _disposed.Task;

        protected override void Dispose(bool disposing)
        {
            _disposed.TrySetResult();
            base.Dispose(disposing);
        }
    }
}
