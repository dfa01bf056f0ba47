using System.Collections.Immutable;
using System.Net.Sockets;
using ActorTransfer.Extensibility;
using ActorTransfer.Protocol.FileTransfer;
using ActorTransfer.Protocol.Stanzas;
using ActorTransfer.Testing.Links;
using ActorTransfer.Transports.Relaying;

namespace ActorTransfer.Actors.Tests.Proxying;

/// <summary>Time limits of the proxy, in virtual time; relay events come from the test.</summary>
public sealed class ProxyTimersSpec : ProxyTest
{
    private readonly List<Action<RelayEvent>> _relays = [];
    private readonly List<RelayTerms> _terms = [];

    [Fact]
    public async Task Proxy_must_close_a_pair_that_is_not_activated_in_time()
    {
        await StartAsync("pending-timeout = 60s");
        var target = await ConnectAsync();
        await AdvanceAsync(Proxy, TimeSpan.FromSeconds(50));
        var requester = await ConnectAsync();
        await PassAsync(TimeSpan.FromSeconds(10), () => StatusAsync(waiting: 1, active: 0));
        Assert.Empty(await target.Socket.ReadToEndAsync());
        Assert.Empty(await requester.Socket.ReadToEndAsync());
        Assert.Equal(1, (await StatusAsync(waiting: 0, active: 0)).Refusals["pending-timeout"]);
    }

    [Fact]
    public async Task Proxy_must_refuse_a_held_activation_without_a_second_connection()
    {
        await StartAsync("activation-hold = 2s");
        await ConnectAsync();
        Ask(Activate("a"));
        await StillRunsAsync(Proxy);
        await PassAsync(TimeSpan.FromSeconds(2), () => ExpectNoMessageAsync(Link, Proxy));
        var answer = await ReplyAsync();
        Assert.Equal((ErrorType.Cancel, ErrorConditions.NotAllowed), (answer.Error?.Type, answer.Error?.Condition));
        Assert.Equal(1, (await StatusAsync(waiting: 1, active: 0)).Refusals["not-allowed"]);
        await ConnectAsync();
        await ActivatedAsync("b");
    }

    [Fact]
    public async Task Proxy_must_refuse_a_held_activation_when_the_first_client_closes()
    {
        await StartAsync();
        using (await Socks5Client.ConnectAsync(At, Destination))
        {
            Ask(Activate("a"));
            await StillRunsAsync(Proxy);
        }

        Assert.Equal(ErrorConditions.NotAllowed, (await ReplyAsync()).Error?.Condition);
    }

    [Fact]
    public async Task Timer_of_one_held_activation_must_not_end_the_next()
    {
        await StartAsync("activation-hold = 2s");
        await ConnectAsync();
        Ask(Activate("a"));
        await AdvanceAsync(Proxy, TimeSpan.FromSeconds(2));
        Assert.Equal("a", (await ReplyAsync()).Id);
        Ask(Activate("b"));
        await StillRunsAsync(Proxy);
        await PassAsync(TimeSpan.FromSeconds(2), () => ExpectNoMessageAsync(Link, Proxy));
        Assert.Equal("b", (await ReplyAsync()).Id);
    }

    [Fact]
    public async Task Active_pair_that_transfers_no_bytes_must_be_closed()
    {
        var (requester, target) = await RelayAsync("idle = 10m");
        await AdvanceAsync(Proxy, TimeSpan.FromMinutes(9));
        await ReportAsync(new RelayEvent.Moved(FromFirst: true, 5));
        await PassAsync(TimeSpan.FromMinutes(10), () => StatusAsync(waiting: 0, active: 1));
        await ExpectResetAsync(requester);
        await ExpectResetAsync(target);
        var status = await StatusAsync(waiting: 0, active: 0);
        Assert.Equal((1, 5), (status.Refusals["idle"], status.Bytes));
    }

    [Fact]
    public async Task Idle_pair_must_stay_active_without_an_idle_limit()
    {
        await RelayAsync("idle = 0s");
        await PassAsync(TimeSpan.FromDays(10), () => StatusAsync(waiting: 0, active: 1));
        await StatusAsync(waiting: 0, active: 1);
    }

