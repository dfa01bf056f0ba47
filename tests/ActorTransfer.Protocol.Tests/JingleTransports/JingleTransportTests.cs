using ActorTransfer.Extensibility;
using ActorTransfer.Protocol.JingleTransports;
using ActorTransfer.Protocol.Tests.Jingle;
using ActorTransfer.Protocol.Xml;
using FsCheck;
using FsCheck.Fluent;

namespace ActorTransfer.Protocol.Tests.JingleTransports;

public sealed class JingleTransportTests
{
    private static readonly Jid Ada = Jid.Parse("ada@north.example/desk");
    private static readonly Jid Relay = Jid.Parse("relay.north.example");

    [Fact]
    public void Candidates_of_an_offer_must_be_read_and_written_again()
    {
        var xml = Find(Examples.Offer);
        var transport = Assert.IsType<JingleTransport.Socks5>(JingleTransport.Read(xml, Ada));

        Assert.Equal(("x1-9c2e", "20f5cd1703a313af1a772966a2b2bd6c085be4e7"), (transport.SessionId, transport.DstAddr));
        Assert.Equal(
            [
                new("d1", CandidateType.Direct, new StreamHost(Ada, "198.51.100.4", 52013), 8307557),
                new("p1", CandidateType.Proxy, new StreamHost(Relay, "203.0.113.7", 7777), 695381),
            ],
            transport.Candidates.ToArray());
        Assert.Null(transport.Notice);
        Assert.Equal(xml, (transport with { NamesMode = true }).ToXml());
    }

    [Fact]
    public void Own_candidates_must_be_those_of_the_example()
    {
        var own = OwnCandidates.Of([new StreamHost(Ada, "198.51.100.4", 52013)], [new StreamHost(Relay, "203.0.113.7", 7777)]);
        Assert.Equal(Assert.IsType<JingleTransport.Socks5>(JingleTransport.Read(Find(Examples.Offer), Ada)).Candidates.ToArray(), own.ToArray());
    }

    /// <summary>Case 28 of the peers: Psi omits the owner and the type, others the port.</summary>
    [Theory]
    [InlineData("cid='1' host='192.0.2.1' port='5000' priority='9'", CandidateType.Direct, "ada@north.example/desk", 5000)]
    [InlineData("cid='1' jid='ada@north.example/desk' host='192.0.2.1' priority='9'", CandidateType.Direct, "ada@north.example/desk", 1080)]
    [InlineData("cid='1' jid='relay.north.example' host='192.0.2.1' priority='9'", CandidateType.Proxy, "relay.north.example", 1080)]
    [InlineData("cid='1' jid='relay.north.example' type='magic' host='192.0.2.1' priority='9'", CandidateType.Proxy, "relay.north.example", 1080)]
    [InlineData("cid='1' jid='ada@north.example/desk' type='assisted' host='192.0.2.1' priority='9'", CandidateType.Assisted, "ada@north.example/desk", 1080)]
    [InlineData("cid='1' jid='ada@north.example/desk' type='tunnel' host='192.0.2.1' priority='9'", CandidateType.Tunnel, "ada@north.example/desk", 1080)]
    public void Sparse_candidate_must_be_read(string attributes, object type, string owner, int port) => Assert.Equal(
        [new TransportCandidate("1", (CandidateType)type, new StreamHost(Jid.Parse(owner), "192.0.2.1", port), 9)],
        Candidates($"<candidate {attributes}/>"));

    [Theory]
    [InlineData("host='192.0.2.1' priority='9'")]
    [InlineData("cid='' host='192.0.2.1' priority='9'")]
    [InlineData("cid='1' priority='9'")]
    [InlineData("cid='1' host='192.0.2.1'")]
    [InlineData("cid='1' host='192.0.2.1' priority='-1'")]
    [InlineData("cid='1' host='192.0.2.1' priority='high'")]
    [InlineData("cid='1' host='192.0.2.1' priority='99999999999'")]
    [InlineData("cid='1' host='192.0.2.1' priority='9' port='0'")]
    [InlineData("cid='1' host='192.0.2.1' priority='9' port='65536'")]
    [InlineData("cid='1' host='a b' priority='9'")]
    [InlineData("cid='1' host='192.0.2.1' priority='9' jid='@'")]
    public void Malformed_candidate_must_be_skipped(string attributes) => Assert.Equal(
        ["ok"], Candidates($"<candidate {attributes}/><candidate cid='ok' host='192.0.2.9' priority='1'/>").Select(candidate => candidate.Id));

