using System.Diagnostics;
using System.Security.Cryptography;
using System.Text.Json;
using ActorTransfer.Scenarios.Prosody;
using Xunit.Abstractions;

namespace ActorTransfer.Scenarios.Interop;

/// <summary>How a file gets from one side to the other.</summary>
public enum Way
{
    /// <summary>The client connects to this engine.</summary>
    Direct,

    /// <summary>This engine connects to the client.</summary>
    DirectToClient,

    /// <summary>Prosody's proxy, offered by this engine.</summary>
    ServerProxy,

    /// <summary>This project's proxy, offered by this engine.</summary>
    OwnProxy,

    /// <summary>Prosody's proxy, offered by the client.</summary>
    ServerProxyOfClient,

    /// <summary>This project's proxy, offered by the client.</summary>
    OwnProxyOfClient,

    /// <summary>Offered as the first transport.</summary>
    InBand,

    /// <summary>In-band, by transport-replace, after SOCKS5 failed.</summary>
    Replaced,
}

/// <summary>Transfers between this engine and a foreign client. Each one's result and seconds are written to the test's output.</summary>
public abstract class JingleClientTest(JingleClient client, ITestOutputHelper output) : IDisposable
{
    /// <summary>Takes longer than any test, by every method.</summary>
    protected const int Large = 60 << 20;

    /// <summary>Of a file that must arrive.</summary>
    private const int Size = 3 << 20;

    /// <summary>The same where the bytes take a way that another test takes too, a block a round trip.</summary>
    private const int ReplacedSize = 1 << 20;
    private static readonly TimeSpan MaxWait = TimeSpan.FromSeconds(25);
    private readonly TestFolder _folder = new();
    private byte[] _bytes = [];
    private readonly Stopwatch _time = new();

    public void Dispose() => _folder.Dispose();

    protected JingleClient Client => client;

    /// <summary>Sends a file, which must arrive.</summary>
    protected async Task SendsAsync(Way way)
    {
        var transfer = await SendAsync(way, size: SizeOf(way));

        var completed = await CompletionAsync<TransferOutcome.Completed>(transfer);
        var ended = await client.EventAsync("ended");
        Report("receives", way, $"completed, {completed.Delivery.ToString().ToLowerInvariant()}");
        var hash = Convert.ToHexStringLower(SHA256.HashData(_bytes));
        Assert.Equal((_bytes.Length, hash), (completed.Bytes, completed.Sha256));
        Assert.Equal((_bytes.Length, hash), (ended.GetProperty("size").GetInt32(), ended.Text("sha256")));
        MustHaveUsed(way, transfer, completed, ended);
    }

    /// <summary>Receives a file, which must arrive.</summary>
    protected async Task ReceivesAsync(Way way)
    {
        var transfer = await ReceiveAsync(way, SizeOf(way));

        var completed = await CompletionAsync<TransferOutcome.Completed>(transfer);
        var ended = await client.EventAsync("ended");
        Report("sends", way, $"completed, {completed.Delivery.ToString().ToLowerInvariant()}");
        Assert.Equal(_bytes, await File.ReadAllBytesAsync(completed.Path!));
        Assert.Equal((_bytes.Length, Convert.ToHexStringLower(SHA256.HashData(_bytes))), (completed.Bytes, completed.Sha256));
        Assert.Equal((Delivery.Verified, "success"), (completed.Delivery, ended.Text("reason")));
        MustHaveUsed(way, transfer, completed, ended);
    }

    /// <summary>The client declines an offer, for which its session gives this reason.</summary>
    protected async Task DeclinesAsync(Way way, string reason)
    {
        var transfer = await SendAsync(way, answer: "decline");

        var refused = await CompletionAsync<TransferOutcome.Refused>(transfer);
        Report("declines", way, $"refused: {refused.Reason}");
        Assert.Equal(TransferSide.Peer, refused.By);
        Assert.Equal((reason, "self"), await EndAsync());
    }

    /// <summary>This side declines an offer of the client.</summary>
    protected async Task IsDeclinedAsync(Way way)
    {
        Assert.True(await (await OfferAsync(way)).RejectAsync("not now"));

        Assert.Equal(("decline", "peer"), await EndAsync());
    }

    /// <summary>This side cancels an offer that the client has not decided on.</summary>
    protected async Task OwnOfferIsCancelledAsync(Way way)
    {
        var transfer = await SendAsync(way, answer: "none");
        await Client.EventAsync("offer");

        transfer.Cancel();

        var cancelled = await CompletionAsync<TransferOutcome.Cancelled>(transfer);
        Assert.Equal((TransferState.Offer, TransferSide.Local), (cancelled.Phase, cancelled.By));
        Assert.Equal(("cancel", "peer"), await EndAsync());
    }

    /// <summary>How the session ended for the client.</summary>
    protected async Task<(string Reason, string By)> EndAsync()
    {
        var ended = await client.EventAsync("ended");
        return (ended.Text("reason"), ended.Text("by"));
    }

