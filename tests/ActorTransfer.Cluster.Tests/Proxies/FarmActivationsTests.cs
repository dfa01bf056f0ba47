using ActorTransfer.Cluster.Proxies;
using ActorTransfer.Protocol.Bytestreams;
using ActorTransfer.Protocol.ProxyService;
using ActorTransfer.Protocol.Stanzas;
using Microsoft.Extensions.Time.Testing;

namespace ActorTransfer.Cluster.Tests.Proxies;

public sealed class FarmActivationsTests
{
    private static readonly Jid s_ada = Jid.Parse("ada@north.example/desk");
    private static readonly ProxyQuotas s_one = ProxyQuotas.None with { PairsPerJid = 1 };
    private readonly FarmUsage _usage = new();
    private readonly FakeTimeProvider _clock = new();
    private readonly FarmActivations _activations;

    public FarmActivationsTests() => _activations = new FarmActivations(_usage, _clock);

    [Fact]
    public void Result_must_tell_the_user_and_whether_it_is_the_first_pair_there()
    {
        Assert.True(_activations.Begin(Request("a"), 1));
        Assert.Equal((s_ada.Bare, true), _activations.Answer(Request("a").Result()));
        Assert.True(_activations.Begin(Request("b"), 1));
        Assert.Equal((s_ada.Bare, false), _activations.Answer(Request("b").Result()));
        Assert.Null(_activations.Answer(Request("b").Result()));
    }

    [Fact]
    public void Refused_activation_must_not_count()
    {
        _activations.Begin(Request("a"), 1);
        Assert.Null(_activations.Answer(Request("a").Fail(StanzaError.ItemNotFound)));
        Assert.Equal(0, _usage.Users);
    }

    [Fact]
    public void Id_must_be_used_once_at_a_time()
    {
        Assert.True(_activations.Begin(Request("a"), 1));
        Assert.False(_activations.Begin(Request("a"), 2));
        _activations.Answer(Request("a").Result());
        Assert.True(_activations.Begin(Request("a"), 2));
    }

    [Fact]
    public void Activations_must_end_with_their_node_or_after_a_minute()
    {
        _activations.Begin(Request("a"), 1);
        _activations.Begin(Request("b"), 2);
        _activations.Remove(1);
        Assert.Equal(1, _activations.Count);
        _clock.Advance(TimeSpan.FromSeconds(59));
        _activations.Begin(Request("c"), 2);
        Assert.Equal(2, _activations.Count);
        _clock.Advance(TimeSpan.FromSeconds(1));
        _activations.Begin(Request("d"), 2);
        Assert.Equal(2, _activations.Count);
        _activations.Answer(Request("c").Fail(StanzaError.Conflict));
        _activations.Answer(Request("d").Fail(StanzaError.Conflict));
        Assert.Equal(ProxyRefusal.None, _usage.ObjectionTo(s_ada.Bare, s_one));
    }

    private static Iq Request(string id) => Iq.Set(id, Jid.Parse("proxy.example"), new Activation("s", s_ada).ToXml(), s_ada);
}
