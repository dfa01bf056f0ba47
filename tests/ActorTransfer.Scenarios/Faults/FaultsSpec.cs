using System.Diagnostics;
using ActorTransfer.Scenarios.Prosody;

namespace ActorTransfer.Scenarios.Faults;

/// <summary>The programs of tests/ActorTransfer.Faults with small numbers: outcomes, not times. Its Program.cs has the commands for large numbers.</summary>
public sealed class FaultsSpec
{
    private static readonly TimeSpan MaxWait = TimeSpan.FromSeconds(120);

    [ProsodyFact]
    public async Task Files_must_be_whole_after_the_death_of_their_receiver()
    {
        var output = await RunAsync("kill", "--role", "receiver", "--runs", "2", "--sizes", "1", "--signalling", "StreamInitiation");
        Assert.Contains("2 trials, 0 violations", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Twice_the_limits_must_be_refused_politely_while_others_are_admitted()
    {
        var output = await RunAsync("overload", "--seconds", "0.6", "--only", "transfers.max-active,proxy.max-pairs");
        Assert.Contains("0 violations", output, StringComparison.Ordinal);
        Assert.Contains("Failed Peer Overloaded", output, StringComparison.Ordinal);
    }

    private static async Task<string> RunAsync(params string[] arguments)
    {
        ProcessStartInfo start = new("dotnet", [Program(), .. arguments]) { RedirectStandardOutput = true };
        using var process = Process.Start(start)!;
        using CancellationTokenSource limit = new(MaxWait);
        try
        {
            var output = await process.StandardOutput.ReadToEndAsync(limit.Token);
            await process.WaitForExitAsync(limit.Token);
            Assert.True(process.ExitCode == 0, output);
            return output;
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
    }

    /// <summary>The program that was built with this project, in the same configuration.</summary>
    private static string Program()
    {
        DirectoryInfo framework = new(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));
        return Path.Combine(
            framework.Parent!.Parent!.Parent!.Parent!.FullName,
            "ActorTransfer.Faults", "bin", framework.Parent.Name, framework.Name, "ActorTransfer.Faults.dll");
    }
}
