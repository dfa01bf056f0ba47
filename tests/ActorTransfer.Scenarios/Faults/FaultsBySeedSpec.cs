using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Globalization;
using ActorTransfer.Actors.Instrumentation;
using ActorTransfer.Extensibility;
using ActorTransfer.Scenarios.InProcess;
using ActorTransfer.Testing.Time;
using Akka.Actor;
using Microsoft.Extensions.DependencyInjection;
using Xunit.Abstractions;

namespace ActorTransfer.Scenarios.Faults;

/// <summary>
/// Whole transfers between real sockets and actors whose connections fail by seed, and whose users cancel. More by command: <c>FAULT_RUNS=10000
/// FAULT_SEED=1 dotnet test tests/ActorTransfer.Scenarios --filter FaultsBySeed</c>.
/// </summary>
public sealed class FaultsBySeedSpec(ITestOutputHelper output)
{
    private static readonly TimeSpan MaxWait = TimeSpan.FromSeconds(60);

    /// <summary>Short times, so that what is silent ends soon.</summary>
    private const string Times = """
        actor-transfer {
          addresses.allow = [loopback]
          stream-host { enabled = on, bind = "127.0.0.1", grace = 200ms }
          initiator { offer = 5s, linger = 500ms, connect = 2s, streamhost-sent = 5s, connected = 2s, stalled = 2s, opening-in-band = 5s }
          target { offer = 5s, connect = 2s, streamhost-received = 5s, connected = 5s, stalled = 2s, fallback = 5s, accepted = 5s }
          jingle { candidates = 4s, peer-candidates = 1s, peer-activation = 5s, replacement = 5s, replacement-accepted = 5s, opening-in-band = 5s }
          proxy { pending-timeout = 5s, half-close-linger = 1s, idle = 5s }
          http { receive = on, plain-http-on-loopback = on, retry-delay = 50ms, discovery = 5s, slot = 5s, connect = 2s, message = 5s }
        }
        """;

    [Fact]
    public async Task Both_sides_must_end_consistently_and_leave_nothing_whatever_fails()
    {
        var (runs, first) = (Number("FAULT_RUNS") ?? 8, Number("FAULT_SEED") ?? 1);
        await using var connector = new FaultyConnector();
        await using var host = await LocalDomainHost.StartAsync(Times, options => options.UseConnector(connector));
        await using var offers = OfferReader.Start(host.Transfers);
        var system = host.Services.GetRequiredService<ActorSystem>();
        await using var uploads = new FaultyUploads(system, host.Domain);
        var stanzas = new FaultyStanzas(system, host.Domain, LocalDomainHost.Sender, LocalDomainHost.Receiver);
        using var sums = new Sums(system);
        var violations = new List<string>();
        var outcomes = new SortedDictionary<string, int>(StringComparer.Ordinal);
        var before = Chunk.Outstanding;
        var slowest = (Took: TimeSpan.Zero, Run: "");
        for (var seed = first; seed < first + runs; seed++)
        {
            var run = connector.Run = FaultRun.Of(seed);
            uploads.Begin(run);
            stanzas.Begin(run);
            var began = Stopwatch.GetTimestamp();
            var (sent, received, violation) = await RunAsync(host, offers, uploads, run);
            var took = Stopwatch.GetElapsedTime(began);
            slowest = took > slowest.Took ? (took, run.Describe()) : slowest;
            await connector.ResetAsync();
            await uploads.ResetAsync();
            var pair = $"{Name(sent),-30} {Name(received)}";
            outcomes[pair] = outcomes.GetValueOrDefault(pair) + 1;
            violations.AddRange(violation.Select(what => $"{run.Describe()}: {what} ({sent} | {received})"));
        }

        output.WriteLine($"slowest: {slowest.Took.TotalSeconds:0.0} s, {slowest.Run}; {Environment.WorkingSet >> 20} MiB");
        foreach (var (pair, count) in outcomes)
        {
            output.WriteLine($"{count,6} {pair}");
        }

        foreach (var violation in violations)
        {
            output.WriteLine(violation);
        }

        await Eventually.HoldsAsync(
            () => Chunk.Outstanding <= before && sums.AreBack && OpenFiles(host.Folder) == 0,
            () => $"{Chunk.Outstanding - before} chunks, {OpenFiles(host.Folder)} open files, {sums} are left");
        Assert.Empty(violations);
    }

    private static async Task<(TransferOutcome? Sent, TransferOutcome? Received, List<string> Violations)> RunAsync(
        LocalDomainHost host, OfferReader offers, FaultyUploads uploads, FaultRun run)
    {
        var bytes = new byte[run.Size];
        new Random(run.Seed).NextBytes(bytes);
        var name = $"run-{run.Seed}.bin";
        var (from, to) = run.IsReversed
            ? ("android", LocalDomainHost.Sender) : ("iphone", LocalDomainHost.Receiver);
        using var cancelled = new CancellationTokenSource(MaxWait);
        var receiving = ReceiveAsync(offers, run, name, cancelled.Token);
        var options = new SendOptions(from) { Methods = run.Methods, Signalling = run.Signalling, EncryptUpload = run.Encrypts };
        var sent = await host.Transfers.SendAsync(to, new MemoryStream(bytes), new FileDescription(name, run.Size), options);
        await CancelAsync(sent, run.SenderCancels);
        var left = await sent.Completion.WaitAsync(MaxWait);
        if (left is not TransferOutcome.Completed)
        {
            cancelled.CancelAfter(TimeSpan.FromMilliseconds(200)); // the offer may never have arrived
        }

        var received = await receiving;
        return (left, received, [.. Check(run, bytes, left, received), .. run.IsHttp ? CheckUpload(run, bytes, left, uploads) : []]);
    }

