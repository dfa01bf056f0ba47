using ActorTransfer.Scenarios.Prosody;
using Xunit.Abstractions;

namespace ActorTransfer.Scenarios.Interop;

/// <summary>Gajim's own Jingle file transfer.</summary>
public sealed class Gajim : JingleClient
{
    /// <inheritdoc/>
    internal override string Name => nameof(Gajim);

    /// <inheritdoc/>
    internal override string? WhySkipped => Reason;

    internal static string? Reason => ProsodyFactAttribute.WhySkipped is { } reason ? reason
        : Directory.Exists("/usr/lib/python3/dist-packages/gajim/common") ? null
        : "Gajim is not installed; on Debian: apt-get install gajim.";
}

/// <summary>Needs Gajim and Prosody. Without them the test is skipped.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class GajimTheoryAttribute : TheoryAttribute
{
    public GajimTheoryAttribute() => Skip = Gajim.Reason;
}

/// <summary>Jingle file transfer with Gajim.</summary>
public sealed class GajimSpec(Gajim client, ITestOutputHelper output) : JingleClientTest(client, output), IClassFixture<Gajim>
{
    private const string Impatient = "impatient";

    /// <summary>The connection is refused or reset, or closed without a byte.</summary>
    private static readonly FailureReason[] s_noBytes = [FailureReason.StreamhostUnreachable, FailureReason.WrongLength];

    [GajimTheory]
    [InlineData(Way.Direct)]
    [InlineData(Way.ServerProxy)]
    [InlineData(Way.OwnProxy)]
    [InlineData(Way.ServerProxyOfClient)]
    [InlineData(Way.OwnProxyOfClient)]
    [InlineData(Way.InBand)]
    [InlineData(Way.Replaced)]
    public Task File_must_arrive_at_Gajim(Way way) => SendsAsync(way);

    [GajimTheory]
    [InlineData(Way.Direct)]
    [InlineData(Way.ServerProxy)]
    [InlineData(Way.ServerProxyOfClient)]
    [InlineData(Way.OwnProxyOfClient)]
    [InlineData(Way.InBand)]
    public Task File_of_Gajim_must_arrive(Way way) => ReceivesAsync(way);

    /// <summary>When it cannot connect to this side, it may close its listener before this side has connected.</summary>
    [GajimTheory]
    [InlineData(Way.DirectToClient)]
    public async Task File_must_arrive_at_Gajim_even_if_it_closes_its_listener(Way way)
    {
        var completed = await CompletionAsync<TransferOutcome.Completed>(await SendAsync(way, size: 1 << 20, methods: StreamMethods.All));

        var ended = await Client.EventAsync("ended");
        Report("receives", way, $"completed, {completed.Method}");
        Assert.Equal(completed.Sha256, ended.Text("sha256"));
        Assert.Contains(completed.Method, new StreamMethod?[] { StreamMethod.Direct, StreamMethod.InBand });
    }

    /// <summary>As before, but nothing follows: it does not send over a connection to it, and names its in-band transport "None" and does not open it.</summary>
    [GajimTheory]
    [InlineData(Way.DirectToClient)]
    [InlineData(Way.Replaced)]
    public async Task File_that_Gajim_cannot_send_must_fail(Way way)
    {
        await using var host = await ImpatientAsync();

        var failed = await CompletionAsync<TransferOutcome.Failed>(await AcceptAsync(await OfferAsync(way, to: (host, Impatient)), way));
        Report("sends", way, $"failed, {failed.Reason}");
        Assert.Contains(failed.Reason, way == Way.Replaced ? [FailureReason.StreamhostUnreachable] : s_noBytes);
    }

    /// <summary>Since 1.4.2 it confirms the request and does not show the offer.</summary>
    [GajimTheory]
    [InlineData(Way.Direct)]
    [InlineData(Way.InBand)]
    public async Task Offer_that_stock_Gajim_ignores_must_time_out(Way way)
    {
        await using var host = await ImpatientAsync();

        var failed = await CompletionAsync<TransferOutcome.Failed>(await SendAsync(way, repaired: false, by: host));
        Report("as it is receives", way, $"failed, {failed.Reason}");
        Assert.Equal((TransferState.Offer, TransferSide.Peer, FailureReason.Timeout), (failed.Phase, failed.Side, failed.Reason));
    }

