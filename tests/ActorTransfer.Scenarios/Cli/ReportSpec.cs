using ActorTransfer.Cli;
using ActorTransfer.Cli.Reports;
using Microsoft.Extensions.Time.Testing;

namespace ActorTransfer.Scenarios.Cli;

/// <summary>Events as JSON and as text.</summary>
public sealed class ReportSpec
{
    private static readonly TransferId Id = new(7);
    private static readonly Jid Bob = Jid.Parse("bob@example.org/desk");
    private static readonly TransferMethod Proxy = new(StreamMethod.Proxy, "192.0.2.1:7777");

    /// <summary>An event, its JSON and its text line.</summary>
    public static TheoryData<int, string, string?> Forms => new()
    {
        { 0, """{"event":"ready","jid":"bob@example.org/desk"}""", "Ready as bob@example.org/desk, saving to /srv/in" },
        { 1, """{"event":"offer","from":"bob@example.org/desk","name":"Grüße \"1\".png","size":1500000,"transfer":7}""",
            "bob@example.org/desk offers Grüße \"1\".png, 1.5 MB" },
        { 2, """{"event":"offer","to":"bob@example.org/desk","name":"a.bin","size":0,"transfer":7}""", "Offered a.bin, 0 B, to bob@example.org/desk" },
        { 3, """{"event":"accepted","transfer":7}""", "a.bin was accepted" },
        { 4, """{"event":"method","method":"direct","host":"192.0.2.1:5000","signalling":"si","transfer":7}""", "a.bin uses a direct connection, 192.0.2.1:5000" },
        {
            5,
            """{"event":"method","method":"proxy","host":"192.0.2.1:7777","signalling":"jingle","transfer":7}""",
            "a.bin uses the proxy at 192.0.2.1:7777, in a Jingle session"
        },
        { 6, """{"event":"method","method":"ibb","host":null,"signalling":null,"transfer":7}""", "a.bin uses an in-band bytestream" },
        { 7, """{"event":"progress","bytes":512,"size":1024,"bytesPerSecond":2048,"transfer":7}""", null },
        {
            8,
            """{"event":"completed","name":"a.bin","size":1024,"sha256":"ab","method":"proxy","seconds":1.235"""
                + ""","path":"/srv/in/a.bin","delivery":"verified","transfer":7}""",
            "a.bin received as /srv/in/a.bin, 1.02 kB in 1.2 s, SHA-256 ab"
        },
        {
            9,
            """{"event":"completed","name":"a.bin","size":1024,"sha256":"ab","method":"proxy","seconds":1.235"""
                + ""","path":"/home/a.bin","delivery":"peer-closed","transfer":7}""",
            "a.bin sent, 1.02 kB in 1.2 s, SHA-256 ab"
        },
        {
            10,
            """{"event":"failed","phase":"streamhost-sent","side":"peer","reason":"link-lost","detail":"closed\u0007","exitCode":9"""
                + ""","name":"a.bin","transfer":7}""",
            "actor-transfer: a.bin: closed\\u{0007}"
        },
        { 11, """{"event":"failed","phase":"login","side":"server","reason":"timeout","detail":"no","exitCode":15}""", "actor-transfer: no" },
        {
            12,
            """{"event":"completed","name":"a.bin","size":1024,"sha256":null,"method":"proxy","seconds":1.235"""
                + ""","path":"/home/a.bin","delivery":"handed-over","transfer":7}""",
            "a.bin sent (arrival unconfirmed), 1.02 kB in 1.2 s"
        },
        { 13, """{"event":"offer","from":"bob@example.org/desk","name":"a.bin","size":null,"transfer":7}""",
            "bob@example.org/desk offers a.bin, of unknown size" },
        { 14, """{"event":"progress","bytes":512,"size":null,"bytesPerSecond":2048,"transfer":7}""", null },
        {
            15,
            """{"event":"failed","phase":"streaming","side":"local","reason":"file-unwritable","detail":"no name","exitCode":8"""
                + ""","partialFile":"/srv/in/.a.part","name":"a.bin","transfer":7}""",
            "actor-transfer: a.bin: no name"
        },
        { 16, """{"event":"page","address":"http://127.0.0.1:8080/"}""", "Live page at http://127.0.0.1:8080/" },
    };

