using System.Diagnostics;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace ActorTransfer.Faults.Load;

/// <summary>
/// Twice each limit, and an application that takes what the engine needs: <c>overload --seconds 60 --only NAME</c>. Each limit is offered once for half of the
/// time and twice for the other half, in turns. It fails if a refusal is not one that the limit has, if nothing is admitted, or if the next transfer after the
/// load is not whole; figures are for the reader.
/// </summary>
internal static class OverloadCommand
{
    private const int Size = 64 * 1024;

    private static readonly OverloadCase[] s_cases =
    [
        new("transfers.max-active", 16) { Receiver = "transfers { max-active = 16, max-pending-offers = 15, max-queued-offers = 4 }", Users = 32 },
        new("transfers.max-per-peer", 16) { Receiver = "transfers { max-per-peer = 16, max-queued-offers = 4, max-offers-per-peer = 32 }" },
        new("transfers.max-offers-per-peer", 16) { Receiver = "transfers.max-offers-per-peer = 4" },
        new("transfers.max-queued-sends", 16) { Sender = "transfers { max-active = 8, max-queued-sends = 8, max-pending-offers = 7 }" },
        new("connection.max-pending-requests", 16) { Sender = "connection.max-pending-requests = 16" },
        new("proxy.max-pairs", 16) { Receiver = "proxy { max-pairs = 16, max-pending = 16 }" },
        new("proxy.max-pairs-per-jid", 16) { Receiver = "proxy.max-pairs-per-jid = 16" },
        new("socks5.max-handshakes", 16) { Receiver = "socks5.max-handshakes = 16", Silent = 32 },
        new("in-band.receive-memory", 16) { Receiver = "in-band.receive-memory = 1MiB", Methods = StreamMethods.InBand },
        new("transfers.rate-total", 16) { Receiver = "transfers.rate-total = 8MiB", Rate = "0B" },
        new("thread pool blocked", 16) { Stress = Stress.BlockThreads },
        new("garbage", 16) { Stress = Stress.Garbage },
        new("no descriptors", 16) { Stress = Stress.NoDescriptors },
    ];

    public static async Task<int> RunAsync(Arguments arguments)
    {
        var seconds = double.Parse(arguments.Find("--seconds") ?? "60");
        var only = arguments.Find("--only")?.Split(',');
        Console.WriteLine(
            $"{"limit",-32} {"at once",7} {"whole/s",8} {"twice",7} {"whole/s",8} {"ratio",6} {"worst ms",9} {"live KiB",9} {"after",8} {"RSS MiB",8} "
            + $"{"next ms",8}  refusals");
        var violations = new List<string>();
        foreach (var one in s_cases.Where(one => only?.Contains(one.Name) ?? true))
        {
            violations.AddRange(await RunAsync(one, TimeSpan.FromSeconds(seconds)));
        }

        violations.ForEach(violation => Console.WriteLine($"VIOLATED: {violation}"));
        Console.WriteLine($"{violations.Count} violations");
        return violations.Count == 0 ? 0 : 1;
    }

    private static async Task<IReadOnlyList<string>> RunAsync(OverloadCase one, TimeSpan time)
    {
        var receiver = Settings($"transfers.rate-per-transfer = {one.Rate}\n{one.Receiver}");
        await using var field = await LoadField.StartAsync(receiver, Settings(one.Sender), one.Users);
        Task<LoadOutcome> Send() => field.SendAsync(Size, one.Methods);
        await ClosedLoop.RunAsync(Send, one.AtOnce, TimeSpan.FromSeconds(Math.Min(5, time.TotalSeconds / 4)));
        Socket[] silent = [.. Enumerable.Range(0, one.Silent).Select(_ => Connect(field))];
        List<LoopResult> once = [];
        List<LoopResult> twice = [];
        var live = LiveBytes();
        const int Turns = 3;
        for (var turn = 0; turn < Turns; turn++)
        {
            once.Add(await ClosedLoop.RunAsync(Send, one.AtOnce, time / (2 * Turns)));
            using (one.Stress())
            {
                twice.Add(await ClosedLoop.RunAsync(Send, 2 * one.AtOnce, time / (2 * Turns)));
            }
        }

        Array.ForEach(silent, socket => socket.Dispose());
        var next = await field.SendAsync(Size, one.Methods);
        var after = LiveBytes();
        var (first, second) = (Median(once), Median(twice));
        var all = once.Concat(twice).ToList();
        var others = all.SelectMany(loop => loop.Others).GroupBy(other => other.Key).Select(group => $"{group.Sum(other => other.Value)} {group.Key}");
        Console.WriteLine(
            $"{one.Name,-32} {one.AtOnce,7} {first,8:0.0} {2 * one.AtOnce,7} {second,8:0.0} {second / first,6:0.00} {twice.Max(loop => loop.WorstMs),9:0} "
            + $"{live >> 10,9} {after >> 10,8} {Environment.WorkingSet >> 20,8} {next.Took.TotalMilliseconds,8:0}  {string.Join(", ", others)}");
        List<string> violations = [];
        violations.AddRange(all.SelectMany(loop => loop.Others.Keys).Distinct().Where(text => !one.Allowed(text)).Select(text => $"{one.Name}: {text}"));
        violations.AddRange(next.IsWhole ? [] : [$"{one.Name}: after the load {next.Text}"]);
        violations.AddRange(once.Sum(loop => loop.Whole) > 0 && twice.Sum(loop => loop.Whole) > 0 ? [] : [$"{one.Name}: nothing was admitted"]);
        return violations;
    }

