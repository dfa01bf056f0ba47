using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using ActorTransfer.Actors.Transfers;
using ActorTransfer.Extensibility;
using ActorTransfer.Protocol.Bytestreams;
using ActorTransfer.Testing.Time;
using Akka;
using Akka.Streams.Dsl;
using Microsoft.Extensions.DependencyInjection;
using VirusScan;

namespace ActorTransfer.Scenarios.InProcess;

/// <summary>Whole transfers with stages, stores and addresses that the application chooses.</summary>
public sealed class ContentPolicySpec
{
    private const int Size = 3_000_000;

    private static readonly TimeSpan MaxWait = TimeSpan.FromSeconds(30);
    private static readonly byte[] s_bytes = RandomNumberGenerator.GetBytes(Size);

    [Fact]
    public async Task Stage_must_be_chosen_for_each_transfer_and_see_its_bytes()
    {
        var seen = 0L;
        var policy = new StagesPolicy(transfer => transfer.Sends ? null : Flow.Create<Chunk>().Select(chunk =>
        {
            Interlocked.Add(ref seen, chunk.Length);
            return chunk;
        }));
        await using var host = await StartAsync(services => services.AddSingleton<IContentStagesPolicy>(policy));
        var (sent, received) = await TransferAsync(host);
        Assert.IsType<TransferOutcome.Completed>(await received.Completion.WaitAsync(MaxWait));
        Assert.IsType<TransferOutcome.Completed>(await sent.Completion.WaitAsync(MaxWait));
        Assert.Equal(Size, seen);
        Assert.Equal(
            [
                new StagedTransfer(received.Id, LocalDomainHost.Sender, LocalDomainHost.Receiver, received.File, Sends: false),
                new StagedTransfer(sent.Id, LocalDomainHost.Receiver, LocalDomainHost.Sender, sent.File, Sends: true),
            ],
            policy.Asked.OrderBy(transfer => transfer.Sends).Select(transfer => transfer with { File = transfer.Sends ? sent.File : received.File }));
    }

