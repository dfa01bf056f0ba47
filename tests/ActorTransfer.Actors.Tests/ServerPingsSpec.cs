using ActorTransfer.Actors.Connections;

namespace ActorTransfer.Actors.Tests;

public sealed class ServerPingsSpec
{
    private readonly ServerPings _pings = new();

    [Fact]
    public void Ping_must_be_due_only_if_the_server_sent_nothing_since_the_last_check()
    {
        _pings.Heard();
        Assert.False(_pings.IsDue());
        Assert.True(_pings.IsDue());
    }

    [Fact]
    public void Server_that_misses_two_pings_in_a_row_must_count_as_unresponsive()
    {
        Assert.False(_pings.Miss());
        _pings.Heard();
        Assert.False(_pings.Miss());
        Assert.True(_pings.Miss());
    }
}
