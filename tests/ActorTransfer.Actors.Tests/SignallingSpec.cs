using ActorTransfer.Actors.Connections;
using ActorTransfer.Actors.StreamHosts;
using ActorTransfer.Extensibility;
using ActorTransfer.Protocol;
using ActorTransfer.Protocol.Discovery;
using ActorTransfer.Protocol.FileTransfer;
using ActorTransfer.Protocol.Jingle;
using ActorTransfer.Protocol.Stanzas;
using ActorTransfer.Protocol.StreamInitiation;
using ActorTransfer.Protocol.Xml;
using Akka.Actor;
using Msg = ActorTransfer.Actors.Transfers.Transfer;

namespace ActorTransfer.Actors.Tests;

/// <summary>The choice of the signalling, and the change to the other one.</summary>
public sealed class SignallingSpec() : TransferTest("initiator.signalling = auto")
{
    private const StreamMethods InBand = StreamMethods.InBand;

    private static readonly string[] Si = [Namespaces.StreamInitiation, Namespaces.FileTransferProfile];
    private static readonly string[] Jingle = [Namespaces.Jingle, Namespaces.JingleFileTransfer, Namespaces.JingleBytestreams, Namespaces.JingleIbb];

    private TransferId _id;
    private IActorRef _requester = ActorRefs.Nobody;

    [Fact]
    public async Task Peer_that_advertises_jingle_must_get_a_jingle_offer()
    {
        await UpAsync();
        await SendAsync();
        await AnswerInfoAsync([.. Si, .. Jingle]);
        await OfferedAsync(Signalling.Jingle);
    }

    [Fact]
    public async Task Peer_that_advertises_stream_initiation_only_must_get_such_an_offer()
    {
        await UpAsync();
        await SendAsync();
        await AnswerInfoAsync(Si);
        await OfferedAsync(Signalling.StreamInitiation);
    }

    [Fact]
    public async Task Peer_that_does_not_answer_must_get_an_offer_by_stream_initiation()
    {
        await UpAsync();
        await SendAsync();
        await AnswerInfoAsync(new Answer.None(NoAnswer.Timeout));
        await OfferedAsync(Signalling.StreamInitiation);
    }

    [Fact]
    public async Task Peer_must_be_asked_once_by_all_its_transfers_and_again_when_that_is_too_old()
    {
        await UpAsync();
        await SendAsync();
        await SendAsync();
        await AnswerInfoAsync(Jingle);
        await RequestAsync(Namespaces.Jingle);
        await RequestAsync(Namespaces.Jingle);
        await SendAsync();
        await RequestAsync(Namespaces.Jingle);
        await ExpectNoMessageAsync(Contacts, Above);

        Advance(TimeSpan.FromHours(1));
        await SendAsync();
        await AnswerInfoAsync(Si);
        await RequestAsync(Namespaces.StreamInitiation);
    }

    [Fact]
    public async Task Silence_and_errors_must_be_remembered_for_a_minute()
    {
        await UpAsync();
        await SendAsync();
        await AnswerInfoAsync(Error(StanzaError.ServiceUnavailable));
        await OfferedAsync(Signalling.StreamInitiation);
        await SendAsync();
        await OfferedAsync(Signalling.StreamInitiation);

        Advance(TimeSpan.FromMinutes(1));
        await SendAsync();
        await AnswerInfoAsync(Jingle);
        await OfferedAsync(Signalling.Jingle);
    }

    [Fact]
    public async Task Request_that_was_not_sent_must_not_be_remembered()
    {
        await UpAsync();
        await SendAsync();
        await AnswerInfoAsync(new Answer.None(NoAnswer.LinkLost));
        await OfferedAsync(Signalling.StreamInitiation);
        await SendAsync();
        await AnswerInfoAsync(Jingle);
    }

    [Theory]
    [InlineData(Signalling.Jingle)]
    [InlineData(Signalling.StreamInitiation)]
    public async Task Signalling_of_the_options_must_be_used_without_a_request(Signalling signalling)
    {
        await UpAsync();
        await SendAsync(signalling);
        await OfferedAsync(signalling);
        await ExpectNoMessageAsync(Contacts, Above);
    }

    [Fact]
    public async Task Resource_of_an_account_must_not_be_asked_again()
    {
        await UpAsync();
        await SendAsync(to: Bo.Bare);
        Assert.Equal(Signalling.Auto, (await Contacts.ExpectMsgAsync<Connections.Contacts.FindResource>()).Signalling);
        Contacts.Reply(new Connections.Contacts.Found(Bo, new DiscoInfo([], Jingle)));
        Assert.Equal(TransferState.Offer, (await Observer.ExpectMsgAsync<Msg.Entered>()).State);
        Assert.Equal(Bo, (await Observer.ExpectMsgAsync<Msg.ResourceFound>()).Peer);
        Assert.Equal(Signalling.Jingle, (await Observer.ExpectMsgAsync<Msg.SignallingSelected>()).Signalling);
        await RequestAsync(Namespaces.Jingle);
        await SendAsync();
        await RequestAsync(Namespaces.Jingle);
        await ExpectNoMessageAsync(Contacts, Above);
    }

