using System.Diagnostics.Metrics;
using System.Text.RegularExpressions;
using ActorTransfer.Actors.Instrumentation;
using ActorTransfer.Cluster.Nodes;
using ActorTransfer.Scenarios.Architecture;
using ActorTransfer.Scenarios.InProcess;
using Microsoft.Extensions.DependencyInjection;

namespace ActorTransfer.Scenarios.Watching;

/// <summary>Metrics of whole transfers, and their table in <c>docs/operating.md</c>.</summary>
public sealed partial class MetricsSpec
{
    private const int Size = 300_000;

    [Fact]
    public async Task Transfer_must_be_measured_in_both_roles_and_at_the_proxy()
    {
        using var recorder = new MetricRecorder();
        await using var host = await LocalDomainHost.StartAsync();
        await TransferAsync(host);
        await host.Services.GetRequiredService<IProxies>().StatusAsync(Jid.Parse("proxy.local.test")); // counts its connections now
        await host.StopAsync();

        var measured = recorder.Of(host.Services);
        var sums = measured.GroupBy(one => one.ToString()).ToDictionary(group => group.Key, group => group.Sum(one => one.Value));
        foreach (var role in (string[])["initiator", "target"])
        {
            Assert.Equal(1, sums[$"transfers.started({role})"]);
            Assert.Equal(0, sums[$"transfers.active({role})"]);
            Assert.Equal(1, sums[$"transfers.ended({role},completed,proxy)"]);
            Assert.Equal(Size, sums[$"transfers.io({role},proxy)"]);
            Assert.Equal(1, sums[$"candidates.won({role},proxy,ipv4)"]);
            var whole = sums[$"transfer.duration({role},completed,proxy)"];
            Assert.InRange(measured.Where(one => IsStateOf(role, one)).Sum(one => one.Value), 0, whole);
            Assert.InRange(sums[$"transfer.time_to_first_byte({role},proxy)"], 0, whole);
            Assert.InRange(sums[$"transfer.rate({role},proxy)"], Size / whole, double.MaxValue);
        }

        Assert.Equal(
            ["offer", "accepted", "proxy-discovered", "streamhost-sent", "connected", "activated", "streaming"],
            measured.Where(one => IsStateOf("initiator", one)).Select(one => one.Tags["actortransfer.state"]));
        Assert.Equal(1, sums["proxy.setups()"]);
        Assert.Equal(Size, sums["proxy.io()"]);
        Assert.InRange(sums["proxy.connections()"], 2, 16); // a side may try more than one address
        Assert.Equal(0, sums["proxy.pairs.open(active)"]);
        Assert.Equal(0, sums["proxy.pairs.open(waiting)"]);
        Assert.Equal(1, sums["proxy.pairs.ended(relayed)"]);
        Assert.Equal(0, sums["connections.up(iphone)"]);
        Assert.Equal(0, sums["iq.pending()"]);
        Assert.Equal(0, sums["stanzas.queued()"]);
        Assert.Contains(measured, one => one.ToString() == "iq.duration(http://jabber.org/protocol/si)" && one.Value > 0);
        Assert.Contains(measured, one => one.Instrument.Name == "actortransfer.buffers.rented");
        Assert.Contains(measured, one => one.Instrument.Name == "actortransfer.descriptors.open" && one.Value > 3);
        Assert.Contains(measured, one => one.Instrument.Name == "actortransfer.descriptors.limit" && one.Value > 3);
    }

    [Fact]
    public async Task Failed_transfer_must_be_counted_with_the_side_and_the_kind_of_error()
    {
        using var recorder = new MetricRecorder();
        await using var host = await LocalDomainHost.StartAsync("actor-transfer { target.enabled = off, initiator.offer-again = off }");
        var sent = await host.Transfers.SendAsync(
            LocalDomainHost.Receiver, new FileInfo(typeof(MetricsSpec).Assembly.Location), new SendOptions("iphone"));
        var failed = Assert.IsType<TransferOutcome.Failed>(await sent.Completion);
        Assert.Equal((TransferSide.Peer, FailureReason.NotSupported), (failed.Side, failed.Reason));
        var ended = Assert.Single(recorder.Of(host.Services), one => one.Instrument.Name == "actortransfer.transfers.ended");
        Assert.Equal("transfers.ended(initiator,failed,peer,not-supported)", ended.ToString());
        Assert.Contains(recorder.Of(host.Services), one => one.ToString() == "iq.duration(http://jabber.org/protocol/si,service-unavailable)");
    }

