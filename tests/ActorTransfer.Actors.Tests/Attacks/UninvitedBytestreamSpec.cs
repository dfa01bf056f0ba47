using ActorTransfer.Protocol;
using ActorTransfer.Protocol.Bytestreams;
using ActorTransfer.Protocol.Stanzas;
using ActorTransfer.Protocol.Xml;
using Akka.Actor;
using Akka.TestKit;
using Msg = ActorTransfer.Actors.Transfers.Transfer;

namespace ActorTransfer.Actors.Tests.Attacks;

/// <summary>Streams for a session of another peer, or before the application has accepted it.</summary>
public sealed class UninvitedBytestreamSpec : TransfersActorTest
{
    [Theory]
    [InlineData("eve@evil.example/x")]
    [InlineData("bo@south.example/other")]
    [InlineData("bo@south.example")]
    [InlineData("south.example")]
    public async Task Bytestream_of_another_sender_must_be_refused_although_it_knows_the_session_id(string stranger)
    {
        await AcceptedAsync();
        var from = Jid.Parse(stranger);
        Ask(StreamhostsOf("s") with { From = from });
        Assert.Equal(ErrorConditions.NotAcceptable, await RefusalAsync("s"));
        Ask(Iq.Set("i", Ada, XmlElement.Parse($"<open xmlns='{Namespaces.Ibb}' sid='{SessionId}' block-size='4096'/>"), from));
        Assert.Equal(ErrorConditions.NotAcceptable, await RefusalAsync("i"));
        Ask(Iq.Set("c", Ada, XmlElement.Parse($"<close xmlns='{Namespaces.Ibb}' sid='{SessionId}'/>"), from));
        Assert.Equal(ErrorConditions.ItemNotFound, await RefusalAsync("c"));
        await ExpectNoMessageAsync(Gate, Above);

        Ask(StreamhostsOf("s"));
        await EnteredAsync(TransferState.StreamhostReceived);
    }

    [Fact]
    public async Task Bytestream_before_the_decision_must_be_refused()
    {
        await SubscribedAsync();
        Ask(OfferOf(Bo, SessionId));
        var offered = await Offers.ExpectMsgAsync<Msg.Offered>();
        Ask(StreamhostsOf("s"));
        Assert.Equal(ErrorConditions.NotAcceptable, await RefusalAsync("s"));
        Ask(Iq.Set("i", Ada, XmlElement.Parse($"<open xmlns='{Namespaces.Ibb}' sid='{SessionId}' block-size='4096'/>"), Bo));
        Assert.Equal(ErrorConditions.NotAcceptable, await RefusalAsync("i"));
        await ExpectNoMessageAsync(Gate, await ActorOfAsync(offered.Id));
    }

    private async Task AcceptedAsync()
    {
        await SubscribedAsync();
        Ask(OfferOf(Bo, SessionId));
        var offered = await Offers.ExpectMsgAsync<Msg.Offered>();
        Above.Tell(new Msg.Accept(offered.Id, new FolderDestination(Folder), Observer.Ref));
        await EnteredAsync(TransferState.Accepted);
        Assert.Equal(IqType.Result, (await ReplyAsync()).Type);
    }
}
