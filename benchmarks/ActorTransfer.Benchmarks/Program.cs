using System.Globalization;
using System.Text.Json;
using ActorTransfer.Benchmarks.ClusterModel;
using ActorTransfer.Benchmarks.EndToEnd;
using ActorTransfer.Benchmarks.Load;
using ActorTransfer.Benchmarks.Load.Candidates;
using ActorTransfer.Benchmarks.Load.InBand;
using ActorTransfer.Benchmarks.Relay;
using ActorTransfer.Benchmarks.Runtime;
using BenchmarkDotNet.Running;

// Load runs print a table and one JSON line; everything else runs under BenchmarkDotNet.
//   demo [BYTES] [ROUNDS]    whole transfers compared with bare loops
//   relay [BYTES] [ROUNDS]   one relay direction compared with a bare loop
//   runtime                  messages, requests and stream elements a second
//   load SCENARIO [options]  proxies as separate processes, and thousands of transfers
//   cluster-model [NAME=N]   what saturates first in clusters of 10, 100 and 1,000 nodes
//   anything else            BenchmarkDotNet, for example --filter '*ActorBenchmarks*'
switch (args)
{
    case ["demo", .. var rest]:
        await DemoAsync(Bytes(rest), Rounds(rest, 5));
        break;
    case ["relay", .. var rest]:
        await RelayAsync(Bytes(rest), Rounds(rest, 7));
        break;
    case ["runtime"]:
        await RuntimeAsync();
        break;
    case ["load", .. var rest]:
        return await LoadCommand.RunAsync(rest);
    case ["cluster-model", .. var rest]:
        return ClusterModelCommand.Run(rest);
    case ["serve-bare"]: // started by load
        return await BareRelay.RunAsync();
    case ["in-band-peer", .. var rest]: // started by load
        return await InBandPeer.RunAsync(rest);
    default:
        BenchmarkSwitcher.FromAssembly(typeof(DemoThroughput).Assembly).Run(args);
        break;
}

return 0;

static long Bytes(string[] rest) => rest.Length > 0 ? long.Parse(rest[0], CultureInfo.InvariantCulture) : 1L << 30;

static int Rounds(string[] rest, int usual) => rest.Length > 1 ? int.Parse(rest[1], CultureInfo.InvariantCulture) : usual;

static async Task DemoAsync(long bytes, int rounds)
{
    var result = await DemoThroughput.MeasureAsync(bytes, rounds);
    Row("way", "median", "rounds");
    Row("transfer, hashed", result.Product, result.ProductRounds);
    Row("bare loops, hashed", result.BareHashed, result.BareHashedRounds);
    Row("bare loops, no hash", result.Bare, result.BareRounds);
    Console.WriteLine(Text($"ratio {result.RatioHashed:0.00} to hashed loops, {result.Ratio:0.00} to loops without hash"));
    Console.WriteLine(Text($"peak memory {result.PeakMemory / 1e6:0} MB"));
    Json("demo", new { bytes, rounds, unit = "MB/s", result });
}

static async Task RelayAsync(long bytes, int rounds)
{
    var result = await RelayThroughput.MeasureAsync(bytes, rounds);
    Row("way", "median", "rounds");
    Row("stages", result.Stages, result.StagesRounds);
    Row("bare loop", result.Bare, result.BareRounds);
    Console.WriteLine(Text($"ratio {result.Ratio:0.00}"));
    Json("relay", new { bytes, rounds, unit = "MB/s", result });
}

static async Task RuntimeAsync()
{
    var onePair = await RuntimeThroughput.MeasureTellsAsync(pairs: 1, messagesPerPair: 2_000_000);
    var manyPairs = await RuntimeThroughput.MeasureTellsAsync(pairs: 100, messagesPerPair: 50_000);
    var asks = await RuntimeThroughput.MeasureAsksAsync(askers: 100, asksEach: 5_000);
    var (elements, materializations) = await StreamThroughput.MeasureAsync();
    Console.WriteLine(Text($"tell, 1 pair              {onePair,12:0} messages/s"));
    Console.WriteLine(Text($"tell, 100 pairs           {manyPairs,12:0} messages/s"));
    Console.WriteLine(Text($"ask, 100 at a time        {asks,12:0} asks/s"));
    Console.WriteLine(Text($"stream of three stages    {elements,12:0} elements/s"));
    Console.WriteLine(Text($"streams started and ended    {materializations,12:0} streams/s"));
    Json("runtime", new { tellOnePair = onePair, tellManyPairs = manyPairs, asks, elements, materializations });
}

static void Row(string way, object median, object rounds)
{
    var text = rounds is IEnumerable<double> all ? string.Join(' ', all.Select(rate => Text($"{rate:0}"))) : rounds;
    Console.WriteLine(Text($"{way,-20} {median,8:0.0}  {text}"));
}

static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

static void Json(string run, object content)
{
    var runtime = typeof(Akka.Actor.ActorSystem).Assembly.GetName().Name;
    Console.WriteLine(JsonSerializer.Serialize(new { run, runtime, processors = Environment.ProcessorCount, content }));
}
