using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using ActorTransfer.Actors.Files;
using ActorTransfer.Protocol.Streams;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ActorTransfer.Benchmarks.Load.InBand;

/// <summary>
/// The command <c>in-band-peer</c>: this project's engine as a peer of the scenario <c>in-band</c>, with the arguments and the output of
/// <c>baselines/in-band-gloox.cpp</c>.
/// </summary>
internal static class InBandPeer
{
    /// <summary>Environment variable with the path of the server's certificate.</summary>
    public const string CertificateVariable = "LOAD_CERTIFICATE";

    private const string WarmUp = "warm-up";

    /// <summary>Users run a program that was compiled ahead of time: until the JIT compiler has compiled most.</summary>
    private static readonly TimeSpan s_warmUp = TimeSpan.FromSeconds(8);

    public static async Task<int> RunAsync(string[] arguments)
    {
        if (arguments is not [var role, var account, var password, var host, var port, .. var rest])
        {
            return 2;
        }

        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddActorTransfer(options => options
            .WithHocon(Environment.GetEnvironmentVariable("LOAD_HOCON") ?? "")
            .AddClient(Address(account, password, host, int.Parse(port, CultureInfo.InvariantCulture))));
        using var hosting = builder.Build();
        await hosting.StartAsync();
        var transfers = hosting.Services.GetRequiredService<IFileTransfers>();
        await transfers.ReadyAsync();
        Console.WriteLine("ready");
        await (role == "send" ? SendAsync(transfers, new FileInfo(rest[0]), Jid.Parse(rest[1])) : ReceiveAsync(transfers));
        await hosting.StopAsync();
        return 0;
    }

    /// <summary>With TLS if the server is at the other end of a line: a client does not send a password over a network without it.</summary>
    private static ClientAccount Address(string account, string password, string host, int port) => IPAddress.IsLoopback(IPAddress.Parse(host))
        ? new ClientAccount { Jid = Jid.Parse(account), Host = host, Port = port, Tls = TlsMode.Off, Password = password }
        : new ClientAccount
        {
            Jid = Jid.Parse(account),
            Host = host,
            Port = port,
            Tls = TlsMode.StartTls,
            Password = password,
            Roots = [X509CertificateLoader.LoadCertificateFromFile(Environment.GetEnvironmentVariable(CertificateVariable)!)],
        };

    private static async Task SendAsync(IFileTransfers transfers, FileInfo file, Jid to)
    {
        var warm = file.CopyTo(Path.Combine(file.DirectoryName!, WarmUp), overwrite: true);
        for (var start = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(start) < s_warmUp;)
        {
            await SendOneAsync(transfers, warm, to);
        }

        Console.WriteLine("begun");
        await SendOneAsync(transfers, file, to);
        Console.WriteLine("sent");
    }

    private static async Task SendOneAsync(IFileTransfers transfers, FileInfo file, Jid to)
    {
        var sending = await transfers.SendAsync(to, file, new SendOptions { Methods = StreamMethods.InBand });
        _ = Completed(await sending.Completion);
    }

    private static async Task ReceiveAsync(IFileTransfers transfers)
    {
        await foreach (var offer in transfers.IncomingAsync())
        {
            using StreamDestination destination = new(Stream.Null);
            var whole = Completed(await (await offer.AcceptAsync(destination)).Completion);
            if (offer.File.Name != WarmUp)
            {
                Console.WriteLine(FormattableString.Invariant($"received {whole.Bytes} {whole.Sha256}"));
                return;
            }
        }
    }

    private static TransferOutcome.Completed Completed(TransferOutcome outcome) =>
        outcome as TransferOutcome.Completed ?? throw new InvalidDataException($"{outcome}");
}
