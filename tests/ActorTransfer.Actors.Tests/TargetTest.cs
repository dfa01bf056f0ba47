using ActorTransfer.Extensibility;
using ActorTransfer.Protocol.Stanzas;
using ActorTransfer.Testing.Streams;
using Akka.Actor;
using Akka.Streams.Dsl;
using Msg = ActorTransfer.Actors.Transfers.Transfer;

namespace ActorTransfer.Actors.Tests;

/// <summary>Advances a receiving transfer to a state.</summary>
public abstract class TargetTest(bool honoursCancellation, bool logs = false) : TransferTest("target.stagger = 1s", honoursCancellation, logs)
{
    protected const int Size = 1000;

    public enum Stage
    {
        Offer,
        Accepted,
        StreamhostReceived,
        Connected,
        Activated,
        Streaming,
    }

    protected IActorRef Transfer { get; private set; } = ActorRefs.Nobody;

    /// <summary>The bytes that the peer sends.</summary>
    private protected SourceScript Peer { get; private set; } = null!;

    private protected Attempt Attempt { get; private set; } = null!;

    protected TransferId Id { get; private set; }

    /// <summary>Advances the transfer to this state.</summary>
    protected async Task AdvanceToAsync(Stage stop)
    {
        await UpAsync();
        Above.Tell(new Msg.SubscribeOffers(Offers.Ref));
        Ask(OfferOf(Bo, SessionId, Size));
        var offered = await Offers.ExpectMsgAsync<Msg.Offered>();
        Assert.Equal((Bo, Ada, (long)Size), (offered.Peer, offered.Self, offered.File.Size));
        Id = offered.Id;
        Transfer = await ActorOfAsync(Id);
        if (stop == Stage.Offer)
        {
            return;
        }

        Above.Tell(new Msg.Accept(Id, new FolderDestination(Folder), Observer.Ref));
        await EnteredAsync(TransferState.Accepted);
        Assert.Equal((IqType.Result, $"offer-{SessionId}"), Head(await ReplyAsync()));
        if (stop == Stage.Accepted)
        {
            return;
        }

        Ask(StreamhostsOf("s1"));
        await EnteredAsync(TransferState.StreamhostReceived);
        Attempt = await Gate.ExpectMsgAsync<Attempt>();
        Assert.Equal(RelayHost, Attempt.Host);
        if (stop > Stage.StreamhostReceived)
        {
            await ConnectAsync(stop);
        }
    }

    private async Task ConnectAsync(Stage stop)
    {
        Attempt.Succeed(Near);
        Assert.Equal(DestinationAddress.Compute(SessionId, Bo, Ada), await Attempt.Destination);
        await EnteredAsync(TransferState.Connected);
        Assert.Equal((IqType.Result, "s1"), Head(await ReplyAsync()));
        Peer = ScriptedSource.Create().ToMaterialized(Far.Outgoing, Keep.Left).Run(Materializer);
        if (stop >= Stage.Activated)
        {
            await SendBytesAsync();
            await EnteredAsync(TransferState.Activated);
        }

        if (stop == Stage.Streaming)
        {
            await SendBytesAsync();
            await EnteredAsync(TransferState.Streaming);
        }
    }

    protected Task SendBytesAsync() => SendBytesAsync(Peer, () => Transfer);

    private protected static (IqType Type, string Id) Head(Iq answer) => (answer.Type, answer.Id);

    /// <summary>The transfer waits for an in-band bytestream until it times out.</summary>
    protected async Task NoFallbackAsync()
    {
        await EnteredAsync(TransferState.Accepted);
        await AdvanceAsync(Transfer, TimeSpan.FromSeconds(30));
    }

    protected void ExpectEmptyFolder() => Assert.Empty(Directory.EnumerateFileSystemEntries(Folder));
}
