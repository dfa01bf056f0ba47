using System.Collections.Immutable;
using System.Net;
using ActorTransfer.Actors.Settings;
using ActorTransfer.Cli;
using ActorTransfer.Cli.Proxy;
using ActorTransfer.Cli.Reports;
using ActorTransfer.Transports.Sockets.Linux;
using Akka.Configuration;
using Microsoft.Extensions.Time.Testing;
using Spectre.Console;

namespace ActorTransfer.Scenarios.Proxy;

/// <summary>Reports of <c>proxy</c> as JSON and as text.</summary>
public sealed class ProxyReportSpec : IDisposable
{
    private static readonly ImmutableSortedDictionary<string, long> Refusals =
        ImmutableSortedDictionary<string, long>.Empty.Add("third-connection", 1).Add("acl", 3);

    private static readonly ProxyEvent.Status Busy = new(3, 120, 812_512_345.4, 33.14, 1_234_000_000, 4711, Refusals);
    private readonly TestFolder _folder = new();

    /// <summary>An event, its JSON and its text line.</summary>
    public static TheoryData<int, string, string?> Forms => new()
    {
        { 0, """{"event":"ready","jid":"proxy.example.org","listen":["0.0.0.0:7777","[::1]:7777"],"public":["p.example.org:80"],"allow":["*"]}""",
            "Ready as proxy.example.org, listening on 0.0.0.0:7777, [::1]:7777; public: p.example.org:80; allowed: everyone" },
        {
            1,
            """{"event":"status","pending":3,"active":120,"bytesPerSecond":812512345,"setUpsPerSecond":33.1,"bytes":1234000000,"setUps":4711"""
                + ""","refusals":{"acl":3,"third-connection":1}}""",
            "3 pending, 120 active, 812.5 MB/s, 33.1 set-ups/s; 1.23 GB, 4711 set-ups in all; refused: acl 3, third-connection 1"
        },
        { 2, """{"event":"connection","state":"lost","reason":"closed\u0007"}""",
            "Connection to the server lost: closed\\u{0007}; reconnecting, active pairs continue" },
        { 3, """{"event":"connection","state":"up","reason":null}""", "Connected to the server again" },
        { 4, """{"event":"reloaded","allow":["example.org"]}""", "Configuration reloaded; allowed: example.org" },
        { 5, """{"event":"draining","pairs":1}""", "Stopping when 1 active pair has finished; new pairs are refused; a second signal stops at once" },
        { 6, """{"event":"draining","pairs":0}""", "Stopping; no active pairs" },
        { 7, """{"event":"stopped"}""", "Stopped" },
        { 8, """{"event":"failed","phase":"login","side":"server","reason":"server-refused","detail":"no","exitCode":10}""", null },
        { 9, """{"event":"page","address":"http://127.0.0.1:8080/"}""", "Live page at http://127.0.0.1:8080/" },
    };

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Forms))]
    public void Event_must_have_a_JSON_form_and_a_text_form(int index, string json, string? line)
    {
        ProxyEvent[] events =
        [
            new ProxyEvent.Ready(Jid.Parse("proxy.example.org"), ["0.0.0.0:7777", "[::1]:7777"], ["p.example.org:80"], ["*"], IsAllowChosen: true),
            Busy,
            new ProxyEvent.Connection(IsUp: false, "closed\a"),
            new ProxyEvent.Connection(IsUp: true, Reason: null),
            new ProxyEvent.Reloaded(["example.org"]),
            new ProxyEvent.Draining(1),
            new ProxyEvent.Draining(0),
            new ProxyEvent.Stopped(),
            new ProxyEvent.Failed(new Failure("login", "server", "server-refused", "no", ExitCode.ServerRefused)),
            new ProxyEvent.Page("http://127.0.0.1:8080/"),
        ];

        Assert.Equal(json, ProxyJson.Write(events[index]));
        Assert.Equal(line, ProxyLines.Of(events[index]));
    }

    [Fact]
    public void Status_must_be_reported_on_changes_only()
    {
        var (output, error) = (new StringWriter(), new StringWriter());
        var report = new ProxyLog(new Terminal(output, error, IsLive: false), new FakeTimeProvider());

        foreach (var status in new[] { ProxyEvent.Status.Nothing, Busy, Busy with { }, Busy with { BytesPerSecond = 0 }, Busy with { BytesPerSecond = 0 } })
        {
            report.Report(status);
        }

        Assert.Equal(2, output.ToString().Count(sign => sign == '\n'));
    }

    [Fact]
    public void Rates_must_cover_the_time_since_the_previous_report()
    {
        var time = new FakeTimeProvider();
        var meter = new ProxyMeter(time);
        time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal((500.0, 1.0), Rates(meter.Read(Status(bytes: 1000, setUps: 2))));
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal((3000.0, 0.0), Rates(meter.Read(Status(bytes: 4000, setUps: 2))));
    }

    [Fact]
    public void Table_must_have_a_line_for_each_reason()
    {
        var output = new StringWriter();
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(output), Ansi = AnsiSupport.No });

        console.Write(ProxyTable.Table(Busy));

        string[] rows = ["pairs pending.* 3 ", "pairs active.* 120 ", @"bytes.* 812\.5 MB/s .* 1\.23 GB", @"set-ups.* 33\.1 /s .* 4,711", "refused: acl.* 3 ",
            "refused: third-connection.* 1 "];
        Assert.All(rows, row => Assert.Matches(row, output.ToString()));
    }

    [Fact]
    public void Too_few_descriptors_must_be_reported_with_a_remedy()
    {
        var settings = EngineSettings.Read(ConfigurationFactory.ParseString("actor-transfer { proxy.max-pairs = 1000, socks5.max-handshakes = 100 }"));
        var limits = _folder.File(
            "limits",
            "Limit                     Soft Limit           Hard Limit           Units\n"u8
            + "Max open files            2000                 4000                 files\n"u8);

        Assert.Equal(2000, ProcessDescriptors.LimitIn(limits));
        Assert.Null(ProcessDescriptors.LimitIn(_folder["nowhere"]));
        Assert.Equal(
            "only 2000 files may be open at a time, and 1000 pairs with 200 handshakes need 4456: "
            + "raise the limit (systemd: LimitNOFILE=4456; shell: ulimit -n 4456), or set actor-transfer.proxy.max-pairs to 386 at most",
            Descriptors.Shortage(settings, listeners: 2, 2000));
        Assert.Null(Descriptors.Shortage(settings, listeners: 2, 4456));
    }

    [Theory]
    [InlineData("192.0.2.1:7777", "192.0.2.1:7777")]
    [InlineData("[2001:DB8::1]:0", "[2001:db8::1]:0")]
    [InlineData("proxy.example.org:65535", "proxy.example.org:65535")]
    public void Address_must_be_read_and_written_in_the_same_form(string text, string written)
    {
        Assert.True(HostPort.TryParse(text, out var at));
        Assert.Equal(written, HostPort.Format(at));
    }

    [Theory]
    [InlineData("")]
    [InlineData(":7777")]
    [InlineData("host")]
    [InlineData("host:")]
    [InlineData("host:-1")]
    [InlineData("host:65536")]
    [InlineData("ho st:1")]
    [InlineData("::1:7777")]
    [InlineData("[::1]")]
    [InlineData("[::1")]
    [InlineData("[::1]x:1")]
    [InlineData("[host]:1")]
    public void Address_without_a_valid_port_must_be_refused(string text) => Assert.False(HostPort.TryParse(text, out _));

    private static BytestreamsProxy.Status Status(long bytes, long setUps) =>
        new([new IPEndPoint(IPAddress.Loopback, 7777)], 0, 0, setUps, 0, bytes, ImmutableSortedDictionary<string, long>.Empty, Draining: false);

    private static (double Bytes, double SetUps) Rates(ProxyEvent.Status status) => (status.BytesPerSecond, status.SetUpsPerSecond);
}
