using System.Net.Sockets;
using ActorTransfer.Extensibility;
using ActorTransfer.Protocol.Bytestreams;
using ActorTransfer.Protocol.FileTransfer;
using ActorTransfer.Protocol.Socks5;
using ActorTransfer.Protocol.Stanzas;
using ActorTransfer.Testing.Links;
using ActorTransfer.Transports.Relaying;

namespace ActorTransfer.Actors.Tests.Proxying;

/// <summary>Limits of the proxy, in total and per user, and their changes at runtime.</summary>
public sealed class ProxyLimitsSpec : ProxyTest
{
    [Theory]
    [InlineData("max-pairs = 2")]
    [InlineData("max-pending = 2")]
    public async Task Proxy_must_refuse_new_addresses_when_its_table_is_full(string hocon)
    {
        await StartAsync(hocon);
        await ConnectAsync("1");
        await ConnectAsync("2");
        await ExpectRefusedAsync(Socks5Reply.GeneralFailure, "3");
        Assert.Equal((ErrorType.Wait, ErrorConditions.ResourceConstraint), await RefusedAsync(Iq.Get("g", Relay, ProxyAddress.Query(), Ada)));
        await ConnectAsync("1");
        Assert.Equal(2, (await StatusAsync()).Refusals["overload"]);
    }

    [Fact]
    public async Task Active_pairs_must_not_count_as_pending()
    {
        await StartAsync("max-pending = 1");
        await PairAsync("1");
        await PairAsync("2");
    }

    [Theory]
    [InlineData("max-pairs-per-jid = 1", "quota-jid")]
    [InlineData("max-pairs-per-domain = 1", "quota-domain")]
    [InlineData("max-pairs-per-address = 1", "quota-address")]
    public async Task Activation_beyond_a_quota_must_be_refused_and_both_connections_closed(string hocon, string reason)
    {
        await StartAsync(hocon);
        var (requester, target) = await PairAsync("1");
        var more = await ConnectAsync("2");
        var andMore = await ConnectAsync("2");
        Assert.Equal((ErrorType.Wait, ErrorConditions.ResourceConstraint), await RefusedAsync(Activate("b", "2")));
        Assert.Empty(await more.Socket.ReadToEndAsync());
        Assert.Empty(await andMore.Socket.ReadToEndAsync());
        Assert.Equal(1, (await StatusAsync(waiting: 0, active: 1)).Refusals[reason]);

        requester.Socket.Shutdown(SocketShutdown.Send);
        target.Socket.Shutdown(SocketShutdown.Send);
        await StatusAsync(waiting: 0, active: 0);
        await PairAsync("3");
    }

    [Fact]
    public async Task Held_activation_beyond_a_quota_must_be_refused_when_the_second_client_connects()
    {
        await StartAsync("max-pairs-per-jid = 1");
        await PairAsync("1");
        var first = await ConnectAsync("2");
        Ask(Activate("b", "2"));
        await StillRunsAsync(Proxy);
        var second = await ConnectAsync("2");
        Assert.Equal(ErrorConditions.ResourceConstraint, (await ReplyAsync()).Error?.Condition);
        Assert.Empty(await first.Socket.ReadToEndAsync());
        Assert.Empty(await second.Socket.ReadToEndAsync());
    }

    [Fact]
    public async Task Pending_connections_of_one_address_must_be_limited_when_they_connect()
    {
        await StartAsync("max-pending-per-address = 2");
        await ConnectAsync("1");
        await ConnectAsync("1");
        await ExpectRefusedAsync(Socks5Reply.NotAllowed, "2");
        Assert.Equal(1, (await StatusAsync()).Refusals["quota-address"]);
        await ActivatedAsync("a", "1");
        await ConnectAsync("2");
    }

    [Fact]
    public void One_address_must_not_be_able_to_fill_the_table_by_default() =>
        Assert.InRange(Settings().Proxy.Quotas.PendingPerAddress, 1, Settings().Proxy.MaxPending / 10);

    [Fact]
    public async Task Activation_that_fails_for_another_reason_must_not_be_checked_against_quotas()
    {
        await StartAsync("max-pairs-per-jid = 1");
        await PairAsync("1");
        Assert.Equal((ErrorType.Cancel, ErrorConditions.Conflict), await RefusedAsync(Activate("b", "1")));
        Assert.Equal((ErrorType.Cancel, ErrorConditions.ItemNotFound), await RefusedAsync(Activate("c", "2")));
        Assert.DoesNotContain("quota-jid", (await StatusAsync()).Refusals.Keys);
    }

    [Fact]
    public async Task Changed_limits_and_access_must_apply_to_new_connections_and_activations()
    {
        await StartAsync("max-pairs-per-jid = 1");
        await PairAsync("1");
        await ConnectAsync("2");
        await ConnectAsync("2");
        await ReloadAsync("max-pairs-per-jid = 2", ProxyAccess.Everybody);
        await ActivatedAsync("b", "2");
        await ReloadAsync("max-pairs = 2", ProxyAccess.Only([Bo.Bare]));
        Assert.Equal((ErrorType.Auth, ErrorConditions.Forbidden), await RefusedAsync(Activate("c", "3")));
        await ExpectRefusedAsync(Socks5Reply.GeneralFailure, "3");
        await StatusAsync(waiting: 0, active: 2);
    }