    /// <summary>Case 29 of the peers.</summary>
    [Fact]
    public void At_most_16_candidates_with_different_ids_must_be_read()
    {
        var many = string.Concat(Enumerable.Range(0, 1000).Select(at => $"<candidate cid='c{at / 2}' host='192.0.2.1' port='{at + 1}' priority='{at}'/>"));
        var read = Candidates(many);
        Assert.Equal(Enumerable.Range(0, 16).Select(at => $"c{at}"), read.Select(candidate => candidate.Id));
        Assert.Equal(Enumerable.Range(0, 16).Select(at => 2L * at), read.Select(candidate => candidate.Priority));
    }

    [Fact]
    public void Own_candidates_must_have_ids_of_their_own_and_falling_priorities()
    {
        var own = OwnCandidates.Of(Hosts(Ada, 4), Hosts(Relay, 3, 20));
        Assert.Equal(["d1", "d2", "d3", "d4", "p1", "p2", "p3"], own.Select(candidate => candidate.Id));
        Assert.Equal([8307557, 8307550, 8307543, 8307536, 695381, 695374, 695367], own.Select(candidate => candidate.Priority));
    }

    [Fact]
    public void Own_candidates_must_not_repeat_an_address_of_the_peer()
    {
        var peers = Candidates("<candidate cid='1' host='192.0.2.2' port='7000' priority='9'/><candidate cid='2' jid='x' host='192.0.2.20' port='7000' priority='9'/>");
        var own = OwnCandidates.Of(Hosts(Ada, 3), Hosts(Relay, 2, 20), [.. peers]);
        Assert.Equal(["192.0.2.0", "192.0.2.1", "192.0.2.21"], own.Select(candidate => candidate.Host.Host));
        Assert.Equal(["d1", "d2", "p1"], own.Select(candidate => candidate.Id));
        Assert.Equal(TransportCandidate.Max, OwnCandidates.Of(Hosts(Ada, 99), []).Length);
    }

    /// <summary>What no peer uses, so that the rule for ties is rarely needed.</summary>
    [Fact]
    public void Own_priorities_must_not_be_those_of_peers()
    {
        long[] gajim = [8257536, 655360];
        var dino = Enumerable.Range(0, 100).Select(at => 8290304L - at);
        var conversations = Enumerable.Range(0, 100).Select(at => 8257536L + at).Concat([655360, 655375, 655390]);
        var own = Enumerable.Range(0, TransportCandidate.Max)
            .SelectMany(at => new[] { OwnCandidates.PriorityOf(CandidateType.Direct, at), OwnCandidates.PriorityOf(CandidateType.Proxy, at) }).ToArray();
        Assert.Empty(own.Intersect([.. gajim, .. dino, .. conversations, 8267536]));
        Assert.All(own, priority => Assert.True(priority is >= 8257536 and <= 8323071 or >= 655360 and <= 720895));
    }

    [Theory]
    [InlineData("<candidate-used cid='p1'/>", typeof(TransportNotice.CandidateUsed))]
    [InlineData("<candidate-error/>", typeof(TransportNotice.CandidateError))]
    [InlineData("<activated cid='p1'/>", typeof(TransportNotice.Activated))]
    [InlineData("<proxy-error cid='p1'/>", typeof(TransportNotice.ProxyError))]
    [InlineData("<proxy-error/>", typeof(TransportNotice.ProxyError))]
    public void Notice_must_be_read_and_written_again(string xml, Type type)
    {
        var transport = XmlElement.Parse($"<transport xmlns='{Namespaces.JingleBytestreams}' sid='x'>{xml}</transport>");
        var read = Assert.IsType<JingleTransport.Socks5>(JingleTransport.Read(transport, Ada));
        Assert.IsType(type, read.Notice);
        Assert.Equal(transport, read.ToXml());
    }

