using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using ActorTransfer.Actors.Files;
using ActorTransfer.Extensibility;
using ActorTransfer.Protocol.ProxyService;
using Akka.Actor;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ActorTransfer.Benchmarks.Load;

/// <summary>
/// Sender, proxy and receiver in this process: the in-process domain with two users, stanza by stanza, and its proxy over real sockets of the
/// loopback. Every transfer goes through the proxy, is hashed at both ends, and its bytes are compared with what was sent.
/// </summary>
internal sealed class TransfersField : IAsyncDisposable
{
    private static readonly Jid Sender = Jid.Parse("iphone@local.test/xiff");
    private static readonly Jid Proxy = Jid.Parse("proxy.local.test");
    private static readonly Jid Receiver = Jid.Parse("android@local.test/Spark 2.6.3");

    /// <summary>One peer uses all of it here.</summary>
    private const string Limits =
        """
        actor-transfer {
          transfers { max-active = 20000, max-per-peer = 20000, max-offers-per-peer = 10000, max-pending-offers = 10000 }
          proxy { max-pairs-per-jid = 0, max-pending-per-address = 0 }
          socks5.max-handshakes = 10000
        }
        """;

    private readonly IHost _host;
    private readonly IFileTransfers _transfers;
    private readonly ConcurrentDictionary<string, Expected> _expected = new();
    private readonly CancellationTokenSource _life = new();
    private readonly Task _accepting;
    private long _lastNumber;

    private TransfersField(IHost host, LocalDomain domain)
    {
        _host = host;
        Bare = new BareUser(host.Services.GetRequiredService<ActorSystem>(), domain, Proxy);
        _transfers = host.Services.GetRequiredService<IFileTransfers>();
        _accepting = AcceptAllAsync(_life.Token);
    }

    /// <summary>Opens pairs of the proxy without the engine.</summary>
    public BareUser Bare { get; }

    /// <param name="digest">The setting <c>files.digest</c>.</param>
    public static async Task<TransfersField> StartAsync(string digest = "sha-256")
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        var domain = new LocalDomain(Jid.Parse("local.test"));
        builder.Services.AddActorTransfer(options => options
            .WithHocon($"{Limits}\nactor-transfer.files.digest = {digest}\n{Environment.GetEnvironmentVariable("LOAD_HOCON")}")
            .AddLocalUser(domain, Sender)
            .AddLocalUser(domain, Receiver)
            .AddLocalProxy(domain, Proxy, new IPEndPoint(IPAddress.Loopback, 0)));
        var host = builder.Build();
        await host.StartAsync();
        TransfersField field = new(host, domain);
        await field._transfers.ReadyAsync();
        return field;
    }

    /// <summary>Sends generated content from the one user to the other.</summary>
    /// <param name="size">Bytes.</param>
    /// <param name="pause">Holds the content after its first bytes; null = no pause.</param>
    /// <param name="ct">Cancels it.</param>
    /// <param name="due">Due time as a time stamp, from which its times count. Null = now.</param>
    public Run Begin(long size, Task? pause = null, CancellationToken ct = default, long? due = null)
    {
        var number = Interlocked.Increment(ref _lastNumber);
        Run run = new() { Start = due ?? Stopwatch.GetTimestamp() };
        StreamDestination Destination() => new(new TransfersSink(number, run.FirstByteCame));
        run.Ended = MoveAsync(new TransfersContent(number, size, pause ?? Task.CompletedTask), Destination, run, ct);
        return run;
    }

    /// <summary>Sends a file into its own folder under another name.</summary>
    public Run Begin(FileInfo file, string folder)
    {
        Run run = new();
        run.Ended = MoveAsync(new FileContent(file), () => new FolderDestination(folder, file.Name + ".received"), run, CancellationToken.None);
        return run;
    }

    public async ValueTask DisposeAsync()
    {
        await _life.CancelAsync();
        await _accepting;
        await _host.StopAsync();
        _host.Dispose();
        _life.Dispose();
    }

    private async Task<long> MoveAsync(IOutgoingContent content, Func<IIncomingDestination> destination, Run run, CancellationToken ct)
    {
        Expected expected = new(destination, ct);
        _expected[content.Description.Name] = expected;
        var sending = await _transfers.SendAsync(Receiver, content, new SendOptions(Sender.Local) { Methods = StreamMethods.Proxy }, ct);
        await using var cancelled = ct.Register(sending.Cancel);
        var sent = await sending.Completion;
        if (sent is not TransferOutcome.Completed left)
        {
            _expected.TryRemove(content.Description.Name, out _);
            run.NeverCame();
            return ct.IsCancellationRequested ? 0 : throw new InvalidDataException($"{content.Description.Name} was not sent: {sent}");
        }

        var received = await (await expected.Taken.Task).Completion;
        run.Took = Stopwatch.GetElapsedTime(run.Start);
        // With the digest off, only the receiver has the hash that an offer of a small file announces.
        return received is TransferOutcome.Completed arrived && (string.IsNullOrEmpty(left.Sha256) || left.Sha256 == arrived.Sha256)
            && arrived.Bytes == content.Description.Size
            ? arrived.Bytes
            : throw new InvalidDataException($"{content.Description.Name} was sent as {sent} and received as {received}");
    }

    private async Task AcceptAllAsync(CancellationToken ct)
    {
        try
        {
            await foreach (var offer in _transfers.IncomingAsync(ct))
            {
                if (_expected.TryRemove(offer.File.Name, out var expected))
                {
                    expected.Taken.SetResult(await offer.AcceptAsync(expected.Destination(), ct: expected.Ct));
                }
                else
                {
                    await offer.RejectAsync("not expected");
                }
            }
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
        }
    }

    /// <summary>One transfer as it is measured.</summary>
    internal sealed class Run
    {
        private readonly TaskCompletionSource _first = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public long Start { get; init; } = Stopwatch.GetTimestamp();

        /// <summary>From the start until the receiver had a byte to write.</summary>
        public TimeSpan UntilFirstByte { get; private set; }

        /// <summary>From the start until both sides reported completion.</summary>
        public TimeSpan Took { get; set; }

        public Task FirstByte => _first.Task;

        /// <summary>Completes when both sides have; the result is the number of bytes.</summary>
        public Task<long> Ended { get; set; } = Task.FromResult(0L);

        public void FirstByteCame()
        {
            UntilFirstByte = Stopwatch.GetElapsedTime(Start);
            _first.TrySetResult();
        }

        public void NeverCame() => _first.TrySetResult();
    }

    private sealed record Expected(Func<IIncomingDestination> Destination, CancellationToken Ct)
    {
        public TaskCompletionSource<ITransfer> Taken { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
