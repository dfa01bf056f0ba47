using ActorTransfer.Actors.Connections;
using ActorTransfer.Protocol.Stanzas;
using Akka.Actor;

namespace ActorTransfer.Actors.Tests;

/// <summary>A connection that the application closes.</summary>
public sealed class ConnectionCloseSpec : ConnectionTest
{
    [Fact]
    public async Task Close_must_write_what_is_queued_then_end_the_link_then_stop()
    {
        var wire = await OpenAsync();
        _connection.Tell(new Connection.Subscribe(), TestActor);
        await ExpectMsgAsync<Connection.Up>();
        _connection.Tell(new Connection.Reply(Request("1").Fail(StanzaError.ResourceConstraint)));
        _connection.Tell(new Connection.Reply(Request("2").Fail(StanzaError.ResourceConstraint)));
        _connection.Tell(new Connection.Close());
        await ExpectMsgAsync<Connection.Closed>();
        Assert.Equal("1", (await WrittenAsync()).Id);
        await ExpectNoMessageAsync(_link, _connection);
        wire.Tell(StanzaLink.Written.Instance);
        Assert.Equal("2", (await WrittenAsync()).Id);
        await ExpectNoMessageAsync(_link, _connection);
        wire.Tell(StanzaLink.Written.Instance);
        await _link.ExpectMsgAsync<StanzaLink.End>();
        await StillRunsAsync(_connection);

        Watch(_connection);
        Sys.Stop(wire);
        await ExpectTerminatedAsync(_connection);
    }

    [Fact]
    public async Task Close_must_stop_a_connection_without_a_link_at_once()
    {
        var wire = await OpenAsync();
        _connection.Tell(new Connection.Subscribe(), TestActor);
        await ExpectMsgAsync<Connection.Up>();
        wire.Tell(new StanzaLink.Closed("cut", ForGood: false));
        await ExpectMsgAsync<Connection.Lost>();
        Watch(_connection);
        _connection.Tell(new Connection.Close());
        await ExpectMsgAsync<Connection.Closed>();
        await ExpectTerminatedAsync(_connection);
    }

    [Fact]
    public async Task Link_that_is_lost_while_it_is_closed_must_not_be_replaced()
    {
        var wire = await OpenAsync();
        _connection.Tell(new Connection.Close());
        await _link.ExpectMsgAsync<StanzaLink.End>();
        Watch(_connection);
        wire.Tell(new StanzaLink.Closed("cut", ForGood: false));
        await ExpectTerminatedAsync(_connection);
        Advance(TimeSpan.FromMinutes(1));
        await _link.ExpectNoMsgAsync(TimeSpan.Zero);
    }

    [Fact]
    public async Task Link_that_does_not_end_must_not_keep_the_connection()
    {
        await OpenAsync();
        _connection.Tell(new Connection.Reply(Request("not written").Fail(StanzaError.ResourceConstraint)));
        _connection.Tell(new Connection.Close());
        await AdvanceAsync(_connection, TimeSpan.FromSeconds(4));
        await StillRunsAsync(_connection);
        Watch(_connection);
        await AdvanceAsync(_connection, TimeSpan.FromSeconds(1));
        await ExpectTerminatedAsync(_connection);
    }
}
