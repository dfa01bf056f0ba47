using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using ActorTransfer.Benchmarks.Load.Candidates;
using ActorTransfer.Benchmarks.Load.Native;

namespace ActorTransfer.Benchmarks.Load.InBand;

/// <summary>One file from a sender here to a receiver next to the server, which may be far away; both are processes of their own.</summary>
/// <param name="Rate">MB/s from the offer until the receiver has the file.</param>
/// <param name="ServerBusy">Processor time of the server in that time, in cores.</param>
internal sealed record InBandRun(double Rate, double ServerBusy)
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(2);

    /// <exception cref="IOException">The program is not available, or did not send the file.</exception>
    /// <exception cref="InvalidDataException">Other bytes arrived.</exception>
    public static async Task<InBandRun> MeasureAsync(InBandKind kind, ChildProcess server, string port, string folder, CancellationToken cancel)
    {
        var content = new byte[Site.Current.IsFar ? kind.FarBytes : kind.NearBytes];
        new Random(content.Length).NextBytes(content);
        var file = Path.Combine(folder, "sent");
        await File.WriteAllBytesAsync(file, content, cancel);
        var address = Site.Current.Proxy.ToString();
        TaskCompletionSource<string> received = new(TaskCreationOptions.RunContinuationsAsynchronously);
        var command = Site.Current.Command(kind.Program, [.. kind.Before, "receive", "receiver@localhost/load", "sesame", address, port]);
        await using var receiver = await StartAsync(command, "ready", line => Keep(received, "received ", line), cancel);
        await using var sender = await StartAsync(
            (kind.Program, [.. kind.Before, "send", "sender@localhost/load", "sesame", address, port, file, "receiver@localhost/load"]),
            "begun",
            _ => { },
            cancel);
        var (start, before) = (Stopwatch.GetTimestamp(), ProcessUsage.OfTree(server.Id));
        string arrived;
        try
        {
            arrived = await received.Task.WaitAsync(s_patience, cancel);
        }
        catch (TimeoutException)
        {
            throw new IOException($"{kind.Name} received nothing within {s_patience.TotalMinutes} minutes");
        }

        var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        var busy = (ProcessUsage.OfTree(server.Id).CpuSeconds - before.CpuSeconds) / seconds;
        var expected = string.Create(CultureInfo.InvariantCulture, $"{content.Length} {Convert.ToHexStringLower(SHA256.HashData(content))}");
        return arrived == expected
            ? new InBandRun(content.Length / seconds / 1e6, busy)
            : throw new InvalidDataException($"{kind.Name} received {arrived} instead of {expected}");
    }

    private static async Task<ChildProcess> StartAsync(
        (string Program, IEnumerable<string> Arguments) command, string word, Action<string> heard, CancellationToken cancel)
    {
        try
        {
            var (process, _) = await ChildProcess.StartAsync(
                command.Program,
                command.Arguments,
                line =>
                {
                    heard(line);
                    return line == word ? line : null;
                },
                cancel);
            return process;
        }
        catch (Win32Exception exception)
        {
            throw new IOException($"it is not installed (benchmarks/baselines/install.sh): {exception.Message}", exception);
        }
    }

    private static void Keep(TaskCompletionSource<string> received, string prefix, string line)
    {
        if (line.StartsWith(prefix, StringComparison.Ordinal))
        {
            received.TrySetResult(line[prefix.Length..]);
        }
    }
}
