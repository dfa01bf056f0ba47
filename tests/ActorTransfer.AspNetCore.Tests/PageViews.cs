using System.Collections.Immutable;
using System.Net;

namespace ActorTransfer.AspNetCore.Tests;

/// <summary>A view with some of everything, as an operator would see it.</summary>
internal static class PageViews
{
    private static readonly string[] s_files =
    [
        "quarterly-report-2026-final.pdf", "IMG_20260714_183005.jpg", "backup-2026-11-28.tar.zst", "minutes.odt", "scan 0042.tif", "Vertrag (unterschrieben).pdf",
        "dataset-part-07.parquet", "übersicht.pptx", "firmware-4.2.1.bin", "voice-message.opus",
    ];

    private static readonly string[] s_peers =
    [
        "anna@example.org/phone", "office@branch.example.net/scanner-2", "li.wei@example.org/desktop", "archive.example.org", "m.okafor@partner.example/work",
    ];

    /// <summary>Sets it.</summary>
    /// <param name="monitor">The monitor.</param>
    /// <param name="active">Number of active transfers.</param>
    public static void Fill(ScriptedMonitor monitor, int active = 14)
    {
        var at = DateTimeOffset.UnixEpoch.AddDays(20_786).AddHours(3);
        monitor.View = new MonitorSnapshot(
            at,
            [.. Enumerable.Range(1, active).Select(number => Active(number, at))],
            [.. Enumerable.Range(1, 12).Select(number => Ended(5000 - number, at.AddSeconds(-31 * number), Completed(number)))],
            [.. Failures.Select((outcome, number) => Ended(6000 - number, at.AddSeconds(-97 * number), outcome))],
            [
                new MonitoredAccount("files.example.org", new AccountStatus.Online(Jid.Parse("files.example.org"))),
                new MonitoredAccount("bot@example.net", new AccountStatus.Offline("The server refused the login: not-authorized", ForGood: true)),
            ],
            [
                new MonitoredProxy(
                    Jid.Parse("proxy.example.org"),
                    new AccountStatus.Online(Jid.Parse("proxy.example.org")),
                    new BytestreamsProxy.Status(
                        [new IPEndPoint(IPAddress.Parse("192.0.2.7"), 7777)],
                        3,
                        41,
                        18_204,
                        18_163,
                        912_400_000_000,
                        ImmutableSortedDictionary<string, long>.Empty.Add("not-allowed", 12),
                        Draining: false)),
            ],
            [.. Enumerable.Range(0, 300).Select(second => Sample(second, at))],
            new MonitorTotals(18_211, 37, 12, 5),
            IsDraining: false)
        {
            Cluster = Cluster,
        };
        monitor.Lines = Conversation(at);
    }

    /// <summary>Two nodes with three accounts, one of which moves.</summary>
    public static MonitoredCluster Cluster { get; } = new(
        [
            new MonitoredNode("akka.tcp://files@10.0.0.1:4053", NodeState.Up)
            {
                IsSelf = true,
                Roles = ["transfers"],
                Connections = ["files.example.org", "proxy.example.org"],
                Accounts = 1,
            },
            new MonitoredNode("akka.tcp://files@10.0.0.2:4053", NodeState.Unreachable) { Accounts = 2, Moving = 1 },
        ],
        [
            new PlacedAccount("ada@example.org", "akka.tcp://files@10.0.0.1:4053", IsMoving: false),
            new PlacedAccount("bo@example.org", "akka.tcp://files@10.0.0.2:4053", IsMoving: false),
            new PlacedAccount("cy@example.org", "akka.tcp://files@10.0.0.2:4053", IsMoving: true),
        ]);

    private static IEnumerable<TransferOutcome> Failures =>
    [
        new TransferOutcome.Failed(
            TransferState.StreamhostSent, TransferSide.Peer, FailureReason.StreamhostUnreachable, "The peer could not reach any of the 2 streamhosts."),
        new TransferOutcome.Refused(TransferSide.Peer, "not now, please"),
        new TransferOutcome.Failed(TransferState.Streaming, TransferSide.Local, FailureReason.NoSpace, "No space left on the device of /srv/in."),
        new TransferOutcome.Cancelled(TransferState.Streaming, TransferSide.Peer),
        new TransferOutcome.Failed(TransferState.Offer, TransferSide.Peer, FailureReason.Timeout, "The peer did not respond to the offer within 10 minutes."),
    ];