    [Theory]
    [MemberData(nameof(Forms))]
    public void Event_must_have_a_JSON_form_and_a_text_form(int index, string json, string? line)
    {
        TransferEvent[] events =
        [
            new TransferEvent.Ready(Bob, "/srv/in"),
            new TransferEvent.Offer(Id, Bob, true, "Grüße \"1\".png", 1_500_000),
            new TransferEvent.Offer(Id, Bob, false, "a.bin", 0),
            new TransferEvent.Accepted(Id),
            new TransferEvent.MethodSelected(Id, new TransferMethod(StreamMethod.Direct, "192.0.2.1:5000")) { Signalling = Signalling.StreamInitiation },
            new TransferEvent.MethodSelected(Id, Proxy) { Signalling = Signalling.Jingle },
            new TransferEvent.MethodSelected(Id, new TransferMethod(StreamMethod.InBand, null)),
            new TransferEvent.Progress(Id, 512, 1024, 2047.7),
            new TransferEvent.Completed(Id, true, "a.bin", 1024, "ab", Proxy, TimeSpan.FromMilliseconds(1234.6), "/srv/in/a.bin", Delivery.Verified),
            new TransferEvent.Completed(Id, false, "a.bin", 1024, "ab", Proxy, TimeSpan.FromMilliseconds(1234.6), "/home/a.bin", Delivery.PeerClosed),
            new TransferEvent.Failed(Id, "a.bin", new Failure("streamhost-sent", "peer", "link-lost", "closed\a", ExitCode.ServerUnreachable)),
            new TransferEvent.Failed(null, null, new Failure("login", "server", "timeout", "no", ExitCode.TimedOut)),
            new TransferEvent.Completed(Id, false, "a.bin", 1024, null, Proxy, TimeSpan.FromMilliseconds(1234.6), "/home/a.bin", Delivery.HandedOver),
            new TransferEvent.Offer(Id, Bob, true, "a.bin", null),
            new TransferEvent.Progress(Id, 512, null, 2047.7),
            new TransferEvent.Failed(Id, "a.bin", Failures.Of(
                new TransferOutcome.Failed(
                    TransferState.Streaming, TransferSide.Local, FailureReason.FileUnwritable, "no name") { PartialFile = "/srv/in/.a.part" })!),
            new TransferEvent.Page("http://127.0.0.1:8080/"),
        ];

        Assert.Equal(json, JsonReport.Write(events[index]));
        Assert.Equal(line, Lines.Of(events[index], _ => "a.bin"));
    }

    [Fact]
    public void Name_must_be_lower_case_with_hyphens() => Assert.Equal(
        ["streamhost-sent", "offer", "link-lost", "no-space", "local"],
        [
            Words.Hyphenated(TransferState.StreamhostSent),
            Words.Hyphenated(TransferState.Offer),
            Words.Hyphenated(FailureReason.LinkLost),
            Words.Hyphenated(FailureReason.NoSpace),
            Words.Hyphenated(TransferSide.Local),
        ]);

    [Theory]
    [InlineData("plain.txt", "plain.txt")]
    [InlineData("Grüße 日本.txt", "Grüße 日本.txt")]
    [InlineData("a\e[2Jb\r\n", "a\\u{001B}[2Jb\\u{000D}\\u{000A}")]
    [InlineData("photo\u202Egnp.exe", "photo\\u{202E}gnp.exe")]
    [InlineData("x\u009Bm", "x\\u{009B}m")]
    public void Text_of_peers_must_not_contain_control_characters(string text, string printed) => Assert.Equal(printed, Words.Printable(text));

