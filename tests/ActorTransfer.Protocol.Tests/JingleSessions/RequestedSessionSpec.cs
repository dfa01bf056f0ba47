using ActorTransfer.Protocol.FileTransfer;
using ActorTransfer.Protocol.Jingle;
using ActorTransfer.Protocol.JingleFiles;
using ActorTransfer.Protocol.JingleSessions;
using ActorTransfer.Protocol.JingleTransports;
using ActorTransfer.Protocol.Stanzas;
using ActorTransfer.Protocol.Xml;
using static ActorTransfer.Protocol.Tests.JingleSessions.SessionRun;

namespace ActorTransfer.Protocol.Tests.JingleSessions;

/// <summary>The responder that sends: ada requests a file of bo.</summary>
public sealed class RequestedSessionSpec
{
    private const string InBand = "<transport xmlns='urn:xmpp:jingle:transports:ibb:1' sid='t2' block-size='2048'/>";
    private static readonly FileDescription Found = OfferedFile with { Size = 900 };

    [Fact]
    public void Requested_file_must_be_described_in_the_acceptance_and_sent()
    {
        var run = Requested().Feed(new JingleInput.HostAccepted { File = Found }).Feed(new JingleInput.CandidatesFound([BoDirect], [Relay]));
        var content = Assert.Single(run.Request.Contents);
        Assert.Equal((JingleAction.SessionAccept, JingleSenders.Responder), (run.Request.Action, content.Senders));
        var file = JingleFile.Read(content.Description)!;
        Assert.Equal((Found.Name, 900L), (file.Name, file.Size));
        Assert.Equal("sha-256", Assert.Single(file.HashesUsed).Name);

        run.Feed(Won("d1"));
        var flow = run.Output<JingleOutput.StartFlow>();
        Assert.Equal((0L, 900L, StreamMethod.Direct), (flow.Offset, flow.Length, flow.Method));
        run.Feed(new JingleInput.Progressed()).Feed(new JingleInput.HashesKnown(Hash));
        Assert.Equal(Hash, Assert.IsType<FileInfoPayload.Checksum>(FileInfoPayload.Read(run.Request.Info)).Hashes);
        run.Feed(new JingleInput.FlowEnded(Whole())).ReceiveInfo("<received xmlns='urn:xmpp:jingle:apps:file-transfer:5'/>");
        run.Terminate(JingleCondition.Success).Ends<TransferOutcome.Completed>(told: null);
        Assert.Equal(Delivery.Confirmed, ((TransferOutcome.Completed)run.Outcome!).Delivery);
    }

    [Theory]
    [InlineData("<range offset='400'/>", 400, 500)]
    [InlineData("<range offset='400' length='10'/>", 400, 10)]
    public void Requested_range_must_be_sent(string range, long offset, long length)
    {
        var run = Requested(range).Feed(new JingleInput.HostAccepted { File = Found }).Feed(new JingleInput.CandidatesFound([], []));
        Assert.Equal(offset, JingleFile.Read(run.Request.Contents[0].Description)!.Range?.Offset);
        var flow = run.Feed(Won("d1")).Output<JingleOutput.StartFlow>();
        Assert.Equal((offset, (long?)length), (flow.Offset, flow.Length));
    }

    [Theory]
    [InlineData("<range offset='901'/>", true)]
    [InlineData("<range offset='5'/>", false)]
    public void Range_that_is_not_available_must_end_the_session(string range, bool ranged)
    {
        var run = Requested(range).Feed(new JingleInput.HostAccepted { File = Found with { Ranged = ranged } });
        run.Fails(FailureReason.ProtocolViolation, TransferSide.Peer, JingleCondition.IncompatibleParameters);
    }

    [Fact]
    public void File_that_the_application_does_not_have_must_not_be_available()
    {
        var run = Requested().Feed(new JingleInput.HostDeclined(FileErrors.NotAvailable)).Ends<TransferOutcome.Refused>(JingleCondition.FailedApplication);
        Assert.Equal(("file-not-available", Namespaces.JingleFileTransferErrors), (run.Request.Reason!.Detail!.Name, run.Request.Reason.Detail.Namespace));
    }

    [Fact]
    public void Size_limits_must_not_apply_to_requested_files() =>
        Assert.Contains(Requested("<size>1000</size>", state => state with { MaxSize = 9 }).Outputs, output => output is JingleOutput.AskHost);

    /// <summary>The initiator opens the in-band bytestream, whichever side sends; the peer that sends blocks obeys the agreed size.</summary>
    [Fact]
    public void In_band_bytestream_must_be_opened_by_the_initiator_and_used_by_the_responder()
    {
        var run = Requested().Feed(new JingleInput.HostAccepted { File = Found }).Feed(new JingleInput.CandidatesFound([], []))
            .Receive(JingleAction.TransportReplace, InBand, "creator='initiator' name='a'");
        Assert.Equal(JingleAction.TransportAccept, run.Request.Action);
        Assert.Equal(JingleTimer.InBandOpen, run.Timer);
        Assert.Empty(run.Outputs.OfType<JingleOutput.OpenInBand>());
        var open = Iq.Set("open", Bo, new XmlElement(Namespaces.Ibb, "open").With("sid", "t2").With("block-size", "2048"), Ada);
        run.Feed(new JingleInput.InBandOffered(open, "t2"));
        Assert.Equal(new JingleOutput.OpenInBand(new JingleTransport.InBand("t2", 2048), open), run.Output<JingleOutput.OpenInBand>());
        Assert.Equal(StreamMethod.InBand, run.Feed(new JingleInput.InBandUp()).Output<JingleOutput.StartFlow>().Method);
    }

    private static SessionRun Requested(string more = "", Func<JingleSessionState, JingleSessionState>? change = null)
    {
        var xml = XmlElement.Parse($"""
            <jingle xmlns='urn:xmpp:jingle:1' action='session-initiate' sid='{SessionId}'><content creator='initiator' name='a' senders='responder'>
              <description xmlns='{Namespaces.JingleFileTransfer}'><file><name>img0545.png</name>{more}</file></description>
              <transport xmlns='{Namespaces.JingleBytestreams}' sid='{TransportId}'>
                <candidate cid='d1' type='direct' jid='{Ada}' host='198.51.100.4' port='52013' priority='8320000'/></transport></content></jingle>
            """);
        Assert.True(JingleRequest.TryRead(xml, out var request, out _));
        var state = JingleSessionState.Of(Iq.Set("i0", Bo, xml, Ada), request) with { ServesRequests = true };
        var run = new SessionRun(change is null ? state : change(state)).Feed(new JingleInput.Begin());
        Assert.True(run.State.Sends);
        return run;
    }
}
