using ActorTransfer.Actors.Connections;
using ActorTransfer.Protocol.Streams;
using Akka.Actor;
using Akka.TestKit;

namespace ActorTransfer.Actors.Tests;

/// <summary>When a closed link is replaced, and by a link to which host.</summary>
public sealed class ConnectionReconnectSpec : ActorTest
{
    private static readonly OtherHost Elsewhere = new("im2.north.example", 5299);

    private readonly TestProbe _link;
    private readonly TestProbe _other;
    private readonly TestProbe _subscriber;
    private readonly IActorRef _connection;

    public ConnectionReconnectSpec()
    {
        _link = CreateTestProbe("link");
        _other = CreateTestProbe("other");
        _subscriber = CreateTestProbe("subscriber");
        var settings = Settings(
            "connection { reconnect-first = 1s, reconnect-most = 64s, reconnect-stable = 60s, reconnect-refused-first = 5m, reconnect-refused-most = 10m }");
        var definition = new Connection.Definition("north", ScriptedLink.Props(_link.Ref), Engine.Info)
        {
            Elsewhere = host => host == Elsewhere ? ScriptedLink.Props(_other.Ref) : throw new InvalidOperationException(),
        };
        _connection = Sys.ActorOf(ConnectionActor.Props(definition, settings.Connection), "connection");
        _subscriber.Send(_connection, new Connection.Subscribe());
    }

    [Fact]
    public async Task Refused_login_must_be_retried_slowly_and_each_refusal_reported()
    {
        foreach (var (least, most) in new[] { (5.0, 7.5), (10, 15), (10, 15) })
        {
            await CloseAsync(await StartedAsync(_link), Refused);
            var lost = await _subscriber.ExpectMsgAsync<Connection.Lost>();
            Assert.Equal((true, LinkFault.LoginRefused), (lost.ForGood, lost.Fault));
            Assert.InRange(lost.RetryIn!.Value.TotalMinutes, least, most);
            await AdvanceAsync(_connection, TimeSpan.FromMinutes(least) - Tick);
            await ExpectNoMessageAsync(_link, _connection);
            await AdvanceAsync(_connection, TimeSpan.FromMinutes(most - least) + Tick);
        }

        (await StartedAsync(_link)).Tell(new StanzaLink.Opened(Ada, InProcess: false));
        Assert.Equal(Ada, (await _subscriber.ExpectMsgAsync<Connection.Up>()).Self);
    }

    [Fact]
    public async Task Conflict_must_keep_the_link_down_until_a_reconnect_is_requested()
    {
        var wire = await OpenAsync();
        await CloseAsync(wire, new StanzaLink.Closed("conflict", ForGood: true) { Fault = LinkFault.Conflict });
        Assert.Null((await _subscriber.ExpectMsgAsync<Connection.Lost>()).RetryIn);
        await AdvanceAsync(_connection, TimeSpan.FromDays(1));
        await ExpectNoMessageAsync(_link, _connection);

        _connection.Tell(new Connection.Reconnect(), TestActor);
        (await StartedAsync(_link)).Tell(new StanzaLink.Opened(Ada, InProcess: false));
        Assert.Equal(Ada, (await ExpectMsgAsync<Connection.Up>()).Self);
        _connection.Tell(new Connection.Reconnect(), TestActor);
        Assert.Equal(Ada, (await ExpectMsgAsync<Connection.Up>()).Self);
        await ExpectNoMessageAsync(_link, _connection);
    }

    [Fact]
    public async Task Requested_reconnect_must_start_at_once_and_report_its_result()
    {
        await CloseAsync(await StartedAsync(_link), Refused);
        var caller = CreateTestProbe("caller");
        caller.Send(_connection, new Connection.Reconnect());
        caller.Send(_connection, new Connection.Reconnect());
        var wire = await StartedAsync(_link);
        await CloseAsync(wire, Refused);
        Assert.Equal("wrong password", (await caller.ExpectMsgAsync<Connection.Lost>()).Reason);
        await ExpectNoMessageAsync(caller, _connection);
        await ExpectNoMessageAsync(_link, _connection);
        await AdvanceAsync(_connection, TimeSpan.FromMinutes(7.5));
        await StartedAsync(_link);
    }

