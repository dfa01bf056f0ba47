using System.Diagnostics;

namespace ActorTransfer.Faults.Processes;

/// <summary>
/// Processes that die in the middle: <c>kill --role sender|receiver|proxy|server|all --runs 200 --seed 1</c>. <c>suspend</c> stops them for a while
/// (SIGSTOP, SIGCONT).
/// </summary>
internal static class KillCommand
{
    public static async Task<int> RunAsync(Arguments arguments, bool suspends)
    {
        var (seed, runs) = ((int)arguments.Number("--seed", 1), arguments.Number("--runs", 200));
        var role = arguments.Find("--role") ?? "all";
        using var site = new KillSite();
        await site.StartAsync();
        var report = new KillReport();
        var trial = new KillTrial(site, report, (int)arguments.Number("--sizes", 4), arguments.Find("--signalling"));
        await trial.WarmUpAsync(runs > 10 ? 2 : 1);
        foreach (var victim in role == "all" ? (string[])["sender", "receiver", "proxy", "server"] : [role])
        {
            for (var run = 0; run < runs; run++)
            {
                await trial.RunAsync(victim, seed + run, suspends);
            }
        }

        report.Write(site);
        return report.Violations.Count == 0 ? 0 : 1;
    }
}

/// <summary>What came of the trials.</summary>
internal sealed class KillReport
{
    private readonly SortedDictionary<string, Row> _rows = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, int> _outcomes = new(StringComparer.Ordinal);

    public List<string> Violations { get; } = [];

    public void Add(string fault, bool completedAtOnce, bool confirmedToSender, bool resumed, TimeSpan toOutcome, TimeSpan toWhole)
    {
        var row = _rows.GetValueOrDefault(fault) ?? new Row();
        _rows[fault] = new Row(
            row.Tried + 1,
            row.AtOnce + (completedAtOnce ? 1 : 0),
            row.Confirmed + (confirmedToSender ? 1 : 0),
            row.Resumed + (resumed ? 1 : 0),
            toOutcome > row.ToOutcome ? toOutcome : row.ToOutcome,
            toWhole > row.ToWhole ? toWhole : row.ToWhole);
    }

    public void Count(string role, NodeEvent? outcome)
    {
        if (outcome is not null)
        {
            var text = $"{role}: {outcome.Outcome} {outcome.Detail}";
            _outcomes[text] = _outcomes.GetValueOrDefault(text) + 1;
        }
    }

    public void Write(KillSite site)
    {
        Console.WriteLine($"{"fault",-20} {"tried",6} {"whole at once",14} {"confirmed",10} {"resumed",8} {"worst s to outcomes",20} {"worst s to whole",17}");
        foreach (var (fault, row) in _rows)
        {
            Console.WriteLine(
                $"{fault,-20} {row.Tried,6} {row.AtOnce,14} {row.Confirmed,10} {row.Resumed,8} {row.ToOutcome.TotalSeconds,20:0.0} "
                + $"{row.ToWhole.TotalSeconds,17:0.0}");
        }

        foreach (var (outcome, count) in _outcomes)
        {
            Console.WriteLine($"  {count,5} {outcome}");
        }

        Console.WriteLine($"memory: sender {site.Sender.Memory >> 20} MiB, receiver {site.Receiver.Memory >> 20} MiB, proxy {site.Proxy.Memory >> 20} MiB");
        Console.WriteLine($"{_rows.Values.Sum(row => row.Tried)} trials, {Violations.Count} violations");
        foreach (var violation in Violations)
        {
            Console.WriteLine($"VIOLATED: {violation}");
        }
    }

    private sealed record Row(
        int Tried = 0, int AtOnce = 0, int Confirmed = 0, int Resumed = 0, TimeSpan ToOutcome = default, TimeSpan ToWhole = default);
}

/// <summary>One file is sent while a process dies, and again until it is whole.</summary>
/// <param name="site">The processes.</param>
/// <param name="report">Gets the outcomes.</param>
/// <param name="sizes">How many sizes of files are used, the smallest first.</param>
/// <param name="only">The signalling; null = both. After a death at the wrong moment Jingle waits 30 s for a response.</param>
internal sealed class KillTrial(KillSite site, KillReport report, int sizes, string? only)
{
    private const int MaxAttempts = 4;
    private static readonly int[] s_sizes = [4_000, 300_000, 24_000_000, 60_000_000];
    private readonly Dictionary<(string Methods, int Size), TimeSpan> _whole = [];
    private int _idle;

    /// <summary>How long whole transfers take, so that processes die within one.</summary>
    /// <param name="rounds">The last one counts.</param>
    public async Task WarmUpAsync(int rounds)
    {
        foreach (var (methods, size) in Kinds())
        {
            for (var n = 0; n < rounds; n++)
            {
                var began = Stopwatch.GetTimestamp();
                var file = Write($"warm-{methods}-{size}-{n}", size, seed: n);
                var (sent, received) = await TransferAsync(file, methods, "StreamInitiation");
                Expect(sent?.Outcome == "Completed" && received?.Outcome == "Completed", $"without a fault: {sent} {received}");
                _whole[(methods, size)] = Stopwatch.GetElapsedTime(began);
            }
        }

        Clear();
    }

