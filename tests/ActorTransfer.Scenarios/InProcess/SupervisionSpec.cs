using System.IO.Pipelines;
using System.Security.Cryptography;
using ActorTransfer.Actors;
using ActorTransfer.Actors.Transfers;
using Akka.Actor;
using Microsoft.Extensions.DependencyInjection;

namespace ActorTransfer.Scenarios.InProcess;

/// <summary>Crashes of actors during transfers, and their effects.</summary>
public sealed class SupervisionSpec : IAsyncLifetime
{
    private const int Size = 3_000_000;
    private static readonly TimeSpan MaxWait = TimeSpan.FromSeconds(30);

    private LocalDomainHost? _host;

    public async Task InitializeAsync() => _host = await LocalDomainHost.StartAsync(LocalDomainHost.Direct);

    public Task DisposeAsync() => _host!.DisposeAsync().AsTask();

    [Fact]
    public async Task Crash_of_any_actor_of_the_engine_must_not_affect_transfers_by_any_method()
    {
        var running = new List<Running>();
        foreach (var method in new[] { StreamMethods.Direct, StreamMethods.Proxy, StreamMethods.InBand })
        {
            running.Add(await StartAsync(method));
        }

        string[] children =
        [
            "connection-iphone", "connection-android", "proxies-iphone", "proxies-android", "stream-host", "transfers",
            "connection-proxy.local.test", "proxy-proxy.local.test",
        ];
        foreach (var child in children)
        {
            await CrashAsync(child);
        }

        foreach (var transfer in running)
        {
            await FinishAsync(transfer);
        }

        await FinishAsync(await StartAsync(StreamMethods.Proxy));
    }

    [Fact]
    public async Task Crash_of_one_transfer_must_end_that_transfer_only()
    {
        var first = await StartAsync(StreamMethods.Proxy);
        var second = await StartAsync(StreamMethods.Proxy);
        var system = _host!.Services.GetRequiredService<ActorSystem>();
        system.ActorSelection($"/user/{Engine.Name}/transfers/{first.Received.Id}").Tell(Kill.Instance);
        var failed = Assert.IsType<TransferOutcome.Failed>(await first.Received.Completion.WaitAsync(MaxWait));
        Assert.Equal((TransferSide.Local, FailureReason.InternalError), (failed.Side, failed.Reason));
        await first.Content.CompleteAsync(new IOException("not needed any more"));
        Assert.IsNotType<TransferOutcome.Completed>(await first.Sent.Completion.WaitAsync(MaxWait));
        await FinishAsync(second);
    }

    private async Task CrashAsync(string child)
    {
        var system = _host!.Services.GetRequiredService<ActorSystem>();
        var crashed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var listener = system.ActorOf(Props.Create(() => new Listener(crashed)));
        system.EventStream.Subscribe(listener, typeof(Engine.Fault));
        (await system.ActorSelection($"/user/{Engine.Name}/{child}").ResolveOne(MaxWait)).Tell(Kill.Instance);
        await crashed.Task.WaitAsync(MaxWait);
        system.Stop(listener);
    }

    /// <summary>A transfer whose first half has arrived.</summary>
    private async Task<Running> StartAsync(StreamMethods method)
    {
        var bytes = RandomNumberGenerator.GetBytes(Size);
        var pipe = new Pipe();
        var accepting = _host!.AcceptNextAsync();
        var sent = await _host.Transfers.SendAsync(
            LocalDomainHost.Receiver, pipe.Reader, new FileDescription("f", Size), new SendOptions("iphone") { Methods = method });
        var received = await accepting.WaitAsync(MaxWait);
        await pipe.Writer.WriteAsync(bytes.AsMemory(0, 10)).AsTask().WaitAsync(MaxWait);
        using var limit = new CancellationTokenSource(MaxWait);
        await foreach (var progress in received.ProgressAsync(limit.Token))
        {
            if (progress.Bytes > 0)
            {
                break;
            }
        }

        return new Running(sent, received, bytes, pipe.Writer);
    }

    private static async Task FinishAsync(Running transfer)
    {
        using var limit = new CancellationTokenSource(MaxWait);
        await transfer.Content.WriteAsync(transfer.Bytes.AsMemory(10), limit.Token);
        await transfer.Content.CompleteAsync();
        Assert.IsType<TransferOutcome.Completed>(await transfer.Sent.Completion.WaitAsync(MaxWait));
        var received = Assert.IsType<TransferOutcome.Completed>(await transfer.Received.Completion.WaitAsync(MaxWait));
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(transfer.Bytes)), received.Sha256);
    }

    private sealed record Running(ITransfer Sent, ITransfer Received, byte[] Bytes, PipeWriter Content);

    private sealed class Listener : ReceiveActor
    {
        public Listener(TaskCompletionSource crashed) => Receive<Engine.Fault>(_ => crashed.TrySetResult());
    }
}