    public static TheoryData<int, string, ExitCode> Ends => new()
    {
        { 0, "offer peer refused", ExitCode.Refused },
        { 1, "offer local refused", ExitCode.TargetUnwritable },
        { 2, "streaming local cancelled", ExitCode.Interrupted },
        { 3, "streaming peer cancelled", ExitCode.TransferFailed },
        { 4, "offer peer timeout", ExitCode.TimedOut },
        { 5, "offer peer not-supported", ExitCode.PeerUnavailable },
        { 6, "streaming local no-space", ExitCode.NoSpace },
        { 7, "accepted server no-streamhost", ExitCode.NoProxy },
        { 8, "streamhost-received local streamhost-unreachable", ExitCode.NoStreamMethod },
        { 9, "streaming peer wrong-hash", ExitCode.WrongHash },
        { 10, "accepted server link-lost", ExitCode.ServerUnreachable },
    };

    [Theory]
    [MemberData(nameof(Ends))]
    public void Outcome_must_have_a_message_and_an_exit_code(int index, string words, ExitCode code)
    {
        TransferOutcome[] outcomes =
        [
            new TransferOutcome.Refused(TransferSide.Peer, "no"),
            new TransferOutcome.Refused(TransferSide.Local, "no"),
            new TransferOutcome.Cancelled(TransferState.Streaming, TransferSide.Local),
            new TransferOutcome.Cancelled(TransferState.Streaming, TransferSide.Peer),
            new TransferOutcome.Failed(TransferState.Offer, TransferSide.Peer, FailureReason.Timeout, ""),
            new TransferOutcome.Failed(TransferState.Offer, TransferSide.Peer, FailureReason.NotSupported, ""),
            new TransferOutcome.Failed(TransferState.Streaming, TransferSide.Local, FailureReason.NoSpace, ""),
            new TransferOutcome.Failed(TransferState.Accepted, TransferSide.Server, FailureReason.NoStreamhost, ""),
            new TransferOutcome.Failed(TransferState.StreamhostReceived, TransferSide.Local, FailureReason.StreamhostUnreachable, ""),
            new TransferOutcome.Failed(TransferState.Streaming, TransferSide.Peer, FailureReason.WrongHash, ""),
            new TransferOutcome.Failed(TransferState.Accepted, TransferSide.Server, FailureReason.LinkLost, ""),
        ];

        var failure = Failures.Of(outcomes[index])!;

        Assert.Equal((words, code), ($"{failure.Phase} {failure.Side} {failure.Reason}", failure.Code));
    }

    [Fact]
    public void Every_failure_must_have_a_nonzero_exit_code() =>
        Assert.All(Enum.GetValues<FailureReason>(), reason => Assert.True(ExitCodes.Of(reason) is not ExitCode.Done));

    [Fact]
    public void Plain_lines_must_report_progress_without_a_percentage_when_the_size_is_unknown()
    {
        using var output = new StringWriter();
        var report = new LineReport(new Terminal(output, TextWriter.Null, IsLive: false), new FakeTimeProvider());
        report.Report(new TransferEvent.Offer(Id, Bob, true, "a.bin", null));
        report.Report(new TransferEvent.Progress(Id, 50, null, 500));

        Assert.Equal("bob@example.org/desk offers a.bin, of unknown size\n50 B, 500 B/s\n", output.ToString());
    }

    [Fact]
    public void Plain_lines_must_report_progress_once_a_second_and_the_end_in_the_last_line()
    {
        var time = new FakeTimeProvider();
        using var output = new StringWriter();
        var report = new LineReport(new Terminal(output, TextWriter.Null, IsLive: false), time);
        report.Report(new TransferEvent.Offer(Id, Bob, true, "a.bin", 1000));
        for (var tenth = 1; tenth <= 20; tenth++)
        {
            report.Report(new TransferEvent.Progress(Id, tenth * 50, 1000, 500));
            time.Advance(TimeSpan.FromMilliseconds(100));
        }

        Assert.Equal(
            "bob@example.org/desk offers a.bin, 1 kB\n  5 %  50 B of 1 kB, 500 B/s, 0:02 left\n 55 %  550 B of 1 kB, 500 B/s, 0:01 left\n",
            output.ToString());
    }
}
