using System.Collections.Immutable;
using ActorTransfer.Extensibility;
using ActorTransfer.Protocol.FileTransfer;
using ActorTransfer.Protocol.Hashes;
using ActorTransfer.Protocol.Jingle;
using ActorTransfer.Protocol.JingleFiles;
using ActorTransfer.Protocol.JingleSessions;
using ActorTransfer.Protocol.JingleTransports;
using ActorTransfer.Protocol.Stanzas;
using ActorTransfer.Protocol.Xml;

namespace ActorTransfer.Protocol.Tests.JingleSessions;

/// <summary>One side of a session with its peer played by the test. ada is the initiator, bo the responder.</summary>
internal sealed class SessionRun
{
    internal const string SessionId = "8Jk2mUo9";
    internal const string TransportId = "x1-9c2e";
    internal const string ReplacementId = "ibb-1";

    internal static readonly Jid Ada = Jid.Parse("ada@north.example/desk");
    internal static readonly Jid Bo = Jid.Parse("bo@south.example/Phone");
    internal static readonly StreamHost AdaDirect = new(Ada, "198.51.100.4", 52013);
    internal static readonly StreamHost BoDirect = new(Bo, "198.51.100.9", 52014);
    internal static readonly StreamHost Relay = new(Jid.Parse("relay.north.example"), "203.0.113.7", 7777);
    internal static readonly FileDescription OfferedFile = new("img0545.png", 1000, Ranged: true);
    internal static readonly FileHashes Hash = FileHashes.Of(new FileHash(HashFunction.Sha256, new string('a', 64)));
    internal static readonly FileHashes OtherHash = FileHashes.Of(new FileHash(HashFunction.Sha256, new string('b', 64)));

    private int _id;

    public SessionRun(JingleSessionState state) => State = state;

    public JingleSessionState State { get; private set; }

    /// <summary>The outputs of the last input.</summary>
    public ImmutableArray<JingleOutput> Outputs { get; private set; } = [];

    public TransferOutcome? Outcome => State.Outcome;

    /// <summary>The requests among the last outputs.</summary>
    public IEnumerable<JingleRequest> Sent => Outputs.OfType<JingleOutput.Ask>().Select(ask => ask.Request);

    /// <summary>The only request among the last outputs.</summary>
    public JingleRequest Request => Assert.Single(Sent);

    /// <summary>The only response among the last outputs: "result", or the condition of its error.</summary>
    public string Answer
    {
        get
        {
            var answer = Assert.Single(Outputs.OfType<JingleOutput.Reply>()).Answer;
            Assert.Equal($"i{_id}", answer.Id);
            return answer.Error is { } error ? error.Application?.Name ?? error.Condition : "result";
        }
    }

    /// <summary>The timer that was started last.</summary>
    public JingleTimer? Timer { get; private set; }

    private Jid Peer => State.Peer;

    private Jid Self => State.Self;

    /// <summary>ada before her offer.</summary>
    public static SessionRun Sender(StreamMethods methods = StreamMethods.All) => new(
        JingleSessionState.Of(Ada, Bo, SessionId, TransportId, OfferedFile) with { ReplacementId = ReplacementId, Methods = methods });

    /// <summary>ada, whose offer has arrived.</summary>
    public static SessionRun Offered(StreamMethods methods = StreamMethods.All)
    {
        var run = Sender(methods);
        run.Feed(new JingleInput.Begin());
        if (methods != StreamMethods.InBand)
        {
            run.Feed(new JingleInput.CandidatesFound([AdaDirect], [Relay]));
        }

        return run.Feed(new JingleInput.Answered(JingleAsk.Initiate, new Answer.Result(null)));
    }

    /// <summary>ada, whose offer was accepted with a direct candidate and a proxy.</summary>
    public static SessionRun Accepted(StreamMethods methods = StreamMethods.All) => Offered(methods).Receive(AcceptXml());

    /// <summary>ada, connected to a candidate of bo.</summary>
    public static SessionRun Sending() => Accepted().Feed(Won("c1"));

    /// <summary>bo, who got an offer.</summary>
    public static SessionRun Receiver(
        string file = "<name>img0545.png</name><size>1000</size><desc/><hash-used xmlns='urn:xmpp:hashes:2' algo='sha-256'/>",
        string? transport = null,
        Func<JingleSessionState, JingleSessionState>? change = null)
    {
        var offer = Read(OfferXml(file, transport));
        var state = JingleSessionState.Of(Iq.Set("i0", Bo, offer.ToXml(), Ada), offer);
        return new SessionRun(change is null ? state : change(state)).Feed(new JingleInput.Begin());
    }

    /// <summary>bo, who accepted the offer.</summary>
    public static SessionRun Accepting(string? file = null, StreamMethods methods = StreamMethods.All)
    {
        var run = file is null ? Receiver() : Receiver(file);
        return run.Feed(new JingleInput.HostAccepted(methods)).Feed(new JingleInput.CandidatesFound([BoDirect], [Relay]));
    }

    /// <summary>bo, connected to the direct candidate of ada, which is the best.</summary>
    public static SessionRun Receiving(string? file = null) => Accepting(file).Feed(Won("d1"));

    public SessionRun Feed(JingleInput input)
    {
        var step = JingleSession.Next(State, input);
        (State, Outputs) = (step.State, step.Outputs);
        Timer = Outputs.OfType<JingleOutput.StartTimer>().LastOrDefault()?.Timer ?? Timer;
        return this;
    }

