using System.Diagnostics;
using System.Security.Cryptography;

namespace ActorTransfer.Benchmarks.Load;

/// <summary>Concurrent whole transfers of small files.</summary>
/// <param name="PerSecond">Transfers a second, from the first call to the last pair of outcomes.</param>
/// <param name="Count">How many there were.</param>
/// <param name="MedianMs">From the call to both outcomes.</param>
/// <param name="P99Ms">The same.</param>
/// <param name="CpuMicrosecondsEach">CPU time by transfer, sender, proxy and receiver.</param>
/// <param name="AllocatedKiBEach">Managed memory by transfer, sender, proxy and receiver.</param>
/// <param name="Collections">Garbage collections by generation.</param>
internal sealed record SmallTransfers(
    double PerSecond, int Count, double MedianMs, double P99Ms, double CpuMicrosecondsEach, double AllocatedKiBEach, int[] Collections);

/// <summary>Concurrent transfers of large files.</summary>
/// <param name="MegabytesPerSecond">10^6 bytes a second, all together.</param>
/// <param name="CpuSecondsPerGigabyte">CPU time for 10^9 bytes, sender, proxy and receiver.</param>
/// <param name="HashSecondsPerGigabyte">CPU time of SHA-256 alone on one side.</param>
/// <param name="HashBound">Megabytes a second that all processors could hash twice without other work.</param>
/// <param name="SlowestToFastest">Fairness: time of the first to end over the time of the last.</param>
/// <param name="PeakResidentMiB">Most memory of the process in this round; null = not available.</param>
/// <param name="BareMegabytesPerSecond">Bare <c>await</c> loops with as many and as large files and hashes, through the same proxy.</param>
/// <param name="BareCpuSecondsPerGigabyte">Their CPU time and the proxy's.</param>
internal sealed record BulkTransfers(
    double MegabytesPerSecond,
    double CpuSecondsPerGigabyte,
    double HashSecondsPerGigabyte,
    double HashBound,
    double SlowestToFastest,
    double? PeakResidentMiB,
    double BareMegabytesPerSecond,
    double BareCpuSecondsPerGigabyte)
{
    public double ToBare => MegabytesPerSecond / BareMegabytesPerSecond;

    public double CpuToBare => CpuSecondsPerGigabyte / BareCpuSecondsPerGigabyte;
}

/// <summary>New transfers while others saturate the machine.</summary>
/// <param name="Count">Number of started transfers: all that were due.</param>
/// <param name="PerSecond">Started transfers per second; below the target when this process did not keep up.</param>
/// <param name="LateMedianMs">Delay from the due time to the start: the generator's part of all times below.</param>
/// <param name="LateWorstMs">The same.</param>
/// <param name="MedianMs">From the due time to the first byte at the receiver.</param>
/// <param name="P99Ms">The same.</param>
/// <param name="WorstMs">The same.</param>
/// <param name="WholeP99Ms">From the due time to both outcomes.</param>
/// <param name="BulkMegabytesPerSecond">Throughput of the other transfers at the same time.</param>
internal sealed record BusyTransfers(
    int Count,
    double PerSecond,
    double LateMedianMs,
    double LateWorstMs,
    double MedianMs,
    double P99Ms,
    double WorstMs,
    double WholeP99Ms,
    double BulkMegabytesPerSecond);

/// <summary>Runs of <see cref="TransfersField"/>.</summary>
internal static class Transfers
{
    private const int Megabyte = 1 << 20;
    private static readonly TimeSpan s_warmUp = TimeSpan.FromSeconds(20);
    private static bool s_isWarm;

    public static async Task<SmallTransfers> SmallAsync(int atOnce, long size, TimeSpan time)
    {
        await using var field = await TransfersField.StartAsync();
        await SmallAsync(field, atOnce, size, time / 4);
        return await SmallAsync(field, atOnce, size, time);
    }

    /// <param name="count">Transfers at a time.</param>
    /// <param name="size">Bytes of each.</param>
    /// <param name="digest">The setting <c>files.digest</c>.</param>
    /// <param name="bareFirst">The bare loops run before the transfers.</param>
    public static async Task<BulkTransfers> BulkAsync(int count, long size, string digest, bool bareFirst)
    {
        await using var field = await TransfersField.StartAsync(digest);
        var hash = digest != "none";
        await WarmUpAsync(field, count, hash);
        return await BesideBareAsync(
            () => MovedAsync(() => field.Begin(size), count),
            () => BareAsync(field, (pair, number) => BareLoops.MoveAsync(pair, number, size, hash), count),
            bareFirst);
    }