    [Fact]
    public async Task Pair_must_be_limited_by_its_own_rate_its_users_rate_and_the_total_rate()
    {
        List<RelayTerms> terms = [];
        await StartAsync("rate-per-pair = 1000B, rate-per-jid = 2000B, rate-total = 3000B", null, (_, _, of, _, _) => terms.Add(of));
        await PairAsync("1");
        await PairAsync("2");
        await OthersPairAsync();
        Assert.All(terms, of => Assert.Equal([1000, 2000, 3000], of.Buckets.Select(bucket => bucket.BytesPerSecond)));
        var (one, two, others) = (terms[0].Buckets, terms[1].Buckets, terms[2].Buckets);
        Assert.NotSame(one[0], two[0]);
        Assert.Same(one[1], two[1]);
        Assert.NotSame(one[1], others[1]);
        Assert.Same(one[2], others[2]);

        await ReloadAsync("rate-per-pair = 10B, rate-total = 0B", ProxyAccess.Everybody);
        Assert.All(terms, of => Assert.Equal([10, 0, 0], of.Buckets.Select(bucket => bucket.BytesPerSecond)));
    }

    [Fact]
    public async Task Rate_limit_of_a_user_must_be_removed_with_the_last_pair_and_not_before()
    {
        List<(RelayTerms Terms, Action<RelayEvent> Tell)> relays = [];
        await StartAsync("rate-per-jid = 2000B", null, (_, _, terms, _, tell) => relays.Add((terms, tell)));
        await PairAsync("1");
        await PairAsync("2");
        await EndAsync(relays[0].Tell);
        await PairAsync("3");
        Assert.Same(relays[0].Terms.Buckets[1], relays[2].Terms.Buckets[1]);
        await EndAsync(relays[1].Tell);
        await EndAsync(relays[2].Tell);
        await PairAsync("4");
        Assert.NotSame(relays[0].Terms.Buckets[1], relays[3].Terms.Buckets[1]);
    }

    [Fact]
    public async Task Pair_must_use_no_token_bucket_without_rates()
    {
        List<RelayTerms> terms = [];
        await StartAsync("", null, (_, _, of, _, _) => terms.Add(of));
        await PairAsync();
        Assert.Empty(Assert.Single(terms).Buckets);
    }

    [Fact]
    public async Task Rate_must_limit_a_relay()
    {
        const int Chunk = 4096;
        await StartAsync("rate-per-pair = 1000B");
        var (requester, target) = (await ConnectAsync(), await ConnectAsync());
        await requester.Socket.WriteAsync(new byte[2 * Chunk]);
        await SettledAsync(requester);
        await ActivatedAsync();
        Assert.Equal(Chunk, (await target.Socket.ReadAsync(Chunk)).Length);
        var passed = TimeSpan.Zero;
        await EventuallyAsync(
            () =>
            {
                Advance(TimeSpan.FromMilliseconds(50));
                passed += TimeSpan.FromMilliseconds(50);
                return target.Socket.Available > 0;
            },
            "the rest does not come");
        Assert.True(passed >= TimeSpan.FromSeconds(4), $"the rest came after {passed}");
        Assert.Equal(Chunk, (await target.Socket.ReadAsync(Chunk)).Length);
    }

    [Fact]
    public async Task Early_bytes_must_be_dropped_on_request()
    {
        await StartAsync("discard-early-bytes = on");
        var (requester, target) = (await ConnectAsync(), await ConnectAsync());
        await requester.Socket.WriteAsync(new byte[20_000]);
        await target.Socket.WriteAsync([1]);
        await SettledAsync(requester, target);
        await ActivatedAsync();
        await requester.Socket.WriteAsync([7]);
        await target.Socket.WriteAsync([8]);
        Assert.Equal([7], await target.Socket.ReadAsync(1));
        Assert.Equal([8], await requester.Socket.ReadAsync(1));
    }

    private Task SettledAsync(params Socks5Client[] clients) => EventuallyAsync(
        () => clients.All(client => Unacknowledged(client.Socket) == 0), "the bytes do not arrive");

    /// <summary>Bytes that the other side's kernel has not acknowledged (tcp_info.tcpi_unacked counts packets).</summary>
    private static int Unacknowledged(Socket socket)
    {
        Span<byte> info = stackalloc byte[104];
        const int Tcp = 6;
        const int TcpInfo = 11;
        const int Unacked = 24;
        socket.GetRawSocketOption(Tcp, TcpInfo, info);
        return BitConverter.ToInt32(info[Unacked..]);
    }

    private async Task EndAsync(Action<RelayEvent> tell)
    {
        tell(new RelayEvent.Ended(FromFirst: true, 0, Fault: null));
        tell(new RelayEvent.Ended(FromFirst: false, 0, Fault: null));
        await StillRunsAsync(Proxy);
    }

    private async Task OthersPairAsync()
    {
        var other = Jid.Parse("cy@west.example/desk");
        var destination = DestinationAddress.Compute("o", other, Bo);
        Own(await Socks5Client.ConnectAsync(At, destination));
        Own(await Socks5Client.ConnectAsync(At, destination));
        Ask(Iq.Set("o", Relay, new Activation("o", Bo).ToXml(), other));
        Assert.Equal(IqType.Result, (await ReplyAsync()).Type);
    }

    private Task ReloadAsync(string hocon, ProxyAccess access)
    {
        Proxy.Tell(new BytestreamsProxy.Reload(Settings($"proxy {{ {hocon} }}").Proxy, access), TestActor);
        return StillRunsAsync(Proxy);
    }
}
