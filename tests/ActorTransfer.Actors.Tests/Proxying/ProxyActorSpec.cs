using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using ActorTransfer.Extensibility;
using ActorTransfer.Protocol.Bytestreams;
using ActorTransfer.Protocol.Socks5;
using ActorTransfer.Protocol.Stanzas;
using ActorTransfer.Protocol.Xml;
using ActorTransfer.Testing.Links;
using ActorTransfer.Transports.Sockets;
using Akka.Actor;

namespace ActorTransfer.Actors.Tests.Proxying;

/// <summary>Pairing, activation, relay and shutdown of the proxy.</summary>
public sealed class ProxyActorSpec : ProxyTest
{
    [Fact]
    public async Task Proxy_must_relay_early_bytes_and_both_directions_to_their_ends()
    {
        await StartAsync();
        var target = await ConnectAsync();
        var requester = await ConnectAsync();
        await requester.Socket.WriteAsync([1, 2, 3]);
        await ActivatedAsync();
        await requester.Socket.WriteAsync([4]);
        requester.Socket.Shutdown(SocketShutdown.Send);
        Assert.Equal([1, 2, 3, 4], await target.Socket.ReadToEndAsync());
        await target.Socket.WriteAsync([5, 6]);
        target.Socket.Shutdown(SocketShutdown.Send);
        Assert.Equal([5, 6], await requester.Socket.ReadToEndAsync());

        var status = await StatusAsync(waiting: 0, active: 0);
        Assert.Equal((1, 1, 6), (status.SetUps, status.Ended, status.Bytes));
    }

    [Fact]
    public async Task Proxy_must_refuse_a_third_connection_without_affecting_the_first_two()
    {
        await StartAsync();
        var target = await ConnectAsync();
        var requester = await ConnectAsync();
        await ExpectRefusedAsync(Socks5Reply.NotAllowed);
        await ActivatedAsync();
        await ExpectRefusedAsync(Socks5Reply.NotAllowed);
        await requester.Socket.WriteAsync([7]);
        Assert.Equal([7], await target.Socket.ReadAsync(1));
        Assert.Equal(2, (await StatusAsync()).Refusals["third-connection"]);
    }

    [Theory]
    [InlineData("<query xmlns='http://jabber.org/protocol/bytestreams'><activate>bo@south.example/Phone</activate></query>", ErrorType.Modify, "bad-request")]
    [InlineData(
        "<query xmlns='http://jabber.org/protocol/bytestreams' sid=''><activate>bo@south.example/Phone</activate></query>", ErrorType.Modify, "bad-request")]
    [InlineData("<query xmlns='http://jabber.org/protocol/bytestreams' sid='s'/>", ErrorType.Modify, "bad-request")]
    [InlineData("<query xmlns='http://jabber.org/protocol/bytestreams' sid='s'><activate>@</activate></query>", ErrorType.Modify, "jid-malformed")]
    [InlineData("<query xmlns='http://jabber.org/protocol/bytestreams' sid='x'><activate>bo@south.example/Phone</activate></query>", ErrorType.Cancel,
        "item-not-found")]
    [InlineData("<query xmlns='http://jabber.org/protocol/bytestreams' sid='S'><activate>bo@south.example/Phone</activate></query>", ErrorType.Cancel,
        "item-not-found")]
    internal async Task Invalid_activation_must_be_refused_by_the_first_check_that_fails(string payload, ErrorType type, string condition)
    {
        await StartAsync();
        var target = await ConnectAsync();
        var requester = await ConnectAsync();
        Assert.Equal((type, condition), await RefusedAsync(Iq.Set("x", Relay, XmlElement.Parse(payload), Ada)));
        Assert.Equal(1, (await StatusAsync()).Refusals[condition]);
        await ActivatedAsync();
        await requester.Socket.WriteAsync([1]);
        Assert.Equal([1], await target.Socket.ReadAsync(1));
    }

    [Fact]
    public async Task Activation_with_a_too_long_session_id_must_be_refused()
    {
        await StartAsync();
        Assert.Equal((ErrorType.Modify, ErrorConditions.BadRequest), await RefusedAsync(Activate("a", new string('s', 1025))));
        Assert.Equal((ErrorType.Cancel, ErrorConditions.ItemNotFound), await RefusedAsync(Activate("a", new string('s', 1024))));
    }

