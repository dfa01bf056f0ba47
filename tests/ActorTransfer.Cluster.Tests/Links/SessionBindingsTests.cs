using ActorTransfer.Actors.Connections;
using ActorTransfer.Cluster.Links;

namespace ActorTransfer.Cluster.Tests.Links;

public sealed class SessionBindingsTests
{
    private static readonly SessionKey s_incoming = new(Jid.Parse("files.example.org"), Jid.Parse("a@b/c"), Outgoing: false, "s1");
    private readonly SessionBindings _sessions = new();

    [Fact]
    public void Session_must_be_found_at_its_node_however_the_server_spells_the_peer()
    {
        _sessions.Bind(s_incoming, 7);
        Assert.Equal(7, _sessions.Find(s_incoming with { Peer = Jid.Parse("A@B/c") }));
        Assert.Null(_sessions.Find(s_incoming with { SessionId = "s2" }));
    }

    [Fact]
    public void Receiving_end_must_take_precedence()
    {
        _sessions.Bind(s_incoming with { Outgoing = true }, 1);
        Assert.Equal(1, _sessions.Find(s_incoming));
        _sessions.Bind(s_incoming, 2);
        Assert.Equal(2, _sessions.Find(s_incoming));
    }

    [Fact]
    public void Node_must_not_end_a_session_that_is_elsewhere_now()
    {
        _sessions.Bind(s_incoming, 1);
        _sessions.Bind(s_incoming, 2);
        _sessions.Unbind(s_incoming, 1);
        Assert.Equal(2, _sessions.Find(s_incoming));
        _sessions.Remove(1);
        Assert.Equal(2, _sessions.Find(s_incoming));
        _sessions.Unbind(s_incoming, 2);
        Assert.Equal(0, _sessions.Count);
    }

    [Fact]
    public void Sessions_must_end_with_their_node()
    {
        _sessions.Bind(s_incoming, 1);
        _sessions.Bind(s_incoming with { SessionId = "s2" }, 1);
        _sessions.Bind(s_incoming with { SessionId = "s3" }, 2);
        _sessions.Remove(1);
        Assert.Equal(1, _sessions.Count);
        Assert.Null(_sessions.Find(s_incoming));
    }
}