    [Theory]
    [InlineData("<candidate-used/>")]
    [InlineData("<activated cid=''/>")]
    [InlineData("<candidate-used xmlns='u:1' cid='p1'/>")]
    [InlineData("<surprise/>")]
    public void Notice_without_its_candidate_must_not_be_read(string xml) =>
        Assert.Null(TransportNotice.Read(XmlElement.Parse($"<transport xmlns='{Namespaces.JingleBytestreams}' sid='x'>{xml}</transport>")));

    [Theory]
    [InlineData("sid='x' block-size='4096'", "x", 4096)]
    [InlineData("sid='x' block-size='65535'", "x", 65535)]
    [InlineData("sid='None'", "None", null)]
    [InlineData("block-size='0'", "", null)]
    [InlineData("sid='x' block-size='65536'", "x", null)]
    [InlineData("sid='x' block-size='4k'", "x", null)]
    public void In_band_transport_must_be_read(string attributes, string sid, int? blockSize) => Assert.Equal(
        new JingleTransport.InBand(sid, blockSize), JingleTransport.Read(XmlElement.Parse($"<transport xmlns='{Namespaces.JingleIbb}' {attributes}/>"), Ada));

    [Fact]
    public void In_band_transport_must_be_written() => Assert.Equal(
        XmlElement.Parse("<transport xmlns='urn:xmpp:jingle:transports:ibb:1' sid='x' block-size='4096'/>"), new JingleTransport.InBand("x", 4096).ToXml());

    /// <summary>Case 54 of the peers.</summary>
    [Theory]
    [InlineData("urn:xmpp:jingle:transports:s5b:1", "mode='udp'")]
    [InlineData("urn:xmpp:jingle:transports:ice-udp:1", "")]
    [InlineData("urn:xmpp:jingle:transports:webrtc-datachannel:1", "")]
    public void Unknown_transport_must_be_recognised(string ns, string attributes) =>
        Assert.Equal(new JingleTransport.Unknown("x"), JingleTransport.Read(XmlElement.Parse($"<transport xmlns='{ns}' sid='x' {attributes}/>"), Ada));

    [Fact]
    public void Sid_that_is_too_long_must_be_none() => Assert.Equal(
        "", JingleTransport.Read(new XmlElement(Namespaces.JingleBytestreams, "transport").With("sid", new string('x', 129)), Ada).SessionId);

    [Fact]
    public void Any_candidates_must_survive_writing_and_reading()
    {
        var candidates = Gen.ListOf(
            from id in Gen.Elements("a", "b", "c", "d<&'\">", "ü")
            from type in Gen.Elements(Enum.GetValues<CandidateType>())
            from owner in Gen.Elements(Ada, Relay)
            from host in Gen.Elements("192.0.2.1", "2001:db8::1", "host.example")
            from port in Gen.Choose(1, 65535)
            from priority in Gen.Choose(0, int.MaxValue)
            select new TransportCandidate(id, type, new StreamHost(owner, host, port), priority));
        Prop.ForAll(candidates.ToArbitrary(), list =>
        {
            var distinct = list.DistinctBy(candidate => candidate.Id).ToArray();
            var xml = new JingleTransport.Socks5("x", [.. distinct], "any").ToXml();
            return JingleTransport.Read(XmlElement.Parse(xml.ToString()), Ada) is JingleTransport.Socks5 read && read.Candidates.SequenceEqual(distinct);
        }).QuickCheckThrowOnFailure();
    }

    private static IEnumerable<StreamHost> Hosts(Jid owner, int count, int first = 0) =>
        Enumerable.Range(first, count).Select(at => new StreamHost(owner, $"192.0.2.{at}", 7000));

    private static IReadOnlyList<TransportCandidate> Candidates(string xml) => TransportCandidate.ReadAll(
        XmlElement.Parse($"<transport xmlns='{Namespaces.JingleBytestreams}' sid='x'>{xml}</transport>"), Ada);

    private static XmlElement Find(string xml) =>
        XmlElement.Parse(xml).Children[0].Children.Single(child => child.Name == "transport");
}