    [Fact]
    public async Task Activation_by_the_target_must_be_refused()
    {
        await StartAsync();
        await ConnectAsync();
        await ConnectAsync();
        Assert.Equal(
            (ErrorType.Cancel, ErrorConditions.ItemNotFound), await RefusedAsync(Iq.Set("r", Relay, new Activation("s", Ada).ToXml(), Bo)));
    }

    [Theory]
    [InlineData("eve@evil.example/x")]
    [InlineData("ada@north.example/other")]
    [InlineData("ada@north.example")]
    [InlineData("north.example")]
    public async Task Activation_by_another_must_be_refused_although_it_knows_the_session_and_both_addresses(string stranger)
    {
        await StartAsync();
        var target = await ConnectAsync();
        var requester = await ConnectAsync();
        foreach (var to in new[] { Bo, Ada })
        {
            Assert.Equal(
                (ErrorType.Cancel, ErrorConditions.ItemNotFound),
                await RefusedAsync(Iq.Set("r", Relay, new Activation("s", to).ToXml(), Jid.Parse(stranger))));
        }

        await ActivatedAsync();
        await requester.Socket.WriteAsync([1]);
        Assert.Equal([1], await target.Socket.ReadAsync(1));
    }

    [Fact]
    public async Task Second_activation_must_be_refused_as_conflict()
    {
        await StartAsync();
        await PairAsync();
        Assert.Equal((ErrorType.Cancel, ErrorConditions.Conflict), await RefusedAsync(Activate("b")));
        Assert.Equal(1, (await StatusAsync()).Refusals["conflict"]);
    }

    [Theory]
    [InlineData("ada@north.example/desk", " bo@south.example/Phone\n")]
    [InlineData("ada@north.example/desk", "BO@South.Example/Phone")]
    public async Task Activation_must_find_its_pair_whatever_the_spelling_of_the_target(string from, string target)
    {
        await StartAsync();
        await ConnectAsync();
        await ConnectAsync();
        var payload = new XmlElement("http://jabber.org/protocol/bytestreams", "query").With("sid", "s")
            .Add(new XmlElement("http://jabber.org/protocol/bytestreams", "activate").AddText(target));
        Ask(Iq.Set("a", Relay, payload, Jid.Parse(from)));
        Assert.Equal(IqType.Result, (await ReplyAsync()).Type);
    }

    [Fact]
    public async Task Activation_must_find_a_pair_whose_peers_hash_in_Latin1()
    {
        await StartAsync();
        var (lei, bo) = (Jid.Parse("李雷@north.example/办公室"), Jid.Parse("bo@south.example/Büro 2"));
        Assert.True(DestinationAddress.TryParse("6c0583fd7a06d216cab4c1aad8bb5954e61372b6", out var destination));
        using var one = await Socks5Client.ConnectAsync(At, destination);
        using var other = await Socks5Client.ConnectAsync(At, destination);
        Ask(Iq.Set("a", Relay, new Activation("tr-01", bo).ToXml(), lei));
        Assert.Equal(IqType.Result, (await ReplyAsync()).Type);
    }

    [Fact]
    public async Task Activation_must_find_its_pair_by_the_sender_as_its_server_wrote_it()
    {
        await StartAsync();
        const string From = "ada@xn--bcher-kva.example/desk";
        var stanza = XmlElement.Parse(
            $"<iq xmlns='jabber:component:accept' type='set' id='a' from='{From}' to='{Relay}'><query xmlns='http://jabber.org/protocol/bytestreams' sid='s'>"
            + $"<activate>{Bo}</activate></query></iq>");
        Assert.True(Iq.TryRead(stanza, out var request, out _));
        Assert.True(DestinationAddress.TryParse(Convert.ToHexStringLower(SHA1.HashData(Encoding.UTF8.GetBytes($"s{From}{Bo}"))), out var destination));
        using var one = await Socks5Client.ConnectAsync(At, destination);
        using var other = await Socks5Client.ConnectAsync(At, destination);
        Ask(request);
        Assert.Equal(IqType.Result, (await ReplyAsync()).Type);
    }

    [Fact]
    public async Task Activation_must_be_held_until_the_second_client_connects()
    {
        await StartAsync();
        var target = await ConnectAsync();
        Ask(Activate("a"));
        await StillRunsAsync(Proxy);
        Assert.False(Link.HasMessages);
        var requester = await ConnectAsync();
        var answer = await ReplyAsync();
        Assert.Equal((IqType.Result, "a"), (answer.Type, answer.Id));
        await requester.Socket.WriteAsync([7]);
        Assert.Equal([7], await target.Socket.ReadAsync(1));
    }