    [Theory]
    [InlineData("half-close-linger = 60s, idle = 10m")]
    [InlineData("half-close-linger = 60s, idle = 0s")]
    [InlineData("half-close-linger = 10m, idle = 60s")]
    public async Task Half_closed_pair_must_stay_active_while_bytes_are_transferred(string hocon)
    {
        var (requester, target) = await RelayAsync(hocon);
        await AdvanceAsync(Proxy, TimeSpan.FromSeconds(50));
        await ReportAsync(new RelayEvent.Ended(FromFirst: true, 5, Fault: null));
        await AdvanceAsync(Proxy, TimeSpan.FromSeconds(50));
        await ReportAsync(new RelayEvent.Moved(FromFirst: false, 7));
        await PassAsync(TimeSpan.FromSeconds(60), () => StatusAsync(waiting: 0, active: 1));
        await ExpectResetAsync(requester);
        Assert.Empty(await target.Socket.ReadToEndAsync());
        Assert.Equal(12, (await StatusAsync(waiting: 0, active: 0)).Bytes);
    }

    [Fact]
    public async Task Half_closed_pair_must_end_regularly_when_the_other_direction_is_complete()
    {
        await StartAsync("half-close-linger = 60s, idle = 0s");
        var (requester, target) = await PairAsync();
        await target.Socket.WriteAsync([5, 6]);
        Assert.Equal([5, 6], await requester.Socket.ReadAsync(2));
        await requester.Socket.WriteAsync([1]);
        requester.Socket.Shutdown(SocketShutdown.Send);
        Assert.Equal([1], await target.Socket.ReadToEndAsync());
        await ExpectEndAsync();
        Assert.Empty(await requester.Socket.ReadToEndAsync());
        Assert.Empty((await StatusAsync()).Refusals);
    }

    [Fact]
    public async Task Half_closed_pair_must_be_reset_when_the_other_direction_is_not_read()
    {
        await StartAsync("half-close-linger = 60s, idle = 0s, socket-buffer = 16KiB");
        var (requester, target) = await PairAsync();
        requester.Socket.Shutdown(SocketShutdown.Send);
        Assert.Empty(await target.Socket.ReadToEndAsync());
        var answering = target.Socket.WriteAsync(new byte[64 << 20]);
        await EventuallyAsync(() => requester.Socket.Available > 0 && !target.Socket.Poll(0, SelectMode.SelectWrite), "the answer is read");
        await ExpectEndAsync();
        await ExpectResetAsync(requester);
        await Assert.ThrowsAsync<SocketException>(() => answering);
        Assert.Equal(1, (await StatusAsync()).Refusals["idle"]);
    }

    [Fact]
    public async Task Other_direction_must_be_drained_for_a_limited_time_after_a_reset()
    {
        var (requester, target) = await RelayAsync("drain = 5s");
        await ReportAsync(new RelayEvent.Ended(FromFirst: true, 5, new ByteLinkException(ByteLinkFault.PeerReset, "reset")));
        await AdvanceAsync(Proxy, TimeSpan.FromSeconds(4));
        await ReportAsync(new RelayEvent.Moved(FromFirst: false, 7));
        await PassAsync(TimeSpan.FromSeconds(1), () => StatusAsync(waiting: 0, active: 1));
        await ExpectResetAsync(requester);
        await ExpectResetAsync(target);
    }

    [Fact]
    public async Task Client_that_received_everything_must_not_be_reset_when_the_other_fails_later()
    {
        var (requester, target) = await RelayAsync("drain = 5s");
        await ReportAsync(new RelayEvent.Ended(FromFirst: true, 5, Fault: null));
        await ReportAsync(new RelayEvent.Ended(FromFirst: false, 0, new ByteLinkException(ByteLinkFault.PeerReset, "reset")));
        await PassAsync(TimeSpan.FromSeconds(5), () => StatusAsync(waiting: 0, active: 1));
        Assert.Empty(await target.Socket.ReadToEndAsync());
        await ExpectResetAsync(requester);
    }

