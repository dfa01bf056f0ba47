using ActorTransfer.Protocol.Bytestreams;
using ActorTransfer.Protocol.FileTransfer;
using ActorTransfer.Protocol.Ibb;
using ActorTransfer.Protocol.Stanzas;
using ActorTransfer.Protocol.Xml;

namespace ActorTransfer.Protocol.Tests.FileTransfer;

/// <summary>Which stanzas belong to one transfer.</summary>
public sealed class StanzaSessionTests
{
    private static readonly Jid s_initiator = Jid.Parse("romeo@example.net/orchard");
    private static readonly Jid s_target = Jid.Parse("juliet@example.com/balcony");
    private static readonly Jid s_proxy = Jid.Parse("proxy.example.net");

    [Fact]
    public void Both_peers_and_the_activation_at_the_proxy_must_belong_to_one_session()
    {
        var session = StanzaSession.Of("s5b", s_initiator, s_target);
        Assert.Equal(session, StanzaSession.Of("s5b", s_target, s_initiator));
        Assert.Equal(session, StanzaSession.Of(Iq.Set("1", s_target, new XmlElement(Namespaces.StreamInitiation, "si").With("id", "s5b"), s_initiator)));
        Assert.Equal(session, StanzaSession.Of(Iq.Set("2", s_proxy, new Activation("s5b", s_target).ToXml(), s_initiator)));
        Assert.Equal(session, StanzaSession.Of(Iq.Set("3", s_initiator, IbbClose.ToXml("s5b"), s_target)));
    }

    [Fact]
    public void Same_id_with_another_peer_must_be_another_session() =>
        Assert.NotEqual(StanzaSession.Of("s5b", s_initiator, s_target), StanzaSession.Of("s5b", s_initiator, s_proxy));

    [Fact]
    public void Stanza_without_a_session_must_have_none()
    {
        Assert.Null(StanzaSession.Of(Iq.Get("1", s_target, new XmlElement(Namespaces.Ping, "ping"), s_initiator)));
        Assert.Null(StanzaSession.Of(Iq.Set("2", s_target, IbbClose.ToXml(new string('x', 5000)), s_initiator)));
        Assert.Null(StanzaSession.Of(Iq.Set("3", s_target, IbbClose.ToXml("s5b"), s_initiator).Result()));
    }
}