    /// <summary>OpenTelemetry: lower case with dots and underscores, the unit in the instrument and not in the name, durations in seconds.</summary>
    [Fact]
    public void Instruments_must_follow_the_conventions_and_be_those_of_the_table()
    {
        var instruments = Instruments();
        Assert.All(instruments, instrument =>
        {
            Assert.Matches(Conventional(), instrument.Name);
            Assert.DoesNotMatch(Unconventional(), instrument.Name);
            Assert.False(string.IsNullOrEmpty(instrument.Description));
            Assert.Matches(Unit(), instrument.Unit);
            Assert.Equal(
                instrument.Name.EndsWith(".duration", StringComparison.Ordinal) || instrument.Name.Contains("time_to", StringComparison.Ordinal),
                instrument.Unit == "s");
            Assert.False(instrument is Histogram<double> { Advice: not { HistogramBucketBoundaries.Count: > 5 } }, instrument.Name);
        });
        Assert.Equal(
            instruments.Select(instrument => $"{instrument.Name} {KindOf(instrument)} {instrument.Unit}").Order(StringComparer.Ordinal),
            Rows().Select(row => $"{row.Name} {row.Kind} {row.Unit}").Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Attributes_of_measurements_must_be_those_of_the_table()
    {
        using var recorder = new MetricRecorder();
        await using var host = await LocalDomainHost.StartAsync();
        await TransferAsync(host);
        var rows = Rows().ToDictionary(row => row.Name, row => row.Attributes);
        Assert.All(recorder.Of(host.Services), one => Assert.Subset(rows[one.Instrument.Name].ToHashSet(), one.Tags.Keys.ToHashSet()));
    }

    private static async Task TransferAsync(LocalDomainHost host)
    {
        var accepting = host.AcceptNextAsync();
        var file = new FileDescription("original.bin", Size);
        var sent = await host.Transfers.SendAsync(LocalDomainHost.Receiver, new MemoryStream(new byte[Size]), file, new SendOptions("iphone"));
        await (await accepting).Completion;
        Assert.IsType<TransferOutcome.Completed>(await sent.Completion);
    }

    private static bool IsStateOf(string role, MetricRecorder.Measured one) =>
        one.Instrument.Name == "actortransfer.transfer.state.duration" && Equals(one.Tags["actortransfer.role"], role);

    private static List<Instrument> Instruments()
    {
        List<Instrument> instruments = [];
        using var meter = new Meter(Telemetry.MeterName);
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, _) =>
            {
                if (instrument.Meter == meter)
                {
                    instruments.Add(instrument);
                }
            },
        };
        listener.Start();
        _ = new EngineMetrics(meter);
        ClusterMetrics.AddTo(meter, new NodeFacts(), () => []);
        return instruments;
    }

    private static string KindOf(Instrument instrument) => instrument switch
    {
        Histogram<double> => "histogram",
        UpDownCounter<long> or ObservableUpDownCounter<long> => "up-down counter",
        _ => "counter",
    };

    /// <summary>The rows of the tables of instruments.</summary>
    private static List<(string Name, string Kind, string Unit, string[] Attributes)> Rows()
    {
        var text = File.ReadAllText(Path.Combine(Repository.Root, "docs", "operating.md"));
        return [.. Row().Matches(text).Select(row => (
            row.Groups["name"].Value,
            row.Groups["kind"].Value,
            row.Groups["unit"].Value,
            Attribute().Matches(row.Groups["attributes"].Value).Select(attribute => attribute.Groups["name"].Value)
                .Select(name => name.Contains('.', StringComparison.Ordinal) ? name : $"actortransfer.{name}").ToArray()))];
    }

    [GeneratedRegex(@"^actortransfer(\.[a-z]+(_[a-z]+)*)+$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Conventional();

    [GeneratedRegex(@"total|seconds|bytes\b|count\b", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Unconventional();

    [GeneratedRegex(@"^(s|By|By/s|\{[a-z_]+\})$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Unit();

    [GeneratedRegex(
        @"^\| `(?<name>actortransfer\.[a-z_.]+)` \| (?<kind>[a-z -]+), `(?<unit>[^`]+)` \|(?<attributes>[^|]*)\| [^|]+ \|$",
        RegexOptions.ExplicitCapture | RegexOptions.Multiline,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex Row();

    [GeneratedRegex("`(?<name>[a-z.]+)`", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Attribute();
}