    private static string Settings(string settings) => settings.Length == 0 ? "" : $"actor-transfer {{ {settings} }}";

    private static double Median(IEnumerable<LoopResult> loops) => loops.Select(loop => loop.PerSecond).Order().ElementAt(loops.Count() / 2);

    private static long LiveBytes()
    {
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        return GC.GetTotalMemory(forceFullCollection: true);
    }

    /// <summary>A client that connects and says nothing.</summary>
    private static Socket Connect(LoadField field)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Connect(field.Proxy);
        return socket;
    }
}

/// <summary>A limit, and as many transfers at once as it allows.</summary>
internal sealed record OverloadCase(string Name, int AtOnce)
{
    public string Receiver { get; init; } = "";

    public string Sender { get; init; } = "";

    public int Users { get; init; } = 1;

    /// <summary>Of each transfer, so that limits decide and not the processors.</summary>
    public string Rate { get; init; } = "1MiB";

    /// <summary>Connections that say nothing.</summary>
    public int Silent { get; init; }

    public StreamMethods Methods { get; init; } = StreamMethods.Proxy;

    /// <summary>What the application does meanwhile.</summary>
    public Func<IDisposable> Stress { get; init; } = Load.Stress.None;

    /// <summary>Whether the limit may cause this outcome.</summary>
    public bool Allowed(string outcome) => Name switch
    {
        "no descriptors" => !outcome.Contains("InternalError", StringComparison.Ordinal) && !outcome.StartsWith("sent without", StringComparison.Ordinal),
        "proxy.max-pairs" or "proxy.max-pairs-per-jid" => outcome is "Failed Proxy ActivationRefused" or "Failed Peer StreamhostUnreachable"
            or "Failed Peer Overloaded" or "Failed Proxy Overloaded" or "Failed Proxy StreamhostUnreachable",
        "socks5.max-handshakes" => outcome is "Failed Peer StreamhostUnreachable" or "Failed Proxy StreamhostUnreachable" or "Failed Peer Overloaded",
        "in-band.receive-memory" => outcome is "Failed Peer Overloaded" or "Failed Peer InBandRefused",
        _ => outcome is "Failed Peer Overloaded" or "Failed Local Overloaded",
    };
}

/// <summary>What an application does to its process.</summary>
internal static partial class Stress
{
    private const int Threads = 64;

    public static IDisposable None() => new Ending(() => { });

    /// <summary>More blocked calls than the thread pool has threads.</summary>
    public static IDisposable BlockThreads()
    {
        var over = new ManualResetEventSlim();
        var blocked = Enumerable.Range(0, Threads).Select(_ => Task.Run(() => over.Wait())).ToArray();
        return new Ending(() =>
        {
            over.Set();
            Task.WaitAll(blocked);
        });
    }

    /// <summary>Large and small objects, some of which live long, and collections of all generations.</summary>
    public static IDisposable Garbage()
    {
        var over = false;
        var thread = new Thread(() =>
        {
            var kept = new byte[64][];
            for (var n = 0; !Volatile.Read(ref over); n++)
            {
                kept[n % kept.Length] = new byte[n % 10 == 0 ? 1_000_000 : 10_000];
                if (n % 1000 == 0)
                {
                    GC.Collect();
                }
            }
        });
        thread.Start();
        return new Ending(() =>
        {
            Volatile.Write(ref over, true);
            thread.Join();
        });
    }

    /// <summary>All but a few descriptors are in use.</summary>
    public static IDisposable NoDescriptors()
    {
        const int Left = 12;
        var used = Directory.GetFileSystemEntries("/proc/self/fd").Length;
        _ = GetLimit(7, out var limit); // RLIMIT_NOFILE
        _ = SetLimit(7, limit with { Soft = (ulong)(used + Left) });
        return new Ending(() => _ = SetLimit(7, limit));
    }

    [LibraryImport("libc", EntryPoint = "getrlimit")]
    private static partial int GetLimit(int resource, out Limit limit);

    [LibraryImport("libc", EntryPoint = "setrlimit")]
    private static partial int SetLimit(int resource, in Limit limit);

    [StructLayout(LayoutKind.Sequential)]
    private record struct Limit(ulong Soft, ulong Hard);

    private sealed class Ending(Action end) : IDisposable
    {
        public void Dispose() => end();
    }
}