    [Fact]
    public async Task Server_that_closes_each_link_at_once_must_be_retried_after_growing_delays()
    {
        var delays = new List<double>();
        for (var i = 0; i < 40; i++)
        {
            await CloseAsync(await OpenAsync(), new StanzaLink.Closed("closed at once", ForGood: false));
            delays.Add((await _subscriber.ExpectMsgAsync<Connection.Lost>()).RetryIn!.Value.TotalSeconds);
            await AdvanceAsync(_connection, TimeSpan.FromSeconds(64));
        }

        // Each of the last 34 is random up to 64 s: that all are below 8 s has a probability of 8^-34.
        Assert.Contains(delays, delay => delay > 8);
    }

    [Fact]
    public async Task Delays_must_start_from_the_first_again_after_a_stable_link()
    {
        for (var i = 0; i < 10; i++)
        {
            await CloseAsync(await OpenAsync(), new StanzaLink.Closed("closed at once", ForGood: false));
            await _subscriber.ExpectMsgAsync<Connection.Lost>();
            await AdvanceAsync(_connection, TimeSpan.FromSeconds(64));
        }

        var wire = await OpenAsync();
        await AdvanceAsync(_connection, TimeSpan.FromSeconds(60));
        await CloseAsync(wire, new StanzaLink.Closed("cut", ForGood: false));
        Assert.InRange((await _subscriber.ExpectMsgAsync<Connection.Lost>()).RetryIn!.Value.TotalSeconds, 0, 1);
    }

    [Fact]
    public async Task Redirect_before_the_login_must_be_followed_without_reporting_a_loss()
    {
        await CloseAsync(await StartedAsync(_link), Referred);
        (await StartedAsync(_other)).Tell(new StanzaLink.Opened(Ada, InProcess: false));
        await _subscriber.ExpectMsgAsync<Connection.Up>();
    }

    [Fact]
    public async Task Redirect_after_the_login_must_be_followed_at_once()
    {
        await CloseAsync(await OpenAsync(), Referred);
        Assert.Equal(TimeSpan.Zero, (await _subscriber.ExpectMsgAsync<Connection.Lost>()).RetryIn);
        var wire = await StartedAsync(_other);
        wire.Tell(new StanzaLink.Opened(Ada, InProcess: false));
        await _subscriber.ExpectMsgAsync<Connection.Up>();

        // The last host is tried first, then the own server.
        await CloseAsync(wire, new StanzaLink.Closed("cut", ForGood: false));
        await AdvanceAsync(_connection, TimeSpan.FromSeconds(64));
        await CloseAsync(await StartedAsync(_other), new StanzaLink.Closed("cannot connect", ForGood: false));
        await AdvanceAsync(_connection, TimeSpan.FromSeconds(64));
        await StartedAsync(_link);
    }

    [Fact]
    public async Task Redirects_must_end_after_five_consecutive_ones()
    {
        await CloseAsync(await StartedAsync(_link), Referred);
        for (var i = 0; i < 5; i++)
        {
            await CloseAsync(await StartedAsync(_other), Referred);
        }

        var lost = await _subscriber.ExpectMsgAsync<Connection.Lost>();
        Assert.Contains("im2.north.example:5299", lost.Reason, StringComparison.Ordinal);
        Assert.Contains("too many consecutive redirects", lost.Reason, StringComparison.Ordinal);
        await ExpectNoMessageAsync(_link, _connection);
        await AdvanceAsync(_connection, TimeSpan.FromSeconds(64));
        await StartedAsync(_link);
    }

    private static StanzaLink.Closed Refused { get; } = new("wrong password", ForGood: true) { Fault = LinkFault.LoginRefused };

    private static StanzaLink.Closed Referred { get; } = new($"the server refers to {Elsewhere}", ForGood: false) { Redirect = Elsewhere };

    private static async Task<IActorRef> StartedAsync(TestProbe hand) => (await hand.ExpectMsgAsync<ScriptedLink.Started>()).Wire;

    private async Task<IActorRef> OpenAsync()
    {
        var wire = await StartedAsync(_link);
        wire.Tell(new StanzaLink.Opened(Ada, InProcess: false));
        await _subscriber.ExpectMsgAsync<Connection.Up>();
        return wire;
    }

    private async Task CloseAsync(IActorRef wire, StanzaLink.Closed closed)
    {
        Watch(wire);
        wire.Tell(closed);
        await ExpectTerminatedAsync(wire);
        await StillRunsAsync(_connection);
    }
}
