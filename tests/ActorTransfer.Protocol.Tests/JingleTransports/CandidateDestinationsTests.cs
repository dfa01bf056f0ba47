using ActorTransfer.Extensibility;
using ActorTransfer.Protocol.Jingle;
using ActorTransfer.Protocol.JingleTransports;

namespace ActorTransfer.Protocol.Tests.JingleTransports;

/// <summary>ada is the initiator, bo the responder.</summary>
public sealed class CandidateDestinationsTests
{
    private const string AdaFirst = "20f5cd1703a313af1a772966a2b2bd6c085be4e7";
    private const string BoFirst = "e9db9842dcc51cc0d35d7417b2145b9a0dd04255";

    private static readonly Jid Ada = Jid.Parse("ada@north.example/desk");
    private static readonly Jid Bo = Jid.Parse("bo@south.example/Phone");
    private static readonly CandidateDestinations OfAda = new("x1-9c2e", Ada, Bo, JingleRole.Initiator);
    private static readonly CandidateDestinations OfBo = new("x1-9c2e", Bo, Ada, JingleRole.Responder);

    [Fact]
    public void Own_proxies_must_put_their_offerer_first()
    {
        Assert.Equal((AdaFirst, BoFirst), (OfAda.Own.Hex, OfBo.Own.Hex));
        Assert.Equal([AdaFirst], OfAda.ToDialOwn(Bo).Select(address => address.Hex));
        Assert.Equal([BoFirst], OfBo.ToDialOwn(Ada).Select(address => address.Hex));
    }

    /// <summary>Case 26 of the peers: in either order, or with this side's dstaddr (Dino), which is one of them.</summary>
    [Fact]
    public void Responder_must_expect_both_orders_and_the_initiator_its_own()
    {
        Assert.Equal([BoFirst, AdaFirst], OfBo.ToExpect.Select(address => address.Hex));
        Assert.Equal([AdaFirst], OfAda.ToExpect.Select(address => address.Hex));
        Assert.Contains(OfBo.Own, OfBo.ToExpect);
        Assert.DoesNotContain(new CandidateDestinations("other", Bo, Ada, JingleRole.Responder).Own, OfBo.ToExpect);
    }

    [Fact]
    public void Expected_addresses_must_contain_the_variants_of_both_orders()
    {
        var component = new CandidateDestinations("x1-9c2e", Jid.Parse("engine.north.example"), Bo, JingleRole.Responder);
        Assert.Equal(4, component.ToExpect.Count);
        Assert.Contains("c3e95c6746112223cc8587ca3ef0f36891504bc9", component.ToExpect.Select(address => address.Hex));
        Assert.Contains("52858a8a1d2d43342e39439acc26f7e7ad581388", component.ToExpect.Select(address => address.Hex));
    }

    /// <summary>Case 25 of the peers: Psi's own listener accepts the initiator first only, Dino's and Libervia's the offerer first only.</summary>
    [Fact]
    public void Direct_candidate_of_the_responder_must_be_dialled_in_both_orders() =>
        Assert.Equal([BoFirst, AdaFirst], OfAda.ToDial(Candidate(CandidateType.Direct), null).Select(address => address.Hex));

    [Fact]
    public void Direct_candidate_of_the_initiator_must_be_dialled_in_its_only_order() =>
        Assert.Equal([AdaFirst], OfBo.ToDial(Candidate(CandidateType.Direct), null).Select(address => address.Hex));

    /// <summary>The attribute is about proxies: one that this side can compute changes nothing at direct candidates.</summary>
    [Theory]
    [InlineData(null)]
    [InlineData(AdaFirst)]
    [InlineData(BoFirst)]
    [InlineData("junk")]
    public void Given_address_that_this_side_computes_too_must_not_change_direct_candidates(string? given)
    {
        Assert.Equal([AdaFirst], OfBo.ToDial(Candidate(CandidateType.Assisted), given).Select(address => address.Hex));
        Assert.Equal([BoFirst, AdaFirst], OfAda.ToDial(Candidate(CandidateType.Tunnel), given).Select(address => address.Hex));
    }

    /// <summary>
    /// In a group chat each side knows the other by its occupant JID and itself by its own: no side can compute what the other expects, but each tells it.
    /// </summary>
    [Theory]
    [InlineData(CandidateType.Direct)]
    [InlineData(CandidateType.Proxy)]
    public void Occupants_of_a_group_chat_must_dial_the_address_that_the_other_expects(object type)
    {
        var (ada, bo) = (Jid.Parse("room@chat.example/ada"), Jid.Parse("room@chat.example/bo"));
        var (ofAda, ofBo) = (OfAda with { Peer = bo }, OfBo with { Peer = ada });
        Assert.DoesNotContain(ofBo.ToDial(Candidate((CandidateType)type), null), ofAda.ToExpect.Contains);
        Assert.Equal(ofAda.Own, ofBo.ToDial(Candidate((CandidateType)type), ofAda.Own.Hex)[0]);
        Assert.Equal(ofBo.Own, ofAda.ToDial(Candidate((CandidateType)type), ofBo.Own.Hex)[0]);
        Assert.Contains(ofAda.Own, ofAda.ToExpect);
        Assert.Contains(ofBo.Own, ofBo.ToExpect);
        Assert.InRange(ofAda.ToDial(Candidate((CandidateType)type), ofBo.Own.Hex).Length, 1, 2);
    }

    /// <summary>Case 27 of the peers.</summary>
    [Theory]
    [InlineData(null, BoFirst)]
    [InlineData("junk", BoFirst)]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    public void Proxy_must_be_dialled_with_the_given_address_or_the_offerer_first(string? given, string expected) =>
        Assert.Equal([expected], OfAda.ToDial(Candidate(CandidateType.Proxy), given).Select(address => address.Hex));

    private static TransportCandidate Candidate(CandidateType type) => new("c", type, new StreamHost(Bo, "192.0.2.1", 7777), 1);
}
