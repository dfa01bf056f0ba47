using ActorTransfer.Actors.Connections;
using ActorTransfer.Actors.Transfers;
using ActorTransfer.Protocol;
using ActorTransfer.Protocol.Discovery;
using ActorTransfer.Protocol.FileTransfer;
using ActorTransfer.Protocol.HttpUpload;
using ActorTransfer.Protocol.Stanzas;
using ActorTransfer.Protocol.Xml;
using Akka.Actor;
using Msg = ActorTransfer.Actors.Transfers.Transfer;

namespace ActorTransfer.Actors.Tests;

/// <summary>Uploads as transfers: the requests that they make, their timers, and the transfers that they take the place of.</summary>
public sealed class HttpSenderActorSpec() : TransferTest("http { discovery = 7s, slot = 8s, retry-delay = 3s, plain-http-on-loopback = on }")
{
    private static readonly Jid North = Jid.Parse("north.example");
    private static readonly Jid Upload = Jid.Parse("upload.north.example");
    private readonly Dictionary<Connections.Connection.Ask, IActorRef> _askers = new(ReferenceEqualityComparer.Instance);
    private TransferId _id;

    [Fact]
    public async Task Service_must_be_searched_once_for_several_uploads_and_remembered()
    {
        await UpAsync();
        Send(StreamMethods.Http);
        var items = await RequestAsync(North, Namespaces.DiscoItems);
        Send(StreamMethods.Http);
        await RequestAsync(North, Namespaces.DiscoInfo);
        await StillRunsAsync(Above);
        Answer(items, new DiscoItems([new(Upload)]).ToXml());
        Answer(await RequestAsync(Upload, Namespaces.DiscoInfo), Info);
        await RequestAsync(Upload, Namespaces.HttpUpload);
        await RequestAsync(Upload, Namespaces.HttpUpload);

        Send(StreamMethods.Http);
        Assert.Equal(
            UploadSlot.Request("f", 0, "application/octet-stream"), (await RequestAsync(Upload, Namespaces.HttpUpload)).Payload);
    }

    [Fact]
    public async Task Search_that_takes_too_long_must_end_the_upload()
    {
        await UpAsync();
        var upload = await BeginAsync();
        await AdvanceAsync(upload, TimeSpan.FromSeconds(7));
        Fails(await EndedAsync(), TransferState.Offer, TransferSide.Server, FailureReason.Timeout);
    }

    [Fact]
    public async Task Slot_that_takes_too_long_must_end_the_upload()
    {
        await UpAsync();
        var upload = await BeginAsync();
        await AdvanceAsync(upload, TimeSpan.FromSeconds(6));
        await FindAsync();
        await RequestAsync(Upload, Namespaces.HttpUpload);
        await AdvanceAsync(upload, TimeSpan.FromSeconds(7));
        await StillRunsAsync(upload);
        Advance(TimeSpan.FromSeconds(1));
        Fails(await EndedAsync(), TransferState.Offer, TransferSide.Server, FailureReason.Timeout);
    }

    [Fact]
    public async Task Upload_that_is_cancelled_must_end_at_once()
    {
        await UpAsync();
        await BeginAsync();
        await FindAsync();
        Above.Tell(new Msg.Cancel(_id));
        Assert.Equal(TransferSide.Local, Assert.IsType<TransferOutcome.Cancelled>(await EndedAsync()).By);
    }

    [Fact]
    public async Task Server_that_cannot_be_reached_must_be_tried_again_with_another_slot_after_a_while()
    {
        await UpAsync();
        var upload = await BeginAsync(new NoContent { Description = new FileDescription("f", 0, Ranged: true) });
        await FindAsync();
        Answer(await RequestAsync(Upload, Namespaces.HttpUpload), Slot);
        await EnteredAsync(TransferState.Accepted);
        await EventuallyAsync(() => Advanced(upload), "no second slot was requested");
        Answer(await RequestAsync(Upload, Namespaces.HttpUpload), Slot);
        Fails(await EndedAsync(), TransferState.Accepted, TransferSide.Server, FailureReason.ConnectionLost);
    }