    [Fact]
    public async Task Features_that_the_choice_has_learned_must_serve_the_in_band_bytestream()
    {
        await UpAsync();
        await SendAsync();
        await AnswerInfoAsync([.. Si, Namespaces.InOrderBlocks]);
        await OfferedAsync(Signalling.StreamInitiation);
        Above.Tell(new Peers.GetFeatures(Ada, Bo, Connection.Ref), TestActor);
        Assert.Equal(Protocol.Ibb.BlockOrder.Promised, (await ExpectMsgAsync<Peers.Features>()).Peer.Order);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Jingle_that_the_peer_does_not_support_must_be_followed_by_stream_initiation_once(bool isSilent)
    {
        await UpAsync();
        await SendAsync();
        await AnswerInfoAsync([.. Si, .. Jingle]);
        await OfferedAsync(Signalling.Jingle);
        Refuse(StanzaError.ServiceUnavailable);
        await AnswerInfoAsync(isSilent ? new Answer.None(NoAnswer.Timeout) : Result(new DiscoInfo([], Si).ToXml()));
        await SelectedAsync(Signalling.StreamInitiation);

        Refuse(StanzaError.FeatureNotImplemented);
        Fails(await EndedAsync(), TransferState.Offer, TransferSide.Peer, FailureReason.NotSupported);
    }

    [Fact]
    public async Task Stream_initiation_that_the_peer_does_not_support_must_be_followed_by_jingle_if_it_is_advertised()
    {
        await UpAsync();
        await SendAsync();
        await AnswerInfoAsync(Si);
        await OfferedAsync(Signalling.StreamInitiation);
        Refuse(SiErrors.NoValidStreams);
        await AnswerInfoAsync(Jingle);
        await SelectedAsync(Signalling.Jingle);
        Assert.Equal(_id, Assert.Single(await ActiveAsync()));
    }

    [Fact]
    public async Task Refusal_must_be_the_outcome_if_the_peer_advertises_nothing_else()
    {
        await UpAsync();
        await SendAsync();
        await AnswerInfoAsync(Si);
        await OfferedAsync(Signalling.StreamInitiation);
        Refuse(SiErrors.NoValidStreams);
        await AnswerInfoAsync(Si);
        Fails(await EndedAsync(), TransferState.Offer, TransferSide.Peer, FailureReason.NoMethod);
    }

    [Theory]
    [InlineData(Signalling.Jingle)]
    [InlineData(Signalling.StreamInitiation)]
    public async Task Refusal_by_a_person_must_be_the_outcome(Signalling signalling)
    {
        await UpAsync();
        await SendAsync();
        await AnswerInfoAsync(signalling == Signalling.Jingle ? [.. Si, .. Jingle] : Si);
        await OfferedAsync(signalling);
        Refuse(StanzaError.Forbidden);
        Assert.Equal(TransferSide.Peer, Assert.IsType<TransferOutcome.Refused>(await EndedAsync()).By);
        await ExpectNoMessageAsync(Contacts, Above);
    }

    [Fact]
    public async Task Session_that_a_person_declines_must_not_be_followed_by_another_offer()
    {
        await UpAsync();
        await SendAsync();
        await AnswerInfoAsync([.. Si, .. Jingle]);
        var offer = await OfferedAsync(Signalling.Jingle);
        Connection.Send(_requester, new Connection.Answered(_tag, Result()));
        Terminate(offer, "decline");
        Assert.IsType<TransferOutcome.Refused>(await EndedAsync());
        await ExpectNoMessageAsync(Contacts, Above);
    }

    [Fact]
    public async Task Session_that_ends_because_files_are_not_supported_must_be_followed_by_stream_initiation()
    {
        await UpAsync();
        await SendAsync();
        await AnswerInfoAsync([.. Si, .. Jingle]);
        var offer = await OfferedAsync(Signalling.Jingle);
        Connection.Send(_requester, new Connection.Answered(_tag, Result()));
        Terminate(offer, "unsupported-applications");
        await AnswerInfoAsync(Si);
        await SelectedAsync(Signalling.StreamInitiation);
    }

    [Theory]
    [InlineData(Signalling.Jingle)]
    [InlineData(Signalling.StreamInitiation)]
    public async Task Signalling_that_the_options_exclude_must_not_be_tried(Signalling signalling)
    {
        await UpAsync();
        await SendAsync(signalling);
        await OfferedAsync(signalling);
        Refuse(StanzaError.ServiceUnavailable);
        Fails(await EndedAsync(), TransferState.Offer, TransferSide.Peer, FailureReason.NotSupported);
        await ExpectNoMessageAsync(Contacts, Above);
    }

    [Fact]
    public async Task Transfer_must_be_cancelled_while_the_peer_is_asked()
    {
        await UpAsync();
        await SendAsync();
        await Contacts.ExpectMsgAsync<Connections.Contacts.GetInfo>();
        Above.Tell(new Msg.Cancel(_id));
        Assert.Equal(new TransferOutcome.Cancelled(TransferState.Offer, TransferSide.Local), await EndedAsync());
    }

    [Fact]
    public async Task Cancellation_between_the_choice_and_the_offer_must_count()
    {
        await UpAsync();
        await SendAsync();
        await Contacts.ExpectMsgAsync<Connections.Contacts.GetInfo>();
        var preparing = await ActorOfAsync(_id);
        Above.Tell(new Msg.Prepared(_id, Bo, Signalling.StreamInitiation, PeerFeatures.Unknown));
        Above.Tell(new Msg.Cancel(_id));
        Sys.Stop(preparing);
        Assert.Equal(new TransferOutcome.Cancelled(TransferState.Offer, TransferSide.Local), await EndedAsync());
    }

    [Fact]
    public async Task Pause_during_the_choice_must_hold_for_the_offer()
    {
        await UpAsync();
        await SendAsync();
        await Contacts.ExpectMsgAsync<Connections.Contacts.GetInfo>();
        Above.Tell(new Msg.Pause(_id));
        Contacts.Reply(new Connections.Contacts.Info(Bo, Result(new DiscoInfo([], Si).ToXml())));
        await RequestAsync(Namespaces.StreamInitiation);
        await Observer.FishForMessageAsync<Msg.SignallingSelected>(_ => true);
        Assert.True((await Observer.ExpectMsgAsync<Msg.Paused>()).IsPaused);
    }

    [Fact]
    public async Task First_state_must_be_reported_once()
    {
        await UpAsync();
        await SendAsync();
        await AnswerInfoAsync([.. Si, .. Jingle]);
        await OfferedAsync(Signalling.Jingle);
        Refuse(StanzaError.ServiceUnavailable);
        await AnswerInfoAsync(Si);
        await SelectedAsync(Signalling.StreamInitiation);
        Refuse(StanzaError.Forbidden);
        Assert.Equal(TransferState.Refused, (await Observer.ExpectMsgAsync<Msg.Entered>()).State);
    }

    private object _tag = "";

    private async Task SendAsync(Signalling? signalling = null, Jid? to = null)
    {
        Above.Tell(
            new Msg.Send("north", null, to ?? Bo, new NoContent(), Observer.Ref) { Terms = new Msg.SendTerms(InBand) { Signalling = signalling } }, TestActor);
        _id = (await ExpectMsgAsync<Msg.Started>()).Id;
    }

    private Task AnswerInfoAsync(string[] features) => AnswerInfoAsync(Result(new DiscoInfo([], features).ToXml()));

    private async Task AnswerInfoAsync(Answer answer)
    {
        Assert.Equal(new Connections.Contacts.GetInfo(Ada, Bo), await Contacts.ExpectMsgAsync<Connections.Contacts.GetInfo>());
        Contacts.Reply(new Connections.Contacts.Info(Bo, answer));
    }

    /// <summary>The offer, of which the observer learns after the first state.</summary>
    private async Task<XmlElement> OfferedAsync(Signalling signalling)
    {
        await Observer.FishForMessageAsync<Msg.Entered>(entered => entered.State == TransferState.Offer);
        return await SelectedAsync(signalling);
    }

    private async Task<XmlElement> SelectedAsync(Signalling signalling)
    {
        Assert.Equal(signalling, (await Observer.FishForMessageAsync<Msg.SignallingSelected>(_ => true)).Signalling);
        return await RequestAsync(signalling == Signalling.Jingle ? Namespaces.Jingle : Namespaces.StreamInitiation);
    }

    private async Task<XmlElement> RequestAsync(string protocol)
    {
        var ask = await Connection.FishForMessageAsync<Connection.Ask>(_ => true, hint: "a request");
        Assert.Equal((protocol, Bo), (ask.Payload.Namespace, ask.To));
        (_requester, _tag) = (Connection.LastSender, ask.Tag);
        return ask.Payload;
    }

    private void Refuse(StanzaError error) => Connection.Send(_requester, new Connection.Answered(_tag, Error(error)));

    private void Terminate(XmlElement offer, string reason) => Ask(Iq.Set("t1", Ada, XmlElement.Parse(
        $"<jingle xmlns='{Namespaces.Jingle}' action='session-terminate' sid='{offer["sid"]}'><reason><{reason}/></reason></jingle>"), Bo));

    private async Task<IEnumerable<TransferId>> ActiveAsync()
    {
        Above.Tell(new Msg.GetActive(), TestActor);
        return (await ExpectMsgAsync<Msg.Active>()).Ids;
    }
}
