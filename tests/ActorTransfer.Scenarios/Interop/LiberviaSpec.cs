using ActorTransfer.Scenarios.Prosody;
using Xunit.Abstractions;

namespace ActorTransfer.Scenarios.Interop;

/// <summary>Libervia with its own Jingle plugins.</summary>
public sealed class Libervia : JingleClient
{
    /// <inheritdoc/>
    internal override string Name => nameof(Libervia);

    /// <inheritdoc/>
    internal override string? WhySkipped => Reason;

    internal static string? Reason => ProsodyFactAttribute.WhySkipped is { } reason ? reason
        : Directory.Exists("/usr/share/libervia/sat") ? null
        : "Libervia is not installed; on Debian: apt-get install libervia-backend.";
}

/// <summary>Needs Libervia's backend and Prosody. Without them the test is skipped.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class LiberviaTheoryAttribute : TheoryAttribute
{
    public LiberviaTheoryAttribute() => Skip = Libervia.Reason;
}

/// <summary>Jingle file transfer with Libervia: both directions by every method, declined, and cancelled by either side.</summary>
public sealed class LiberviaSpec(Libervia client, ITestOutputHelper output) : JingleClientTest(client, output), IClassFixture<Libervia>
{
    [LiberviaTheory]
    [InlineData(Way.Direct)]
    [InlineData(Way.DirectToClient)]
    [InlineData(Way.ServerProxy)]
    [InlineData(Way.OwnProxy)]
    [InlineData(Way.ServerProxyOfClient)]
    [InlineData(Way.OwnProxyOfClient)]
    [InlineData(Way.InBand)]
    [InlineData(Way.Replaced)]
    public Task File_must_arrive_at_Libervia(Way way) => SendsAsync(way);

    [LiberviaTheory]
    [InlineData(Way.Direct)]
    [InlineData(Way.DirectToClient)]
    [InlineData(Way.ServerProxy)]
    [InlineData(Way.ServerProxyOfClient)]
    [InlineData(Way.OwnProxyOfClient)]
    [InlineData(Way.InBand)]
    [InlineData(Way.Replaced)]
    public Task File_of_Libervia_must_arrive(Way way) => ReceivesAsync(way);

    [LiberviaTheory]
    [InlineData(Way.Direct)]
    [InlineData(Way.InBand)]
    public Task Declined_offer_must_end_as_refused(Way way) => DeclinesAsync(way, "decline");

    [LiberviaTheory]
    [InlineData(Way.Direct)]
    [InlineData(Way.InBand)]
    public Task Offer_of_Libervia_must_be_declined(Way way) => IsDeclinedAsync(way);

    [LiberviaTheory]
    [InlineData(Way.Direct)]
    [InlineData(Way.InBand)]
    public Task Own_offer_must_be_cancelled_at_Libervia(Way way) => OwnOfferIsCancelledAsync(way);

    [LiberviaTheory]
    [InlineData(Way.Direct)]
    [InlineData(Way.InBand)]
    public async Task Offer_cancelled_by_Libervia_must_end(Way way)
    {
        var offer = await OfferAsync(way);

        await Client.CancelAsync();

        Assert.Equal(("cancel", "self"), await EndAsync());
        var outcome = await CompletionAsync<TransferOutcome>(await AcceptAsync(offer, way));
        // Cancelled if it was accepted before this side knew.
        Assert.True(outcome is TransferOutcome.Failed { Phase: TransferState.Offer } or TransferOutcome.Cancelled { By: TransferSide.Peer }, outcome.ToString());
    }

    [LiberviaTheory]
    [InlineData(Way.Direct)]
    [InlineData(Way.ServerProxy)]
    [InlineData(Way.InBand)]
    [InlineData(Way.Replaced)]
    public async Task Sending_must_end_when_either_side_cancels(Way way)
    {
        await CancelledAsync(await SendAsync(way, size: Large), byClient: false);
        await CancelledAsync(await SendAsync(way, size: Large), byClient: true);
    }

    [LiberviaTheory]
    [InlineData(Way.Direct)]
    [InlineData(Way.ServerProxyOfClient)]
    [InlineData(Way.InBand)]
    [InlineData(Way.Replaced)]
    public async Task Receiving_must_end_when_either_side_cancels(Way way)
    {
        await CancelledAsync(await ReceiveAsync(way, Large), byClient: false);
        await CancelledAsync(await ReceiveAsync(way, Large), byClient: true);
    }

    private async Task CancelledAsync(ITransfer transfer, bool byClient)
    {
        await PauseInMidFileAsync(transfer);
        if (byClient)
        {
            await Client.CancelAsync();
        }
        else
        {
            transfer.Cancel();
        }

        var cancelled = await CompletionAsync<TransferOutcome.Cancelled>(transfer);
        Assert.Equal(byClient ? TransferSide.Peer : TransferSide.Local, cancelled.By);
        // The end of the connection may overtake the stanza that says why.
        var ended = await EndAsync();
        Assert.True(ended == (byClient ? ("cancel", "self") : ("cancel", "peer")) || (!byClient && ended == ("failed-transport", "self")), ended.ToString());
    }
}
