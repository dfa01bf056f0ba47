using System.Diagnostics;
using System.Net;
using System.Security.Cryptography;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ActorTransfer.Benchmarks.EndToEnd;

/// <summary>Megabytes (10^6 bytes) a second of whole transfers, compared with bare loops in the same run. Medians; all rounds in order.</summary>
/// <param name="Product">A transfer through the in-process domain and its proxy, hashed at both ends, from the call to both outcomes.</param>
/// <param name="BareHashed">Bare loops with SHA-256 at both ends.</param>
/// <param name="Bare">Bare loops without hashing.</param>
/// <param name="RatioHashed">Median of the ratios of neighbouring rounds, product to hashed bare loops.</param>
/// <param name="Ratio">The same to the bare loops without hash, which do less.</param>
/// <param name="PeakMemory">Most bytes of the process after the first product round, before a bare loop ran.</param>
/// <param name="ProductRounds">Every round.</param>
/// <param name="BareHashedRounds">Every round.</param>
/// <param name="BareRounds">Every round.</param>
public sealed record DemoComparison(
    double Product,
    double BareHashed,
    double Bare,
    double RatioHashed,
    double Ratio,
    long PeakMemory,
    IReadOnlyList<double> ProductRounds,
    IReadOnlyList<double> BareHashedRounds,
    IReadOnlyList<double> BareRounds);

/// <summary>
/// One file from folder to folder. Includes everything a user waits for: negotiation, connects, file reading, hashing twice, relay,
/// file writing, the commit. Excludes starting the host, generating the file, and checking the hash of the received file on disk,
/// which follows each round.
/// </summary>
public static class DemoThroughput
{
    private static readonly Jid Sender = Jid.Parse("iphone@local.test/xiff");
    private static readonly Jid Receiver = Jid.Parse("android@local.test/Spark 2.6.3");

    /// <summary>Alternates the three variants after a small warm-up round of each.</summary>
    public static async Task<DemoComparison> MeasureAsync(long bytes = 1L << 30, int rounds = 5)
    {
        var folder = Directory.CreateTempSubdirectory("actor-transfer-benchmark-").FullName;
        using var host = await HostAsync();
        try
        {
            var (small, smallHash) = await GenerateAsync(Path.Combine(folder, "small"), 64L << 20);
            await RoundsAsync(host, folder, small, smallHash);
            File.Delete(small);
            var (file, hash) = await GenerateAsync(Path.Combine(folder, "large"), bytes);
            List<double> product = [], hashed = [], bare = [];
            long peak = 0;
            for (var round = 0; round < rounds; round++)
            {
                var rates = await RoundsAsync(host, folder, file, hash, () => peak = Math.Max(peak, round == 0 ? PeakMemory() : 0));
                product.Add(rates.Product);
                hashed.Add(rates.Hashed);
                bare.Add(rates.Bare);
            }

            return new DemoComparison(
                Median(product),
                Median(hashed),
                Median(bare),
                Median([.. product.Zip(hashed, (mine, other) => mine / other)]),
                Median([.. product.Zip(bare, (mine, other) => mine / other)]),
                peak,
                product,
                hashed,
                bare);
        }
        finally
        {
            await host.StopAsync();
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<(double Product, double Hashed, double Bare)> RoundsAsync(
        IHost host, string folder, string file, string hash, Action? afterProduct = null)
    {
        var product = await RoundAsync(folder, file, hash, target => TransferAsync(host, file, folder, Path.GetFileName(target)));
        afterProduct?.Invoke();
        var hashed = await RoundAsync(folder, file, hash, target => BareTransfer.RunAsync(file, target, hash: true));
        var bare = await RoundAsync(folder, file, hash, target => BareTransfer.RunAsync(file, target, hash: false));
        return (product, hashed, bare);
    }

    private static async Task<double> RoundAsync(string folder, string file, string hash, Func<string, Task<string>> move)
    {
        var target = Path.Combine(folder, "received");
        var start = Stopwatch.GetTimestamp();
        var reported = await move(target);
        var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        var onDisk = await HashAsync(target);
        if (onDisk != hash || reported.Length > 0 && reported != hash)
        {
            throw new InvalidDataException($"Sent {hash}, on disk {onDisk}, reported {reported}.");
        }

        File.Delete(target);
        return new FileInfo(file).Length / seconds / 1e6;
    }

    private static async Task<string> TransferAsync(IHost host, string file, string folder, string name)
    {
        var transfers = host.Services.GetRequiredService<IFileTransfers>();
        var accepting = AcceptAsync(transfers, folder, name);
        var sending = await transfers.SendAsync(Receiver, new FileInfo(file), new SendOptions(Sender.Local));
        var receiving = await accepting;
        var (sent, received) = (await sending.Completion, await receiving.Completion);
        return sent is TransferOutcome.Completed left && received is TransferOutcome.Completed arrived && left.Sha256 == arrived.Sha256
            ? arrived.Sha256!
            : throw new InvalidDataException($"Sent: {sent}; received: {received}");
    }

    private static async Task<ITransfer> AcceptAsync(IFileTransfers transfers, string folder, string name)
    {
        await foreach (var offer in transfers.IncomingAsync())
        {
            return await offer.AcceptAsync(folder, name);
        }

        throw new InvalidOperationException("The offers ended.");
    }

    private static async Task<IHost> HostAsync()
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        var domain = new LocalDomain(Jid.Parse("local.test"));
        builder.Services.AddActorTransfer(options => options
            .AddLocalUser(domain, Sender)
            .AddLocalUser(domain, Receiver)
            .AddLocalProxy(domain, Jid.Parse("proxy.local.test"), new IPEndPoint(IPAddress.Loopback, 0)));
        var host = builder.Build();
        await host.StartAsync();
        await host.Services.GetRequiredService<IFileTransfers>().ReadyAsync();
        return host;
    }

    private static async Task<(string Path, string Hash)> GenerateAsync(string path, long bytes)
    {
        var block = new byte[1 << 20];
        var random = new Random();
        await using (var file = File.Create(path))
        {
            for (var left = bytes; left > 0; left -= Math.Min(left, block.Length))
            {
                random.NextBytes(block);
                await file.WriteAsync(block.AsMemory(0, (int)Math.Min(left, block.Length)));
            }
        }

        return (path, await HashAsync(path));
    }

    private static async Task<string> HashAsync(string path)
    {
        await using var file = File.OpenRead(path);
        return Convert.ToHexStringLower(await SHA256.HashDataAsync(file));
    }

    private static long PeakMemory()
    {
        using var self = Process.GetCurrentProcess();
        return self.PeakWorkingSet64;
    }

    private static double Median(List<double> values)
    {
        List<double> sorted = [.. values.Order()];
        var middle = sorted.Count / 2;
        return sorted.Count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