    [Fact]
    public async Task Upload_must_take_the_place_of_a_transfer_whose_peer_does_not_take_files()
    {
        await UpAsync();
        Send(StreamMethods.All | StreamMethods.Http);
        _id = (await Observer.ExpectMsgAsync<Msg.Started>()).Id;
        Answer(await RequestAsync(Bo, Namespaces.StreamInitiation), StanzaError.ServiceUnavailable);

        await RequestAsync(North, Namespaces.DiscoItems);
        Above.Tell(new Msg.Cancel(_id));
        Assert.IsType<TransferOutcome.Cancelled>(await EndedAsync());
    }

    [Fact]
    public async Task Upload_must_not_follow_a_refusal_nor_what_the_send_does_not_allow()
    {
        await UpAsync();
        Send(StreamMethods.All | StreamMethods.Http);
        Answer(await RequestAsync(Bo, Namespaces.StreamInitiation), StanzaError.Declined);
        Assert.IsType<TransferOutcome.Refused>(await EndedAsync());

        Send(StreamMethods.All);
        Answer(await RequestAsync(Bo, Namespaces.StreamInitiation), StanzaError.ServiceUnavailable);
        Fails(await EndedAsync(), TransferState.Offer, TransferSide.Peer, FailureReason.NotSupported);
    }

    /// <summary>Nothing listens at port 1.</summary>
    private static XmlElement Slot => XmlElement.Parse(
        $"<slot xmlns='{Namespaces.HttpUpload}'><put url='http://127.0.0.1:1/a'/><get url='http://127.0.0.1:1/a'/></slot>");

    private static XmlElement Info => XmlElement.Parse($"<query xmlns='{Namespaces.DiscoInfo}'><feature var='{Namespaces.HttpUpload}'/></query>");

    private void Send(StreamMethods methods, NoContent? content = null) => Above.Tell(
        new Msg.Send("north", null, Bo, content ?? new NoContent(), Observer.Ref) { Terms = new Msg.SendTerms(methods) }, Observer.Ref);

    private async Task<IActorRef> BeginAsync(NoContent? content = null)
    {
        Send(StreamMethods.Http, content);
        _id = (await Observer.ExpectMsgAsync<Msg.Started>()).Id;
        await EnteredAsync(TransferState.Offer);
        return await ActorOfAsync(_id);
    }

    private async Task FindAsync()
    {
        Answer(await RequestAsync(North, Namespaces.DiscoItems), new DiscoItems([new(Upload)]).ToXml());
        await RequestAsync(North, Namespaces.DiscoInfo);
        Answer(await RequestAsync(Upload, Namespaces.DiscoInfo), Info);
    }

    private async Task<Connections.Connection.Ask> RequestAsync(Jid to, string ns)
    {
        var ask = await Connection.ExpectMsgAsync<Connections.Connection.Ask>();
        Assert.Equal((to, ns), (ask.To, ask.Payload.Namespace));
        _askers[ask] = Connection.LastSender;
        return ask;
    }

    private void Answer(Connections.Connection.Ask ask, XmlElement payload) =>
        Connection.Send(_askers[ask], new Connections.Connection.Answered(ask.Tag, Result(payload)));

    private void Answer(Connections.Connection.Ask ask, StanzaError error) =>
        Connection.Send(_askers[ask], new Connections.Connection.Answered(ask.Tag, Error(error)));

    /// <summary>The failed connection is reported in real time; virtual time passes until the next request.</summary>
    private bool Advanced(IActorRef upload)
    {
        upload.Tell(new Identify(null), ActorRefs.NoSender);
        Advance(TimeSpan.FromSeconds(1));
        return Connection.HasMessages;
    }
}