    [GajimTheory]
    [InlineData(Way.Direct)]
    [InlineData(Way.InBand)]
    public Task Declined_offer_must_end_as_refused(Way way) => DeclinesAsync(way, "cancel");

    [GajimTheory]
    [InlineData(Way.Direct)]
    [InlineData(Way.InBand)]
    public Task Offer_of_Gajim_must_be_declined(Way way) => IsDeclinedAsync(way);

    [GajimTheory]
    [InlineData(Way.Direct)]
    [InlineData(Way.InBand)]
    public Task Own_offer_must_be_cancelled_at_Gajim(Way way) => OwnOfferIsCancelledAsync(way);

    [GajimTheory]
    [InlineData(Way.Direct)]
    [InlineData(Way.ServerProxy)]
    [InlineData(Way.InBand)]
    [InlineData(Way.Replaced)]
    public async Task Sending_must_be_cancelled_at_Gajim(Way way)
    {
        var ended = await CancelAsync(await SendAsync(way, size: Large));

        // The end of the connection may overtake the stanza that says why: then Gajim ends the session as a success.
        Assert.True(ended == ("cancel", "peer") || (way is Way.Direct or Way.ServerProxy && ended == ("success", "self")), ended.ToString());
    }

    [GajimTheory]
    [InlineData(Way.Direct)]
    [InlineData(Way.ServerProxyOfClient)]
    [InlineData(Way.InBand)]
    public async Task Receiving_must_be_cancelled_at_Gajim(Way way) => Assert.Equal(("cancel", "peer"), await CancelAsync(await ReceiveAsync(way, Large)));

    /// <summary>It closes the connection, or the in-band bytestream, and says nothing.</summary>
    [GajimTheory]
    [InlineData(Way.Direct)]
    [InlineData(Way.InBand)]
    public async Task Receiver_that_Gajim_stops_must_fail_the_sending(Way way)
    {
        var failed = await StoppedAsync<TransferOutcome.Failed>(await SendAsync(way, size: Large));

        Assert.Equal((TransferSide.Peer, FailureReason.ConnectionLost), (failed.Side, failed.Reason));
        Assert.Equal(("failed-transport", "peer"), await EndAsync());
    }

    [GajimTheory]
    [InlineData(Way.Direct)]
    public async Task Sender_that_Gajim_stops_must_fail_the_receiving(Way way)
    {
        var failed = await StoppedAsync<TransferOutcome.Failed>(await ReceiveAsync(way, Large));

        Assert.Equal((TransferSide.Peer, FailureReason.WrongLength), (failed.Side, failed.Reason));
        Assert.Equal("peer", (await EndAsync()).By);
    }

    [GajimTheory]
    [InlineData(Way.InBand)]
    public async Task Sender_that_Gajim_stops_in_band_must_cancel_the_receiving(Way way)
    {
        Assert.Equal(TransferSide.Peer, (await StoppedAsync<TransferOutcome.Cancelled>(await ReceiveAsync(way, Large))).By);

        Assert.Equal(("cancel", "self"), await EndAsync());
    }

    /// <summary>This side cancels in mid-file; how the session ended for Gajim.</summary>
    private async Task<(string Reason, string By)> CancelAsync(ITransfer transfer)
    {
        await PauseInMidFileAsync(transfer);
        transfer.Cancel();
        Assert.Equal(TransferSide.Local, (await CompletionAsync<TransferOutcome.Cancelled>(transfer)).By);
        return await EndAsync();
    }

    /// <summary>Gajim's user cancels in mid-file. Who is paused does not read or write, and so notices it later.</summary>
    private async Task<T> StoppedAsync<T>(ITransfer transfer)
        where T : TransferOutcome
    {
        await PauseInMidFileAsync(transfer);
        await Client.CancelAsync();
        await transfer.ResumeAsync();
        return await CompletionAsync<T>(transfer);
    }

    /// <summary>An engine that does not wait as long as people do.</summary>
    private Task<ClientHost> ImpatientAsync() => ClientHost.StartAsync(
        ClientHost.Address(Client.Server, "alice", resource: Impatient),
        JingleClient.Hocon + "\nactor-transfer { initiator.offer = 500ms, jingle.opening-in-band = 1s }");
}