    private static TransferOutcome Completed(int number) => new TransferOutcome.Completed(1_200_000 * number, Sha256: null);

    private static MonitoredTransfer Active(int number, DateTimeOffset at)
    {
        var size = 3_700_000L * (1 + (number * 37 % 101));
        var method = (StreamMethod)(number % 3);
        var transfer = new MonitoredTransfer(
            new TransferId(18_300 + number),
            IsIncoming: number % 3 == 0,
            "files.example.org",
            Jid.Parse(s_peers[number % s_peers.Length]),
            new FileDescription(s_files[number % s_files.Length], size),
            at.AddSeconds(-number),
            TransferState.Streaming,
            size * (number * 17 % 97) / 100,
            method == StreamMethod.InBand ? 310_000 : 1_900_000L * (1 + (number % 7)))
        {
            Method = new TransferMethod(method, method == StreamMethod.InBand ? null : "192.0.2.7:7777"),
            Lines = 11,
        };
        return (number % 9) switch
        {
            4 => transfer with { State = TransferState.StreamhostSent, Bytes = 0, Rate = 0, Method = null },
            6 => transfer with { IsPaused = true, Rate = 0 },
            8 => transfer with { State = TransferState.Offer, IsQueued = true, Bytes = 0, Rate = 0, Method = null },
            _ => transfer,
        };
    }

    private static EndedTransfer Ended(int id, DateTimeOffset at, TransferOutcome outcome)
    {
        var transfer = Active(id, at);
        return new EndedTransfer(transfer with { Bytes = outcome is TransferOutcome.Completed { Bytes: var bytes } ? bytes : transfer.Bytes }, at, outcome);
    }

    private static ThroughputSample Sample(int second, DateTimeOffset at) => new(
        at.AddSeconds(second - 299),
        (long)(38e6 + (16e6 * Math.Sin(second / 31.0)) + (5e6 * Math.Sin(second / 3.7))),
        (long)(14e6 + (9e6 * Math.Sin((second + 40) / 47.0)) + (2e6 * Math.Cos(second / 2.9))),
        second is > 120 and < 150 ? 0 : (long)(61e6 + (21e6 * Math.Cos(second / 58.0)) + (4e6 * Math.Sin(second / 4.3))));

    private static ImmutableArray<TraceEvent> Conversation(DateTimeOffset at)
    {
        var (self, peer, proxy) = (Jid.Parse("files.example.org"), Jid.Parse(s_peers[1]), Jid.Parse("proxy.example.org"));
        var id = new TransferId(18_301);
        var line = 0;
        TraceEvent Stanza(int ms, Jid from, Jid to, string text) => new TraceEvent.Stanza(at.AddMilliseconds(line += ms), from, to, text);
        TraceEvent State(int ms, TransferState state) => new TraceEvent.Entered(at.AddMilliseconds(line += ms), id, self, state);
        return
        [
            State(0, TransferState.Offer),
            Stanza(1, self, peer, "iq set: SI offer IMG_20260714_183005.jpg, 140600000 bytes"),
            Stanza(1834, peer, self, "iq result: SI accept bytestreams, ibb"),
            State(0, TransferState.Accepted),
            State(2, TransferState.ProxyDiscovered),
            Stanza(0, self, peer, "iq set: streamhost proxy.example.org at 192.0.2.7:7777"),
            State(0, TransferState.StreamhostSent),
            Stanza(212, peer, self, "iq result: streamhost-used proxy.example.org"),
            State(38, TransferState.Connected),
            Stanza(0, self, proxy, "iq set: activate"),
            Stanza(17, proxy, self, "iq result: ok"),
            State(0, TransferState.Activated),
            State(3, TransferState.Streaming),
        ];
    }
}
