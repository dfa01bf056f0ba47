using System.Security.Cryptography;
using System.Text.RegularExpressions;
using ActorTransfer.Cli;
using ActorTransfer.Scenarios.Cli;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ActorTransfer.Scenarios.Prosody;

/// <summary>Transfers between two JIDs of a component through Prosody and its proxy.</summary>
public sealed class ProsodySpec : IDisposable
{
    private static readonly Jid Sender = Jid.Parse($"iphone@{ProsodyServer.Component}/xiff");
    private static readonly Jid Receiver = Jid.Parse($"android@{ProsodyServer.Component}/Spark 2.6.3");
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [ProsodyFact]
    public async Task File_of_64_MiB_must_arrive_complete_through_the_servers_proxy()
    {
        await using var server = await ProsodyServer.StartAsync();
        using var host = await HostAsync(server);
        var bytes = RandomNumberGenerator.GetBytes(64 << 20);
        var file = _folder.File("original.bin", bytes);

        var (sending, receiving) = await SendAsync(host, file);

        var hash = Convert.ToHexStringLower(SHA256.HashData(bytes));
        var left = Assert.IsType<TransferOutcome.Completed>(await sending.Completion);
        var arrived = Assert.IsType<TransferOutcome.Completed>(await receiving.Completion);
        Assert.Equal((bytes.Length, hash), (left.Bytes, left.Sha256));
        Assert.Equal((bytes.Length, hash), (arrived.Bytes, arrived.Sha256));
        Assert.Equal(hash, Convert.ToHexStringLower(SHA256.HashData(await File.ReadAllBytesAsync(arrived.Path!))));
        await host.StopAsync();
    }

    [ProsodyFact]
    public async Task Diagnosis_must_transfer_bytes_through_the_servers_proxy()
    {
        await using var server = await ProsodyServer.StartAsync();
        using var host = await HostAsync(server);
        var steps = new List<DiagnosticStep>();
        await foreach (var step in host.Services.GetRequiredService<IDiagnostics>().RunAsync(ProsodyServer.Component))
        {
            steps.Add(step);
        }

        foreach (var what in new[] { ": relay", ": echo" })
        {
            var step = Assert.Single(steps, step => step.What.EndsWith(what, StringComparison.Ordinal));
            Assert.True(step.Result == DiagnosticResult.Ok, step.Detail);
        }

        Assert.Equal(DiagnosticResult.Ok, steps[^1].Result);
        await host.StopAsync();
    }

    [ProsodyFact]
    public async Task Crash_of_the_server_during_a_transfer_must_end_both_sides_and_leave_no_file()
    {
        await using var server = await ProsodyServer.StartAsync();
        using var host = await HostAsync(server, hocon: // otherwise it depends on the received bytes
            "actor-transfer { files.keep-partials = off, initiator.signalling = si }");
        using (var large = File.Create(_folder["large.bin"]))
        {
            large.SetLength(20L << 30); // sparse
        }

        var (sending, receiving) = await SendAsync(host, _folder["large.bin"]);
        await foreach (var progress in receiving.ProgressAsync())
        {
            if (progress is { State: TransferState.Streaming, Bytes: > 0 })
            {
                await server.CrashAsync();
            }
        }

        var left = Assert.IsType<TransferOutcome.Failed>(await sending.Completion);
        var arrived = Assert.IsType<TransferOutcome.Failed>(await receiving.Completion);
        Assert.Equal((TransferState.Streaming, FailureReason.ConnectionLost), (left.Phase, left.Reason));
        Assert.Equal(TransferState.Streaming, arrived.Phase);
        Assert.Contains(arrived.Reason, new[] { FailureReason.ConnectionLost, FailureReason.WrongLength });
        Assert.Empty(Directory.GetFileSystemEntries(_folder["in"]));
        await host.StopAsync();
    }

    [ProsodyFact]
    public async Task Command_line_must_transfer_a_file_through_the_servers_proxy()
    {
        await using var server = await ProsodyServer.StartAsync();
        var bytes = RandomNumberGenerator.GetBytes(1_000_003);
        var file = _folder.File("a.bin", bytes);

        var run = await CliRun.RunAsync(["demo", file, "--into", _folder["in"], .. server.Options()]);

        Assert.Equal((ExitCode.Done, ""), (run.Code, run.Error));
        Assert.Equal(bytes, await File.ReadAllBytesAsync(_folder["in/a.bin"]));
        string[] steps =
        [
            "sender -> server +iq get: disco#items",
            $"{ProsodyServer.Proxy} -> sender +iq result: streamhost {ProsodyServer.Proxy} at 127.0.0.1:{server.ProxyPort}",
            @"receiver -> sender +iq set: Jingle transport-info: candidate-used p\d+",
            $"sender -> {ProsodyServer.Proxy} +iq set: activate",
        ];
        Assert.All(steps, step => Assert.Contains(run.OutLines, line => Regex.IsMatch(line, step)));
        Assert.Equal(2, run.OutLines.Count(line => line.EndsWith(Convert.ToHexStringLower(SHA256.HashData(bytes)), StringComparison.Ordinal)));
    }

    [ProsodyFact]
    public async Task Wrong_secret_must_end_the_wait_for_the_link()
    {
        await using var server = await ProsodyServer.StartAsync();

        var refused = await Assert.ThrowsAsync<EngineException>(() => HostAsync(server, "wrong"));

        Assert.True(refused.ForGood);
        Assert.Contains("not-authorized", refused.Message);
    }

    [ProsodyFact]
    public async Task Command_line_must_report_the_error_of_the_server_in_one_line()
    {
        await using var server = await ProsodyServer.StartAsync(withProxy: false);

        (await CliRun.RunAsync(["demo", "--size", "1", .. server.Options(secret: server.WrongSecretFile)]))
            .MustFail(ExitCode.ServerRefused, "refused the secret");
        (await CliRun.RunAsync(["demo", "--size", "1", .. server.Options(component: "unknown.localhost")]))
            .MustFail(ExitCode.ServerRefused, "unknown.localhost");
        (await CliRun.RunAsync(["demo", "--size", "1", .. server.Options()]))
            .MustFail(ExitCode.NoProxy, "No proxy was found");
    }

    private static async Task<IHost> HostAsync(ProsodyServer server, string? secret = null, string hocon = "")
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddActorTransfer(options => options.WithHocon(hocon).AddComponent(
            new ComponentAccount
            {
                Host = "127.0.0.1",
                Port = server.ComponentPort,
                Jid = Jid.Parse(ProsodyServer.Component),
                Secret = secret ?? server.SecretText,
            }));
        var host = builder.Build();
        await host.StartAsync();
        try
        {
            await host.Services.GetRequiredService<IFileTransfers>().ReadyAsync(keepTrying: false);
            return host;
        }
        catch
        {
            await host.StopAsync();
            host.Dispose();
            throw;
        }
    }

    private async Task<(ITransfer Sending, ITransfer Receiving)> SendAsync(IHost host, string file)
    {
        var transfers = host.Services.GetRequiredService<IFileTransfers>();
        var accepting = AcceptAsync(transfers);
        var sending = await transfers.SendAsync(Receiver, new FileInfo(file), new SendOptions(From: Sender));
        return (sending, await accepting);
    }

    private async Task<ITransfer> AcceptAsync(IFileTransfers transfers)
    {
        await foreach (var offer in transfers.IncomingAsync())
        {
            return await offer.AcceptAsync(_folder["in"]);
        }

        throw new InvalidOperationException("The offers ended.");
    }
}