    [Fact]
    public async Task Client_whose_bytes_did_not_all_arrive_must_be_reset_also_after_the_other_has_closed()
    {
        var (requester, target) = await RelayAsync("drain = 5s");
        await ReportAsync(new RelayEvent.Ended(FromFirst: false, 0, Fault: null));
        await ReportAsync(new RelayEvent.Ended(FromFirst: true, 5, new ByteLinkException(ByteLinkFault.PeerReset, "reset")));
        await PassAsync(TimeSpan.FromSeconds(5), () => StatusAsync(waiting: 0, active: 1));
        await ExpectResetAsync(requester);
        await ExpectResetAsync(target);
    }

    [Fact]
    public async Task Bytes_reported_by_a_relay_after_the_end_of_its_pair_must_be_counted()
    {
        await RelayAsync("drain = 5s");
        await ReportAsync(new RelayEvent.Ended(FromFirst: true, 5, new IOException()));
        await ReportAsync(new RelayEvent.Ended(FromFirst: false, 6, new IOException()));
        await StatusAsync(waiting: 0, active: 0);
        await ReportAsync(new RelayEvent.Ended(FromFirst: false, 9, new IOException()));
        Assert.Equal(14, (await StatusAsync()).Bytes);
    }

    [Theory]
    [InlineData("half-close-linger = 60s", 1000)]
    [InlineData("half-close-linger = 2s", 500)]
    [InlineData("half-close-linger = 60s, idle = 1s", 250)]
    public async Task Relay_must_report_often_enough_for_the_shortest_limit(string hocon, int milliseconds)
    {
        await RelayAsync(hocon);
        Assert.Equal(TimeSpan.FromMilliseconds(milliseconds), Assert.Single(_terms).ReportInterval);
    }

    [Fact]
    public async Task Changed_time_limits_must_apply_to_existing_pairs()
    {
        await StartAsync("pending-timeout = 60s");
        var client = await ConnectAsync();
        await AdvanceAsync(Proxy, TimeSpan.FromSeconds(10));
        Proxy.Tell(new BytestreamsProxy.Reload(Settings("proxy.pending-timeout = 5s").Proxy, ProxyAccess.Everybody), TestActor);
        await AdvanceAsync(Proxy, TimeSpan.FromMilliseconds(250));
        Assert.Empty(await client.Socket.ReadToEndAsync());
    }

    [Fact]
    public async Task Handshake_that_times_out_must_be_counted()
    {
        using var silent = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await StartAsync(Settings("socks5.handshake-timeout = 50ms"), null, Transports.Relaying.Relay.Run, null, []);
        await silent.ConnectAsync(At);
        Assert.Empty(await silent.ReadToEndAsync());
        await EventuallyAsync(() => Refusals().GetValueOrDefault("handshake-timeout") == 1, "the timeout is not counted");
        await ConnectAsync();
    }

    /// <summary>The proxy may notice an event later than a client, so time is moved until the pair has ended.</summary>
    private Task ExpectEndAsync() => EventuallyAsync(
        () =>
        {
            Advance(TimeSpan.FromSeconds(60));
            Proxy.Tell(new BytestreamsProxy.GetStatus(), TestActor);
            return ExpectMsg<BytestreamsProxy.Status>().Active == 0;
        },
        "the pair does not end");

    private static async Task ExpectResetAsync(Socks5Client client)
    {
        var failure = await Assert.ThrowsAsync<SocketException>(() => client.Socket.ReadToEndAsync());
        Assert.Equal(SocketError.ConnectionReset, failure.SocketErrorCode);
    }

    private ImmutableSortedDictionary<string, long> Refusals()
    {
        Proxy.Tell(new BytestreamsProxy.GetStatus(), TestActor);
        return ExpectMsg<BytestreamsProxy.Status>().Refusals;
    }

    /// <summary>An active pair whose relay events come from the test.</summary>
    private async Task<(Socks5Client Requester, Socks5Client Target)> RelayAsync(string hocon)
    {
        await StartAsync(hocon, null, (_, _, terms, _, tell) =>
        {
            _terms.Add(terms);
            _relays.Add(tell);
        });
        return await PairAsync();
    }

    private async Task ReportAsync(RelayEvent happened)
    {
        Assert.Single(_relays)(happened);
        await StillRunsAsync(Proxy);
    }
}