    public SessionRun Receive(string xml) => Receive(Read(xml));

    public SessionRun Receive(JingleRequest request) => Feed(new JingleInput.Received(Iq.Set($"i{++_id}", Self, request.ToXml(), Peer), request));

    /// <summary>A request about the content, with anything in it.</summary>
    public SessionRun Receive(JingleAction action, string content = "", string attributes = "creator='initiator' name='file'") => Receive(
        $"<jingle xmlns='urn:xmpp:jingle:1' action='{action.Name()}' sid='{SessionId}'><content {attributes}>{content}</content></jingle>");

    public SessionRun Receive(TransportNotice notice, string transportId = TransportId) => Receive(
        JingleAction.TransportInfo, new JingleTransport.Socks5(transportId, []) { Notice = notice }.ToXml().ToString());

    public SessionRun ReceiveInfo(string xml) => Receive(
        $"<jingle xmlns='urn:xmpp:jingle:1' action='session-info' sid='{SessionId}'>{xml}</jingle>");

    public SessionRun ReceiveChecksum(FileHashes hashes) => ReceiveInfo(new FileInfoPayload.Checksum(hashes).ToXml(State.Content).ToString());

    public SessionRun Terminate(JingleCondition condition) => Receive(
        new JingleRequest(JingleAction.SessionTerminate, SessionId) { Reason = new JingleReason(condition) });

    public SessionRun TimeOut(JingleTimer timer)
    {
        Assert.Equal(timer, Timer);
        return Feed(new JingleInput.TimedOut());
    }

    public SessionRun Refuse(JingleAsk ask, StanzaError error) => Feed(new JingleInput.Answered(ask, new Answer.Error(error)));

    public T Output<T>()
        where T : JingleOutput => Assert.Single(Outputs.OfType<T>());

    /// <summary>The end: its outcome, and the reason that the peer is told, if any; it confirms that if this side waits for it.</summary>
    public SessionRun Ends<T>(JingleCondition? told)
        where T : TransferOutcome
    {
        if (State.Ending is not null)
        {
            var before = Outputs;
            Outputs = [.. before, .. Feed(new JingleInput.Answered(JingleAsk.Terminate, new Answer.Result(null))).Outputs];
        }

        Assert.IsType<JingleOutput.Finish>(Outputs[^1]);
        Assert.IsType<T>(Outcome);
        Assert.Equal(Outcome.EndState, State.Phase);
        Assert.Equal(told, Sent.SingleOrDefault(request => request.Action == JingleAction.SessionTerminate)?.Reason?.Condition);
        return this;
    }

    public SessionRun Fails(FailureReason reason, TransferSide side, JingleCondition? told)
    {
        var failed = Assert.IsType<TransferOutcome.Failed>(Ends<TransferOutcome.Failed>(told).Outcome);
        Assert.Equal((reason, side), (failed.Reason, failed.Side));
        Assert.False(string.IsNullOrWhiteSpace(failed.Detail));
        return this;
    }

    public static JingleInput.Candidates Won(string id) => new(new NegotiationInput.RaceWon(id));

    public static JingleInput.Candidates Lost() => new(new NegotiationInput.RaceLost("none"));

    public static FlowEnd.Whole Whole(Delivery delivery = Delivery.PeerClosed) => new(1000, "ab") { Delivery = delivery };

    /// <summary>The transport in a request, and its notice.</summary>
    public static T TransportIn<T>(JingleRequest request)
        where T : JingleTransport => Assert.IsType<T>(JingleTransport.Read(request.Contents[0].Transport!, Bo));

    public static string AcceptXml(string? transport = null, string description = "", string senders = "senders='initiator'") => $"""
        <jingle xmlns='urn:xmpp:jingle:1' action='session-accept' sid='{SessionId}'><content creator='initiator' name='file' {senders}>{description}
          {transport ?? $"""
            <transport xmlns='{Namespaces.JingleBytestreams}' sid='{TransportId}' dstaddr='e9db9842dcc51cc0d35d7417b2145b9a0dd04255'>
              <candidate cid='c1' type='direct' jid='{Bo}' host='198.51.100.9' port='52014' priority='8310000'/>
              <candidate cid='c2' type='proxy' jid='proxy.south.example' host='203.0.113.9' port='7777' priority='655361'/></transport>
            """}</content></jingle>
        """;

    private static string OfferXml(string file, string? transport) => $"""
        <jingle xmlns='urn:xmpp:jingle:1' action='session-initiate' sid='{SessionId}' initiator='{Ada}'><content creator='initiator' name='file' senders='initiator'>
          <description xmlns='{Namespaces.JingleFileTransfer}'><file>{file}</file></description>
          {transport ?? $"""
            <transport xmlns='{Namespaces.JingleBytestreams}' sid='{TransportId}' mode='tcp'>
              <candidate cid='d1' type='direct' jid='{Ada}' host='198.51.100.4' port='52013' priority='8320000'/>
              <candidate cid='p1' type='proxy' jid='relay.north.example' host='203.0.113.8' port='7777' priority='655361'/></transport>
            """}</content></jingle>
        """;

    private static JingleRequest Read(string xml) => JingleRequest.TryRead(XmlElement.Parse(xml), out var request, out var refusal)
        ? request
        : throw new FormatException(refusal.Describe());
}
