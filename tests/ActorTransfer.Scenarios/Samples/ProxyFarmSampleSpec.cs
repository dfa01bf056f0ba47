using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using ActorTransfer.Scenarios.Architecture;
using ActorTransfer.Scenarios.Cli;
using ActorTransfer.Scenarios.Prosody;

namespace ActorTransfer.Scenarios.Samples;

/// <summary>samples/ProxyFarm: three nodes behind one Prosody, one of which is killed.</summary>
public sealed class ProxyFarmSampleSpec : IDisposable
{
    private static readonly TimeSpan MaxWait = TimeSpan.FromSeconds(90);
    private static readonly string Script = Path.Combine(Repository.Root, "samples", "ProxyFarm", "farm.sh");

    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [ProsodyFact]
    public async Task Farm_must_relay_before_and_after_a_node_is_killed()
    {
        var port = FreePorts().ToString(CultureInfo.InvariantCulture);
        var output = new LogLines();
        using var farm = Start(port);
        farm.OutputDataReceived += (_, line) => output.Add(line.Data ?? "");
        farm.BeginOutputReadLine();
        try
        {
            await output.HasAsync("Ready as proxy.localhost", MaxWait, count: 3);
            await MustSendAsync(port, "before.bin");
            await RunAsync(port, "kill", "1");
            await output.HasAsync("Connected to the server again", MaxWait, count: 2);
            await MustSendAsync(port, "after.bin");
        }
        finally
        {
            CliProcess.Signal(farm, CliProcess.Terminate);
            await farm.WaitForExitAsync().WaitAsync(MaxWait);
        }
    }

    private async Task MustSendAsync(string port, string name)
    {
        var bytes = RandomNumberGenerator.GetBytes(100_000);
        await RunAsync(port, "send", _folder.File(name, bytes));
        Assert.Equal(bytes, await File.ReadAllBytesAsync(_folder[$"farm/received/{name}"]));
    }

    private async Task RunAsync(string port, params string[] args)
    {
        using var process = Start(port, args);
        var output = await process.StandardOutput.ReadToEndAsync().WaitAsync(MaxWait);
        await process.WaitForExitAsync().WaitAsync(MaxWait);
        Assert.True(process.ExitCode == 0, output);
    }

    private Process Start(string port, params string[] args)
    {
        var start = new ProcessStartInfo(Script, args) { RedirectStandardOutput = true };
        start.Environment["FARM_FOLDER"] = _folder["farm"];
        start.Environment["FARM_PORT"] = port;
        start.Environment["ACTOR_TRANSFER"] = Path.Combine(AppContext.BaseDirectory, "actor-transfer");
        return Process.Start(start)!;
    }

    /// <summary>The first of 30 ports that are probably free: the kernel chooses larger ones for others.</summary>
    private static int FreePorts() => Random.Shared.Next(20_000, 32_000);
}