    [Theory]
    [InlineData("", StreamMethods.Proxy)]
    [InlineData("", StreamMethods.InBand)]
    [InlineData(LocalDomainHost.Direct, StreamMethods.Direct)]
    public async Task File_that_a_stage_rejects_after_its_last_byte_must_never_get_its_name(string hocon, StreamMethods methods)
    {
        await using var host = await LocalDomainHost.StartAsync(
            hocon, services: (services, _) => services.AddSingleton<IContentStagesPolicy, ScanReceivedFiles>());
        byte[] bytes = [.. s_bytes, .. Encoding.ASCII.GetBytes(Scanner.TestVirus)];
        var sent = await host.Transfers.SendAsync(
            LocalDomainHost.Receiver, new MemoryStream(bytes), new FileDescription("a.bin", bytes.Length), new SendOptions("iphone") { Methods = methods });
        var received = await host.AcceptNextAsync();
        Fails(await received.Completion.WaitAsync(MaxWait), FailureReason.Rejected, "EICAR");
        Assert.False(await sent.Completion.WaitAsync(MaxWait) is TransferOutcome.Completed { Delivery: Delivery.PeerClosed }, $"{await sent.Completion}");
        Assert.Empty(Directory.GetFileSystemEntries(host.Folder)); // not even a partial file
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Policy_for_stages_that_throws_must_fail_the_transfer(bool sends)
    {
        var policy = new StagesPolicy(transfer => transfer.Sends == sends ? throw new InvalidOperationException("no key") : null);
        await using var host = await StartAsync(services => services.AddSingleton<IContentStagesPolicy>(policy));
        var (sent, received) = await TransferAsync(host);
        Fails(await (sends ? sent : received).Completion.WaitAsync(MaxWait), FailureReason.InternalError, "no key");
    }

    [Fact]
    public async Task Store_must_have_the_file_before_the_transfer_completes()
    {
        var store = new Store();
        await using var host = await StartAsync();
        var (sent, received) = await TransferAsync(host, store);
        var outcome = Assert.IsType<TransferOutcome.Completed>(await received.Completion.WaitAsync(MaxWait));
        Assert.Equal("store:/a.bin", outcome.Path);
        Assert.Equal(s_bytes, store.Content.ToArray());
        Assert.Equal((1, 1), (store.Completions, store.Disposals));
        Assert.IsType<TransferOutcome.Completed>(await sent.Completion.WaitAsync(MaxWait));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Transfer_must_fail_and_its_store_be_released_when_the_store_fails(bool atEnd)
    {
        var store = new Store
        {
            OnWrite = _ => atEnd ? Task.CompletedTask : Task.FromException(new InvalidOperationException("out of service")),
            OnComplete = () => throw new HttpRequestException("out of service"),
        };
        await using var host = await StartAsync();
        var (_, received) = await TransferAsync(host, store);
        Fails(await received.Completion.WaitAsync(MaxWait), FailureReason.FileUnwritable, "out of service");
        Assert.Equal((atEnd ? 1 : 0, 1), (store.Completions, store.Disposals));
    }

    [Fact]
    public async Task Peer_must_wait_for_a_slow_store_and_the_store_be_cancelled_with_the_transfer()
    {
        var cancelled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var written = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var store = new Store
        {
            OnWrite = async ct =>
            {
                written.TrySetResult();
                await using var registration = ct.Register(() => cancelled.TrySetResult());
                await cancelled.Task;
                ct.ThrowIfCancellationRequested();
            },
        };
        await using var host = await StartAsync();
        var (sent, received) = await TransferAsync(host, store);
        await written.Task.WaitAsync(MaxWait);
        Assert.False(sent.Completion.IsCompleted);
        Assert.IsType<TransferOutcome.Cancelled>(await received.CancelAsync().WaitAsync(MaxWait));
        await cancelled.Task.WaitAsync(MaxWait);
        await Eventually.HoldsAsync(() => store.Disposals == 1, () => "the store was not released");
        Assert.Equal(0, store.Completions);
    }

    [Fact]
    public async Task Offer_must_be_refused_when_the_store_cannot_be_opened()
    {
        await using var host = await StartAsync();
        var (sent, received) = await TransferAsync(host, new StoreDestination((_, _) => throw new HttpRequestException("out of service")));
        var refused = Assert.IsType<TransferOutcome.Refused>(await received.Completion.WaitAsync(MaxWait));
        Assert.Contains("out of service", refused.Reason, StringComparison.Ordinal);
        var failed = Assert.IsType<TransferOutcome.Failed>(await sent.Completion.WaitAsync(MaxWait));
        Assert.Equal((TransferSide.Peer, FailureReason.Overloaded), (failed.Side, failed.Reason));
        Assert.DoesNotContain("out of service", failed.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Address_that_the_application_forbids_must_not_be_connected_to()
    {
        var policy = new Addresses(_ => false);
        await using var host = await LocalDomainHost.StartAsync(
            LocalDomainHost.Direct, withProxy: false, services: (services, _) => services.AddSingleton<IAddressPolicy>(policy));
        var (_, received) = await TransferAsync(host);
        Assert.Equal(StreamMethod.InBand, Assert.IsType<TransferOutcome.Completed>(await received.Completion.WaitAsync(MaxWait)).Method);
        Assert.Contains(policy.Asked, asked => IPAddress.IsLoopback(asked.EndPoint.Address) && asked.IsAllowed);
    }

    [Fact]
    public async Task Application_must_be_asked_for_the_resolved_address_of_a_peers_streamhost_only()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var policy = new Addresses(endPoint => IPAddress.IsLoopback(endPoint.Address));
        var connector = new TcpStreamHostConnector(Chunk.DefaultSize, AddressPolicy.PublicOnly, policy);
        var host = new StreamHost(LocalDomainHost.Sender, "localhost", ((IPEndPoint)listener.LocalEndpoint).Port);
        (await connector.ConnectAsync(host, MaxWait, StreamHostTrust.Peer, CancellationToken.None)).Dispose();
        Assert.All(policy.Asked, asked => Assert.Equal((true, false), (IPAddress.IsLoopback(asked.EndPoint.Address), asked.IsAllowed)));
        Assert.NotEmpty(policy.Asked);
        policy.Asked.Clear();
        (await connector.ConnectAsync(host, MaxWait, StreamHostTrust.Own, CancellationToken.None)).Dispose();
        Assert.Empty(policy.Asked);
    }

    private static Task<LocalDomainHost> StartAsync(Action<IServiceCollection>? add = null) =>
        LocalDomainHost.StartAsync(services: (services, _) => add?.Invoke(services));

    private static Task<(ITransfer Sent, ITransfer Received)> TransferAsync(LocalDomainHost host, Store store) =>
        TransferAsync(host, new StoreDestination((_, _) => new(store)));

    private static async Task<(ITransfer Sent, ITransfer Received)> TransferAsync(LocalDomainHost host, IIncomingDestination? destination = null)
    {
        var sent = await host.Transfers.SendAsync(
            LocalDomainHost.Receiver, new MemoryStream(s_bytes), new FileDescription("a.bin", Size), new SendOptions("iphone"));
        await foreach (var offer in host.Transfers.IncomingAsync())
        {
            return (sent, await (destination is null ? offer.AcceptAsync() : offer.AcceptAsync(destination)));
        }

        throw new InvalidOperationException("The offers ended.");
    }

    private static void Fails(TransferOutcome outcome, FailureReason reason, string detail)
    {
        var failed = Assert.IsType<TransferOutcome.Failed>(outcome);
        Assert.Equal((TransferSide.Local, reason), (failed.Side, failed.Reason));
        Assert.Contains(detail, failed.Detail, StringComparison.Ordinal);
    }

    private sealed class StagesPolicy(Func<StagedTransfer, Flow<Chunk, Chunk, NotUsed>?> choose) : IContentStagesPolicy
    {
        public ConcurrentQueue<StagedTransfer> Asked { get; } = [];

        public Flow<Chunk, Chunk, NotUsed>? StageOf(StagedTransfer transfer)
        {
            Asked.Enqueue(transfer);
            return choose(transfer);
        }
    }

    private sealed class Addresses(Func<IPEndPoint, bool> allows) : IAddressPolicy
    {
        public ConcurrentQueue<(IPEndPoint EndPoint, bool IsAllowed)> Asked { get; } = [];

        public bool Allows(IPEndPoint endPoint, bool isAllowed)
        {
            Asked.Enqueue((endPoint, isAllowed));
            return allows(endPoint);
        }
    }

    private sealed class Store : IIncomingStore
    {
        private int _disposals;

        public MemoryStream Content { get; } = new();

        public Func<CancellationToken, Task> OnWrite { get; init; } = _ => Task.CompletedTask;

        public Action OnComplete { get; init; } = () => { };

        public int Completions { get; private set; }

        public int Disposals => Volatile.Read(ref _disposals);

        public async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken ct)
        {
            await OnWrite(ct);
            await Content.WriteAsync(bytes, ct);
        }

        public ValueTask<string?> CompleteAsync(CancellationToken ct)
        {
            Completions++;
            OnComplete();
            return new("store:/a.bin");
        }

        public ValueTask DisposeAsync()
        {
            Interlocked.Increment(ref _disposals);
            return default;
        }
    }
}
