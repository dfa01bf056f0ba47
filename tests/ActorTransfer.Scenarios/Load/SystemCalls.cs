using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using ActorTransfer.Scenarios.Cli;

namespace ActorTransfer.Scenarios.Load;

/// <summary>Counts the system calls of a process by <c>strace</c>.</summary>
internal static class SystemCalls
{
    public const string Strace = "/usr/bin/strace";

    /// <summary>The calls by name that the process makes during an action.</summary>
    public static async Task<ImmutableSortedDictionary<string, int>> CountAsync(int process, Action action)
    {
        using var folder = new TestFolder();
        string[] all = [.. CliProcess.InForeground, Strace, "-f", "-c", "-o", folder["calls"], "-p", $"{process}"];
        var start = new ProcessStartInfo(all[0], all[1..]) { RedirectStandardError = true };
        using var strace = Process.Start(start)!;
        while (await strace.StandardError.ReadLineAsync() is { } line && !line.Contains("attached", StringComparison.Ordinal))
        {
        }

        action();
        CliProcess.Signal(strace, CliProcess.Interrupt);
        await strace.StandardError.ReadToEndAsync();
        await strace.WaitForExitAsync();
        return File.ReadLines(folder["calls"])
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Where(fields => fields.Length >= 5 && int.TryParse(fields[3], CultureInfo.InvariantCulture, out _) && fields[^1] != "total")
            .ToImmutableSortedDictionary(fields => fields[^1], fields => int.Parse(fields[3], CultureInfo.InvariantCulture), StringComparer.Ordinal);
    }
}