    [Fact]
    public async Task Slot_must_be_released_when_a_client_closes_before_the_activation()
    {
        await StartAsync();
        var target = await ConnectAsync();
        using (await Socks5Client.ConnectAsync(At, Destination))
        {
        }

        Assert.Empty(await target.Socket.ReadToEndAsync());
        await StatusAsync(waiting: 0, active: 0);
        await PairAsync();
    }

    [Fact]
    public async Task Slot_must_be_released_when_a_client_closes_before_it_is_accepted()
    {
        await StartAsync();
        var arrived = new TaskCompletionSource<Socks5Arrival>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var listener = Socks5Listener.Start(Settings().Socks5.ListenAt(new IPEndPoint(IPAddress.Loopback, 0), 1024), arrived.SetResult);
        Socks5Arrival arrival;
        using (var client = await Socks5Client.RequestAsync(listener.LocalEndPoint, Destination))
        {
            arrival = await arrived.Task;
            client.Socket.LingerState = new LingerOption(enable: true, seconds: 0);
        }

        await EventuallyAsync(() => arrival.HasLeft, "the reset does not arrive");
        Proxy.Tell(arrival, TestActor);
        await StatusAsync(waiting: 0, active: 0);
        await PairAsync();
    }

    [Fact]
    public async Task Pair_that_faults_must_close_its_own_connections_only()
    {
        var runs = 0;
        await StartAsync("", null, (first, second, terms, materializer, tell) =>
        {
            if (runs++ == 0)
            {
                throw new InvalidOperationException("no relay today");
            }

            Transports.Relaying.Relay.Run(first, second, terms, materializer, tell);
        });
        var target = await ConnectAsync();
        var requester = await ConnectAsync();
        var (otherRequester, otherTarget) = (await ConnectAsync("o"), await ConnectAsync("o"));
        Assert.Equal((ErrorType.Cancel, ErrorConditions.InternalServerError), await RefusedAsync(Activate("a")));
        await ClosedAsync(target);
        await ClosedAsync(requester);
        Assert.Equal(1, (await StatusAsync(waiting: 1, active: 0)).Refusals["internal-error"]);
        await ActivatedAsync("b", "o");
        await otherRequester.Socket.WriteAsync([1]);
        Assert.Equal([1], await otherTarget.Socket.ReadAsync(1));
    }

    [Fact]
    public async Task Drain_must_let_active_pairs_finish_and_close_pending_ones()
    {
        await StartAsync();
        var (requester, target) = await PairAsync();
        var waiting = await ConnectAsync("w");
        Ask(Activate("w", "w"));
        await StillRunsAsync(Proxy);
        Proxy.Tell(new BytestreamsProxy.Drain(), TestActor);
        var held = await ReplyAsync();
        Assert.Equal(("w", ErrorConditions.InternalServerError), (held.Id, held.Error?.Condition));
        Assert.Empty(await waiting.Socket.ReadToEndAsync());
        await ExpectRefusedAsync(Socks5Reply.GeneralFailure, "l");
        Assert.Equal((ErrorType.Wait, ErrorConditions.ResourceConstraint), await RefusedAsync(Iq.Get("g", Relay, ProxyAddress.Query(), Ada)));
        Assert.False(HasMessages);
        Assert.True((await StatusAsync()).Draining);

        requester.Socket.Shutdown(SocketShutdown.Send);
        target.Socket.Shutdown(SocketShutdown.Send);
        await ExpectMsgAsync<BytestreamsProxy.Drained>();
    }

    [Fact]
    public async Task Stopped_proxy_must_close_every_connection()
    {
        await StartAsync();
        var client = await ConnectAsync();
        Sys.Stop(Proxy);
        Assert.Empty(await client.Socket.ReadToEndAsync());
        await EventuallyAsync(() => !CanConnect(At), "the proxy still listens");
    }

    /// <summary>Closed or reset.</summary>
    private static async Task ClosedAsync(Socks5Client client)
    {
        try
        {
            Assert.Empty(await client.Socket.ReadToEndAsync());
        }
        catch (SocketException reset)
        {
            Assert.Equal(SocketError.ConnectionReset, reset.SocketErrorCode);
        }
    }
}