    public async Task RunAsync(string victim, int seed, bool suspends)
    {
        var random = new Random(seed);
        var kinds = Kinds().Where(kind => victim != "proxy" || kind.Methods != "Direct").ToArray();
        var (methods, size) = kinds[random.Next(kinds.Length)];
        var signalling = only ?? (random.Next(2) == 0 ? "Jingle" : "StreamInitiation");
        var fault = $"{(suspends ? "suspended" : "killed")} {victim}";
        var trial = $"{fault}, seed {seed}: {size} bytes, {methods}, {signalling}";
        var path = Write($"{victim}-{seed}", size, seed);
        var delay = _whole[(methods, size)] * (random.NextDouble() * 1.3);
        var began = Stopwatch.GetTimestamp();
        Send(path, methods, signalling);
        await Task.Delay(delay);
        if (suspends)
        {
            site.Of(victim).Stop();
            await Task.Delay(random.Next(50, 1500));
            site.Of(victim).Continue();
        }
        else
        {
            await site.Of(victim).KillAsync();
        }

        var sent = await OutcomeAsync("sent", path);
        var received = await OutcomeAsync("received", path, mayBeNone: true);
        var toOutcome = Stopwatch.GetElapsedTime(began);
        report.Count("sender", sent);
        report.Count("receiver", received);
        Check(trial, path, received, sent);
        Expect(sent is not null || (victim == "sender" && !suspends), $"{trial}: the sender has no outcome");
        if (!suspends)
        {
            await site.RestartAsync(victim);
        }

        var (wholeAtOnce, resumed) = (received?.Outcome == "Completed", false);
        for (var attempt = 1; received?.Outcome != "Completed"; attempt++)
        {
            if (attempt == MaxAttempts)
            {
                Expect(false, $"{trial}: not whole after {attempt} attempts: {sent} {received}");
                break;
            }

            await Task.Delay(300 * (attempt - 1)); // the proxy connects again meanwhile
            await site.ReadyAsync();
            (sent, received) = await TransferAsync(path, methods, signalling);
            resumed |= received?.Outcome == "Completed" && received.Bytes < size;
            Check($"{trial}, again", path, received, sent);
        }

        report.Add(fault, wholeAtOnce, IsConfirmed(sent), resumed, toOutcome, Stopwatch.GetElapsedTime(began));
        var left = Directory.GetFiles(site.Received, ".*.state");
        Expect(left.Length == 0, $"{trial}: left {string.Join(' ', left.Select(Path.GetFileName))}");
        Clear();
    }

    private IEnumerable<(string Methods, int Size)> Kinds() =>
        from methods in (string[])["Proxy", "Direct", "All"] from size in s_sizes.Take(sizes) select (methods, size);

    private static bool IsConfirmed(NodeEvent? sent) => sent?.Detail.EndsWith("Confirmed", StringComparison.Ordinal) == true;

    /// <summary>What is confirmed is there, and every file under a final name is whole.</summary>
    private void Check(string trial, string original, NodeEvent? received, NodeEvent? sent)
    {
        var bytes = File.ReadAllBytes(original);
        var whole = Directory.GetFiles(site.Received).Where(path => !Path.GetFileName(path).StartsWith('.')).ToArray();
        foreach (var path in whole)
        {
            Expect(File.ReadAllBytes(path).AsSpan().SequenceEqual(bytes), $"{trial}: '{Path.GetFileName(path)}' is not whole");
        }

        Expect(received?.Outcome != "Completed" || whole.Contains(received.Path), $"{trial}: what the receiver confirmed is not there");
        Expect(!IsConfirmed(sent) || whole.Length > 0, $"{trial}: what was confirmed to the sender is not there");
    }

    private async Task<(NodeEvent? Sent, NodeEvent? Received)> TransferAsync(string path, string methods, string signalling)
    {
        Send(path, methods, signalling);
        var sent = await OutcomeAsync("sent", path);
        return (sent, await OutcomeAsync("received", path, mayBeNone: sent?.Outcome != "Completed"));
    }

    private void Send(string path, string methods, string signalling) => site.Sender.Tell($"send bob {path} {methods} {signalling}");

    /// <summary>Null: the process has died, or the offer never arrived.</summary>
    private async Task<NodeEvent?> OutcomeAsync(string name, string path, bool mayBeNone = false)
    {
        var node = name == "sent" ? site.Sender : site.Receiver;
        bool IsWanted(NodeEvent what) => what.Name == name && what.File == Path.GetFileName(path);
        if (!mayBeNone)
        {
            return await KillSite.FindAsync(node, IsWanted);
        }

        // Whatever was offered has ended when nothing is active any more.
        var number = $"{++_idle}";
        node.Tell($"idle {number}");
        var found = await KillSite.FindAsync(node, what => IsWanted(what) || (what.Name == "idle" && what.File == number));
        return found?.Name == "idle" ? null : found;
    }

    private string Write(string name, int size, int seed)
    {
        var path = Path.Combine(site.Outbox, name);
        var bytes = new byte[size];
        new Random(seed).NextBytes(bytes);
        File.WriteAllBytes(path, bytes);
        return path;
    }

    private void Clear()
    {
        foreach (var path in (string[])[.. Directory.GetFiles(site.Received), .. Directory.GetFiles(site.Outbox)])
        {
            File.Delete(path);
        }
    }

    private void Expect(bool holds, string violation)
    {
        if (!holds)
        {
            report.Violations.Add(violation);
        }
    }
}