    /// <summary>Offers a file to the client.</summary>
    /// <param name="by">Another engine than the client's peer.</param>
    /// <param name="methods">Null = those of the way.</param>
    private protected async Task<ITransfer> SendAsync(
        Way way, string answer = "accept", int size = Size, bool repaired = true, ClientHost? by = null, StreamMethods? methods = null)
    {
        await client.StartAsync(Network(PeerCommand.Receive, way) with { Path = _folder.Folder("in"), Answer = answer, Repaired = repaired });
        _time.Start();
        return await (by?.Transfers ?? client.Transfers).SendAsync(
            client.Jid,
            new FileInfo(FileOf(size)),
            new SendOptions
            {
                Methods = methods ?? Methods(way),
                Signalling = Signalling.Jingle,
                Proxies = way == Way.OwnProxy ? [Jid.Parse(JingleClient.Relay)] : [],
            });
    }

    /// <summary>The client offers a file.</summary>
    /// <param name="to">Another engine than the client's peer, and its resource.</param>
    private protected async Task<IIncomingOffer> OfferAsync(Way way, int size = Size, (ClientHost Host, string Resource)? to = null)
    {
        await client.StartAsync(Network(PeerCommand.Send, way) with
        {
            Path = FileOf(size),
            To = $"alice@localhost/{to?.Resource ?? "engine"}",
            Transport = way == Way.InBand ? "ibb" : "s5b",
        });
        _time.Start();
        using var limit = new CancellationTokenSource(MaxWait);
        await foreach (var offer in (to?.Host.Transfers ?? client.Transfers).IncomingAsync(limit.Token))
        {
            return offer;
        }

        throw new InvalidOperationException("The offers ended.");
    }

    /// <summary>The client offers a file, which this side starts to receive.</summary>
    protected async Task<ITransfer> ReceiveAsync(Way way, int size) => await AcceptAsync(await OfferAsync(way, size), way);

    protected Task<ITransfer> AcceptAsync(IIncomingOffer offer, Way way) =>
        offer.AcceptAsync(_folder.Folder("in"), terms: new AcceptTerms(Methods(way)));

    /// <summary>Waits until bytes of it have moved, and stops there.</summary>
    protected static async Task PauseInMidFileAsync(ITransfer transfer)
    {
        using var limit = new CancellationTokenSource(MaxWait);
        await foreach (var progress in transfer.ProgressAsync(limit.Token))
        {
            if (progress.Bytes > 0)
            {
                await transfer.PauseAsync(limit.Token);
                Assert.False(transfer.Completion.IsCompleted);
                return;
            }
        }

        Assert.Fail($"It ended: {await transfer.Completion}");
    }

    /// <summary>The outcome, which must be of this kind.</summary>
    protected async Task<T> CompletionAsync<T>(ITransfer transfer)
        where T : TransferOutcome
    {
        var outcome = await transfer.Completion.WaitAsync(MaxWait);
        _time.Stop();
        return outcome as T ?? throw new InvalidOperationException($"{outcome}\n{client.Log}");
    }

    /// <summary>A row of the table in docs/protocols.md.</summary>
    /// <param name="verb">What the client does.</param>
    protected void Report(string verb, Way way, string result) =>
        output.WriteLine(FormattableString.Invariant($"| {client.Name} {verb} | {way} | {result} | {_time.Elapsed.TotalSeconds:0.0} |"));

    private static StreamMethods Methods(Way way) => way switch
    {
        Way.Direct or Way.DirectToClient => StreamMethods.Direct,
        Way.InBand => StreamMethods.InBand,
        Way.Replaced => StreamMethods.All,
        _ => StreamMethods.Proxy,
    };

    private static PeerCommand Network(PeerCommand command, Way way) => way switch
    {
        Way.DirectToClient => command with { Direct = true, Reaches = false },
        Way.ServerProxyOfClient => command with { Proxy = ProsodyServer.Proxy, Reaches = false },
        Way.OwnProxyOfClient => command with { Proxy = JingleClient.Relay, Reaches = false },
        Way.Replaced => command with { Direct = true, Reaches = false, Reachable = false },
        _ => command,
    };

    private static int SizeOf(Way way) => way == Way.Replaced ? ReplacedSize : Size;

    private string FileOf(int size)
    {
        if (size < Large)
        {
            _bytes = RandomNumberGenerator.GetBytes(size);
            return _folder.File("a.bin", _bytes);
        }

        var path = _folder[$"large-{Guid.NewGuid():N}.bin"];
        using var file = File.Create(path);
        file.SetLength(size); // a hole in the disk
        return path;
    }

    private void MustHaveUsed(Way way, ITransfer transfer, TransferOutcome.Completed completed, JsonElement ended)
    {
        var inBand = way is Way.InBand or Way.Replaced;
        Assert.Equal(inBand ? "ibb" : "s5b", ended.Text("method"));
        Assert.Equal(
            way switch { Way.Direct or Way.DirectToClient => StreamMethod.Direct, _ when inBand => StreamMethod.InBand, _ => StreamMethod.Proxy },
            completed.Method);
        if (completed.Method == StreamMethod.Proxy)
        {
            var isServers = way is Way.ServerProxy or Way.ServerProxyOfClient;
            Assert.Equal(isServers, transfer.Method!.Host == $"127.0.0.1:{client.Server.ProxyPort}");
        }
    }
}
