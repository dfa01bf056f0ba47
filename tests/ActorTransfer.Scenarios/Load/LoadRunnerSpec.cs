using System.Diagnostics;
using System.Text.Json;

namespace ActorTransfer.Scenarios.Load;

/// <summary>The load runner of benchmarks/ with tiny sizes: checks that it runs, verifies and reports, not its speed.</summary>
public sealed class LoadRunnerSpec
{
    private static readonly TimeSpan MaxWait = TimeSpan.FromSeconds(60);

    [LoadRunnerFact]
    public async Task Load_runner_must_verify_every_byte_sent_through_a_relay()
    {
        var row = await RunAsync("load", "relay", "--against", "bare-sockets", "--pairs", "2", "--seconds", "0.2", "--rounds", "1");
        Assert.True(row.GetProperty("MB/s").GetDouble() > 0);
        Assert.Equal(0, row.GetProperty("bytes lost").GetInt64());
        Assert.Equal(1, row.GetProperty("ways back").GetDouble());
    }

    [LoadRunnerFact]
    public async Task Load_runner_must_set_up_every_pair_through_a_relay()
    {
        var row = await RunAsync("load", "setup", "--against", "bare-sockets", "--concurrency", "4", "--setups", "100", "--rounds", "1");
        Assert.Equal(100, row.GetProperty("done").GetInt32());
        Assert.Equal(0, row.GetProperty("lost").GetInt32());
        Assert.True(row.GetProperty("set-ups/s").GetDouble() > 0);
    }

    /// <summary>Its single report row.</summary>
    private static async Task<JsonElement> RunAsync(params string[] arguments)
    {
        ProcessStartInfo start = new("dotnet", [Program(), .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        using CancellationTokenSource limit = new(MaxWait);
        try
        {
            var saying = process.StandardError.ReadToEndAsync(limit.Token);
            var output = await process.StandardOutput.ReadToEndAsync(limit.Token);
            await process.WaitForExitAsync(limit.Token);
            Assert.True(process.ExitCode == 0, $"It ended with {process.ExitCode}: {output}{await saying}");
            var line = Assert.Single(output.Split('\n'), line => line.StartsWith('{'));
            var row = JsonDocument.Parse(line).RootElement;
            Assert.Equal(string.Join(' ', arguments), row.GetProperty("command").GetString());
            Assert.Equal(JsonValueKind.Null, row.GetProperty("fault").ValueKind);
            return row;
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
    }

    /// <summary>The load runner that was built with this project, in the same configuration.</summary>
    private static string Program()
    {
        DirectoryInfo framework = new(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));
        var root = framework.Parent!.Parent!.Parent!.Parent!.Parent!.FullName;
        return Path.Combine(
            root, "benchmarks", "ActorTransfer.Benchmarks", "bin", framework.Parent.Name, framework.Name, "ActorTransfer.Benchmarks.dll");
    }
}