    /// <inheritdoc cref="BulkAsync"/>
    public static async Task<BulkTransfers> FilesAsync(int count, long size, string digest, bool bareFirst)
    {
        var folder = Directory.CreateTempSubdirectory("actor-transfer-load-").FullName;
        try
        {
            var files = Enumerable.Range(0, count).Select(index => Generate(folder, index, size)).ToArray();
            await using var field = await TransfersField.StartAsync(digest);
            var next = 0;
            var hash = digest != "none";
            await WarmUpAsync(field, count, hash);
            return await BesideBareAsync(
                () => MovedAsync(() => field.Begin(files[next++], folder), count),
                () => BareAsync(field, (pair, number) => BareLoops.MoveAsync(pair, files[number], $"{files[number].FullName}.bare", hash), count),
                bareFirst,
                () => Array.ForEach([.. Directory.GetFiles(folder, "*.bare"), .. Directory.GetFiles(folder, "*.received")], File.Delete));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <param name="bulk">Transfers that saturate the machine.</param>
    /// <param name="perSecond">New transfers per second, at regular intervals.</param>
    /// <param name="time">How long.</param>
    public static async Task<BusyTransfers> BusyAsync(int bulk, int perSecond, TimeSpan time)
    {
        await using var field = await TransfersField.StartAsync();
        await SmallAsync(field, 16, 1024, TimeSpan.FromSeconds(1));
        using CancellationTokenSource over = new();
        var moved = BytesMoved.Start();
        var others = Enumerable.Range(0, bulk).Select(_ => field.Begin(1L << 40, ct: over.Token)).ToArray();
        await Task.WhenAll(others.Select(other => other.FirstByte));
        moved.Reset();
        var start = Stopwatch.GetTimestamp();
        var runs = new TransfersField.Run[(int)(perSecond * time.TotalSeconds)];
        var late = new double[runs.Length];
        for (var next = 0; next < runs.Length; next++)
        {
            // Times count from the due time and no transfer is skipped, so that a delayed loop hides nothing.
            var due = start + next * Stopwatch.Frequency / perSecond;
            while (Stopwatch.GetTimestamp() is var now && now < due)
            {
                var left = Stopwatch.GetElapsedTime(now, due);
                await (left.TotalMilliseconds >= 1 ? Task.Delay(left) : Task.Run(() => { }));
            }

            late[next] = Stopwatch.GetElapsedTime(due).TotalMilliseconds;
            runs[next] = field.Begin(1024, due: due);
        }

        var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        var rate = moved.Bytes / seconds / 1e6;
        await EndedAsync(runs);
        await over.CancelAsync();
        await EndedAsync(others);
        moved.Dispose();
        double[] waits = [.. runs.Select(run => run.UntilFirstByte.TotalMilliseconds).Order()];
        double[] wholes = [.. runs.Select(run => run.Took.TotalMilliseconds).Order()];
        return new BusyTransfers(
            runs.Length,
            runs.Length / Math.Max(seconds, time.TotalSeconds),
            TransfersCost.Quantile([.. late.Order()], 0.5),
            late.Max(),
            TransfersCost.Quantile(waits, 0.5),
            TransfersCost.Quantile(waits, 0.99),
            waits[^1],
            TransfersCost.Quantile(wholes, 0.99),
            rate);
    }

    private static async Task EndedAsync(IReadOnlyCollection<TransfersField.Run> runs)
    {
        try
        {
            await Task.WhenAll(runs.Select(run => run.Ended)).WaitAsync(TimeSpan.FromMinutes(1));
        }
        catch (TimeoutException)
        {
            await Task.WhenAll(runs.Where(run => run.Ended.IsCompleted).Select(run => run.Ended));
            throw new TimeoutException($"{runs.Count(run => !run.Ended.IsCompleted)} of {runs.Count} transfers did not end within a minute.");
        }
    }

    private static async Task<SmallTransfers> SmallAsync(TransfersField field, int atOnce, long size, TimeSpan time)
    {
        var before = TransfersCost.Now();
        var start = Stopwatch.GetTimestamp();
        var workers = Enumerable.Range(0, atOnce).Select(_ => Task.Run(() => WorkAsync(field, size, start, time))).ToArray();
        double[] times = [.. (await Task.WhenAll(workers)).SelectMany(each => each).Order()];
        var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        var after = TransfersCost.Now();
        return new SmallTransfers(
            times.Length / seconds,
            times.Length,
            TransfersCost.Quantile(times, 0.5),
            TransfersCost.Quantile(times, 0.99),
            (after.Cpu - before.Cpu) * 1e6 / times.Length,
            (after.Allocated - before.Allocated) / 1024.0 / times.Length,
            [.. after.Collections.Zip(before.Collections, (more, less) => more - less)]);
    }

    private static async Task<List<double>> WorkAsync(TransfersField field, long size, long start, TimeSpan time)
    {
        List<double> times = [];
        while (Stopwatch.GetElapsedTime(start) < time)
        {
            var run = field.Begin(size);
            await run.Ended.WaitAsync(TimeSpan.FromMinutes(1));
            times.Add(run.Took.TotalMilliseconds);
        }

        return times;
    }

    private static async Task<BulkTransfers> BesideBareAsync(Func<Task<Moved>> transfers, Func<Task<Moved>> bare, bool bareFirst, Action? between = null)
    {
        var hash = HashSecondsPerGigabyte();
        var before = bareFirst ? await bare() : null;
        between?.Invoke();
        var canPeak = TransfersCost.ResetPeak();
        var moved = await transfers();
        var peak = canPeak ? TransfersCost.PeakResident / 1048576.0 : (double?)null;
        between?.Invoke();
        var loops = before ?? await bare();
        return new BulkTransfers(
            moved.MegabytesPerSecond,
            moved.CpuSecondsPerGigabyte,
            hash,
            Environment.ProcessorCount * 1000 / (2 * hash),
            moved.SlowestToFastest,
            peak,
            loops.MegabytesPerSecond,
            loops.CpuSecondsPerGigabyte);
    }

    /// <summary>Until the JIT compiler has little left to do: it would take several percent of the processors from what is measured first.</summary>
    private static async Task WarmUpAsync(TransfersField field, int count, bool hash)
    {
        var start = Stopwatch.GetTimestamp();
        do
        {
            await MovedAsync(() => field.Begin(32 * Megabyte), count);
            await BareAsync(field, (pair, number) => BareLoops.MoveAsync(pair, number, 32 * Megabyte, hash), count);
        }
        while (!s_isWarm && Stopwatch.GetElapsedTime(start) < s_warmUp);
        s_isWarm = true;
    }

    private static async Task<Moved> MovedAsync(Func<TransfersField.Run> begin, int count)
    {
        TransfersField.Run[] runs = [];
        var moved = await Moved.MeasureAsync(() => Task.WhenAll((runs = [.. Enumerable.Range(0, count).Select(_ => begin())]).Select(run => run.Ended)));
        return moved with { SlowestToFastest = runs.Min(run => run.Took) / runs.Max(run => run.Took) };
    }

    private static Task<Moved> BareAsync(TransfersField field, Func<BarePair, int, Task<long>> moveAsync, int count) => Moved.MeasureAsync(
        () => Task.WhenAll(Enumerable.Range(0, count).Select(number => Task.Run(async () => await moveAsync(await field.Bare.OpenAsync(), number)))));

    /// <summary>In chunks as transfers hash them.</summary>
    private static double HashSecondsPerGigabyte()
    {
        const int Rounds = 1000;
        var chunk = new byte[Megabyte / 4];
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var start = Stopwatch.GetTimestamp();
        for (var round = 0; round < Rounds; round++)
        {
            hash.AppendData(chunk);
        }

        return Stopwatch.GetElapsedTime(start).TotalSeconds * 1e9 / ((double)chunk.Length * Rounds);
    }

    private static FileInfo Generate(string folder, int index, long size)
    {
        FileInfo file = new(Path.Combine(folder, FormattableString.Invariant($"file-{index}")));
        var block = new byte[Megabyte];
        using var stream = file.Create();
        for (long position = 0; position < size; position += block.Length)
        {
            TransfersPattern.Fill(index, position, block);
            stream.Write(block, 0, (int)Math.Min(block.Length, size - position));
        }

        stream.Flush(flushToDisk: true);
        return file;
    }
}
