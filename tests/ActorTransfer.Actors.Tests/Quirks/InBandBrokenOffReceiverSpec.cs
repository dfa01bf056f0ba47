using ActorTransfer.Actors.Connections;
using ActorTransfer.Protocol;
using ActorTransfer.Protocol.Jingle;
using ActorTransfer.Protocol.Stanzas;
using Akka.Actor;
using Msg = ActorTransfer.Actors.Transfers.Transfer;

namespace ActorTransfer.Actors.Tests.Quirks;

/// <summary>The peer closes an in-band bytestream in the middle of the file: the transfer ends at once, paused or not. No time passes in these tests.</summary>
public sealed class InBandBrokenOffReceiverSpec : ReceivingTest
{
    private const string Tsid = "t-1";

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Receiver_by_stream_initiation_must_end_at_once(bool isPaused)
    {
        await AcceptedAsync(OfferXml(Options(Namespaces.Ibb)));
        Requests("open", OpenXml(4096));
        Assert.Equal(("open", IqType.Result), Head(await ResponseAsync()));
        await BreakOffAsync(SessionId, isPaused);
        Assert.Equal((FailureReason.WrongLength, TransferSide.Peer), await FailureAsync());
    }

    [Theory]
    [InlineData(false, null)]
    [InlineData(true, null)]
    [InlineData(false, JingleCondition.Cancel)]
    public async Task Receiver_of_a_jingle_session_must_end_when_the_peer_has_nothing_to_add(bool isPaused, object? reason)
    {
        await UpAsync();
        Above.Tell(new Msg.SubscribeOffers(Offers.Ref));
        Requests("offer1", Jingle("session-initiate", Content(
            $"<description xmlns='urn:xmpp:jingle:apps:file-transfer:5'><file><name>a</name><size>{Size}</size></file></description>"
            + $"<transport xmlns='{Namespaces.JingleIbb}' sid='{Tsid}' block-size='4096'/>")));
        var offered = await Offers.ExpectMsgAsync<Msg.Offered>();
        Transfer = await ActorOfAsync(offered.Id);
        Above.Tell(new Msg.Accept(offered.Id, new FolderDestination(Folder), Observer.Ref));
        var accept = await AskAsync("session-accept");
        Connection.Reply(new Connection.Answered(accept.Tag, Result()));
        Requests("open", OpenXml(4096).Replace(SessionId, Tsid, StringComparison.Ordinal));
        await Connection.FishForMessageAsync<Connection.Reply>(reply => reply.Answer.Id == "open");
        await BreakOffAsync(Tsid, isPaused);
        var ping = await AskAsync("session-info");
        Assert.Empty(ping.Payload!.Children);
        if (reason is JingleCondition told)
        {
            Requests("t1", Jingle("session-terminate", $"<reason><{told.Name()}/></reason>"));
            Assert.Equal(new TransferOutcome.Cancelled(TransferState.Verifying, TransferSide.Peer), await EndedAsync());
            return;
        }

        Connection.Reply(new Connection.Answered(ping.Tag, Result()));
        Assert.Equal((FailureReason.WrongLength, TransferSide.Peer), await FailureAsync());
    }

    private static string Jingle(string action, string children) => $"<jingle xmlns='{Namespaces.Jingle}' action='{action}' sid='j1'>{children}</jingle>";

    private static string Content(string children) => $"<content creator='initiator' name='c' senders='initiator'>{children}</content>";

    private async Task<Connection.Ask> AskAsync(string action) => await Connection.FishForMessageAsync<Connection.Ask>(ask => ask.Payload?["action"] == action);

    private async Task<(FailureReason Reason, TransferSide Side)> FailureAsync() => await FailedAsync() is var failed ? (failed.Reason, failed.Side) : default;

    private async Task BreakOffAsync(string sid, bool isPaused)
    {
        if (isPaused)
        {
            Transfer.Tell(new Msg.Pause(default) { ReplyTo = TestActor });
            await ExpectMsgAsync<Msg.Paused>();
        }

        Requests("d0", DataXml(0, File.AsSpan(..4096)).Replace(SessionId, sid, StringComparison.Ordinal));
        await Connection.FishForMessageAsync<Connection.Reply>(reply => reply.Answer.Id == "d0");
        Requests("c1", CloseXml.Replace(SessionId, sid, StringComparison.Ordinal));
        var closed = await Connection.FishForMessageAsync<Connection.Reply>(reply => reply.Answer.Id == "c1");
        Assert.Equal(IqType.Result, closed.Answer.Type);
    }
}