    private static IEnumerable<string> Check(FaultRun run, byte[] bytes, TransferOutcome sent, TransferOutcome? received)
    {
        if (received is TransferOutcome.Completed { Path: { } path })
        {
            if (!File.ReadAllBytes(path).AsSpan().SequenceEqual(bytes))
            {
                yield return "the file differs";
            }

            File.Delete(path);
        }

        if (run.MustComplete && (sent is not TransferOutcome.Completed || received is not TransferOutcome.Completed))
        {
            yield return "both must complete";
        }

        if (sent is TransferOutcome.Completed { Delivery: Delivery.Confirmed } && received is not TransferOutcome.Completed)
        {
            yield return "a confirmed file is not there";
        }

        if (sent is TransferOutcome.Completed && received is not (TransferOutcome.Completed or TransferOutcome.Cancelled { By: TransferSide.Local })
            && run is { IsHttp: false, LostStanza: null, Network: NetworkFault.None or NetworkFault.Dead })
        {
            yield return "the sender completed and the receiver did not";
        }

        if (received is TransferOutcome.Completed && sent is not TransferOutcome.Completed
            && run is { Signalling: Signalling.Jingle, IsHttp: false, SenderCancels: null, LostStanza: null })
        {
            yield return "the receiver completed and the sender did not hear of it";
        }
    }

    private static IEnumerable<string> CheckUpload(FaultRun run, byte[] bytes, TransferOutcome sent, FaultyUploads uploads)
    {
        if (sent is TransferOutcome.Completed && !uploads.Files.Any(file => run.Encrypts ? file.Length > bytes.Length : file.AsSpan().SequenceEqual(bytes)))
        {
            yield return "the server does not have what was uploaded";
        }

        if (sent is TransferOutcome.Completed && run is { Http: not null, HttpFaultOnPut: true, HttpFaults: > 1 })
        {
            yield return "the server never took a file";
        }
    }

    private static async Task<TransferOutcome?> ReceiveAsync(OfferReader offers, FaultRun run, string name, CancellationToken ct)
    {
        IIncomingOffer offer;
        try
        {
            offer = await offers.NextAsync(name, ct);
        }
        catch (OperationCanceledException)
        {
            return null; // the sender ended before its offer arrived
        }

        if (run.Declines)
        {
            await offer.RejectAsync("no", CancellationToken.None);
            return new TransferOutcome.Refused(TransferSide.Local, "no");
        }

        var received = await offer.AcceptAsync(ct: CancellationToken.None);
        await CancelAsync(received, run.ReceiverCancels);
        return await received.Completion.WaitAsync(MaxWait, CancellationToken.None);
    }

    private static async Task CancelAsync(ITransfer transfer, int? after)
    {
        if (after is { } milliseconds)
        {
            await Task.WhenAny(Task.Delay(milliseconds), transfer.Completion);
            await transfer.CancelAsync();
        }
    }

    private static int OpenFiles(string folder) => !Directory.Exists("/proc/self/fd") ? 0 : Directory.GetFiles("/proc/self/fd")
        .Count(link => new FileInfo(link).LinkTarget is { } target && target.StartsWith(folder, StringComparison.Ordinal));

    private static string Name(TransferOutcome? outcome) => outcome switch
    {
        null => "no offer",
        TransferOutcome.Completed completed => $"Completed {completed.Delivery}",
        TransferOutcome.Refused refused => $"Refused by {refused.By}",
        TransferOutcome.Cancelled cancelled => $"Cancelled by {cancelled.By}",
        TransferOutcome.Failed failed => $"Failed {failed.Reason}",
        _ => "?",
    };

    private static int? Number(string variable) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : null;

    /// <summary>Everything that goes up and comes down again: active transfers, pairs, pending requests, connections.</summary>
    private sealed class Sums : IDisposable
    {
        private readonly ConcurrentDictionary<string, long> _sums = new();
        private readonly MeterListener _listener = new();

        public Sums(ActorSystem system)
        {
            var meter = EngineMetrics.Of(system).Meter;
            _listener.InstrumentPublished = (instrument, listener) =>
            {
                if (instrument is UpDownCounter<long> && instrument.Meter == meter)
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            };
            _listener.SetMeasurementEventCallback<long>((instrument, value, _, _) => _sums.AddOrUpdate(instrument.Name, value, (_, sum) => sum + value));
            _listener.Start();
        }

        /// <summary>As before the runs.</summary>
        public bool AreBack => _sums.Values.All(sum => sum == 0);

        public override string ToString() => string.Join(", ", _sums.Where(sum => sum.Value != 0).Select(sum => $"{sum.Key} {sum.Value}"));

        public void Dispose() => _listener.Dispose();
    }
}
