using ActorTransfer.Extensibility;
using ActorTransfer.Protocol.Bytestreams;
using ActorTransfer.Protocol.Discovery;
using ActorTransfer.Protocol.Stanzas;
using ActorTransfer.Protocol.StreamInitiation;
using ActorTransfer.Protocol.Xml;

namespace ActorTransfer.Protocol.Tests.Quirks;

/// <summary>Negotiation stanzas of QXmpp 1.4, slixmpp 1.8, gloox 1.0 and libpurple 2.14, interpreted as intended.</summary>
public sealed class NegotiationQuirks
{
    private const string S5b = Namespaces.Bytestreams;
    private const string Ibb = Namespaces.Ibb;

    /// <summary>The order of the options is not a preference; no peer sends mime-type or a range.</summary>
    [Theory]
    [InlineData("qxmpp", "type='list-single'", $"<option><value>{Ibb}</value></option><option><value>{S5b}</value></option>", new[] { Ibb, S5b })]
    [InlineData("slixmpp", "type='list-single'", $"<option><value>{S5b}</value></option><option><value>{Ibb}</value></option>", new[] { S5b, Ibb })]
    [InlineData("purple", "type='list-single'", $"<option><value>{S5b}</value></option><option><value>{Ibb}</value></option>", new[] { S5b, Ibb })]
    [InlineData(
        "gloox",
        "type='list-single'",
        $"<option label='ibb'><value>{Ibb}</value></option><option label='oob'><value>jabber:iq:oob</value></option>"
            + $"<option label='s5b'><value>{S5b}</value></option><value/>",
        new[] { Ibb, Namespaces.Oob, S5b })]
    public void Offer_of_each_peer_must_be_read(string peer, string type, string options, string[] methods)
    {
        var xml = Xml($"""
            <si xmlns='{Namespaces.StreamInitiation}' id='{peer}-1' profile='{Namespaces.FileTransferProfile}'>
              <file xmlns='{Namespaces.FileTransferProfile}' name='a.bin' size='3145728'/>
              <feature xmlns='{Namespaces.FeatureNegotiation}'><x xmlns='jabber:x:data' type='form'>
                <field var='stream-method' {type}>{options}</field></x></feature>
            </si>
            """);

        Assert.True(SiOffer.TryRead(xml, out var offer, out _));
        Assert.Equal(methods, offer.Methods);
        Assert.Equal((3145728, null, null, false), (offer.File.Size, offer.File.Md5, offer.File.Date, offer.File.Ranged));
        Assert.Equal("application/octet-stream", offer.File.MimeType);
    }

    [Fact]
    public void Qxmpp_offer_must_be_read_with_hash_and_date()
    {
        var xml = Xml($"""
            <si xmlns='{Namespaces.StreamInitiation}' id='q' profile='{Namespaces.FileTransferProfile}'>
              <feature xmlns='{Namespaces.FeatureNegotiation}'><x xmlns='jabber:x:data' type='form'>
                <field type='list-single' var='stream-method'><option><value>{Ibb}</value></option></field></x></feature>
              <file xmlns='{Namespaces.FileTransferProfile}' date='2026-11-22T10:00:00Z' hash='17B3423E008EAA1B6AEFA1C12B317569' name='a' size='0'/>
            </si>
            """);

        Assert.True(SiOffer.TryRead(xml, out var offer, out _));
        Assert.Equal("17b3423e008eaa1b6aefa1c12b317569", offer.File.Md5);
        Assert.Equal(new DateTimeOffset(2026, 11, 22, 10, 0, 0, TimeSpan.Zero), offer.File.Date);
    }

    /// <summary>libpurple queries features before it offers, and does not offer if the response is an error or lacks one of these two.</summary>
    [Fact]
    public void Purple_query_before_its_offer_must_return_the_features_it_requires()
    {
        var self = new DiscoInfo([new DiscoIdentity("client", "bot")], [Namespaces.StreamInitiation, Namespaces.FileTransferProfile]);
        var request = Iq.Get("disco1", Jid.Parse("us@localhost/engine"), Xml($"<query xmlns='{Namespaces.DiscoInfo}'/>"), Jid.Parse("bob@localhost/purple"));

        var answer = Disco.Answer(self, request, request.Payload!)!;

        Assert.Equal(IqType.Result, answer.Type);
        Assert.True(DiscoInfo.Read(answer.Payload!).Supports(Namespaces.StreamInitiation));
        Assert.True(DiscoInfo.Read(answer.Payload!).Supports(Namespaces.FileTransferProfile));
    }

    /// <summary>No peer repeats the id, only QXmpp includes the profile, no peer sends the file; the field's type varies.</summary>
    [Theory]
    [InlineData("qxmpp", $"profile='{Namespaces.FileTransferProfile}'", "type='list-single'", S5b)]
    [InlineData("gloox", "", "type='text-single'", S5b)]
    [InlineData("purple", "", "", S5b)]
    [InlineData("slixmpp", "", "", Ibb)]
    public void Acceptance_of_each_peer_must_be_read(string peer, string attributes, string type, string method)
    {
        var accept = SiAccept.Read(Xml($"""
            <si xmlns='{Namespaces.StreamInitiation}' {attributes}><feature xmlns='{Namespaces.FeatureNegotiation}'>
              <x xmlns='jabber:x:data' type='submit'><field {type} var='stream-method'><value>{method}</value></field></x></feature></si>
            """));

        Assert.True(accept.Methods is [var only] && only == method, $"{peer} chose {string.Join(", ", accept.Methods)}");
        Assert.Null(accept.Range);
    }

    [Theory]
    [InlineData("qxmpp, slixmpp, purple", "")]
    [InlineData("gloox", "mode='tcp'")]
    public void Streamhosts_of_each_peer_must_be_read_in_their_order(string peers, string mode)
    {
        var query = Xml($"""
            <query xmlns='{S5b}' sid='s1' {mode}>
              <streamhost host='192.0.2.1' jid='bob@localhost/recv' port='5281'/>
              <streamhost host='2001:db8::1' jid='bob@localhost/recv' port='5281'/>
              <streamhost host='127.0.0.1' jid='proxy.localhost/70306884' port='7777'/>
            </query>
            """);

        Assert.True(StreamHostOffer.TryRead(query, out var offer, out _), peers);
        Assert.Equal(["192.0.2.1", "2001:db8::1", "127.0.0.1"], offer.Hosts.Select(host => host.Host));
        Assert.Equal(Jid.Parse("proxy.localhost/70306884"), offer.Hosts[2].Jid);
    }

    /// <summary>After a failed proxy discovery QXmpp and slixmpp have nothing to offer, and report it.</summary>
    [Theory]
    [InlineData("", ErrorConditions.BadRequest)]
    [InlineData("mode='udp'", ErrorConditions.NotAcceptable)]
    public void Streamhosts_that_cannot_be_used_must_be_refused(string mode, string condition)
    {
        var hosts = mode.Length == 0 ? "" : "<streamhost host='192.0.2.1' jid='bob@localhost/recv' port='5281'/>";

        Assert.False(StreamHostOffer.TryRead(Xml($"<query xmlns='{S5b}' sid='s1' {mode}>{hosts}</query>"), out _, out var refusal));
        Assert.Equal(condition, refusal.Condition);
    }

    [Theory]
    [InlineData($"<query xmlns='{S5b}'><streamhost-used jid='proxy.localhost'/></query>", "proxy.localhost")]
    [InlineData($"<query xmlns='{S5b}' sid='s1'><streamhost-used jid='bob@localhost/recv'/></query>", "bob@localhost/recv")]
    [InlineData($"<query xmlns='{S5b}' sid='s1'><streamhost-used/></query>", null)]
    [InlineData($"<query xmlns='{S5b}' sid='s1'><streamhost-used jid=''/></query>", null)]
    [InlineData($"<query xmlns='{S5b}' sid='s1'/>", null)]
    public void Used_streamhost_must_be_read_without_a_sid_and_an_invalid_one_must_be_null(string query, string? jid)
    {
        Assert.Equal(jid is not null, StreamHostUsed.TryRead(Xml(query), out var used));
        Assert.Equal(jid, used?.Jid.ToString());
    }

    /// <summary>QXmpp and slixmpp hash the JID as typed, gloox and libpurple the prepared one: a listener accepts both.</summary>
    [Fact]
    public void Streamhost_must_accept_the_address_of_peers_that_hash_the_typed_jid()
    {
        var variants = DestinationAddress.Variants("s1", "alice@localhost/send", "BOB@LOCALHOST/recv");

        Assert.Equal(DestinationAddress.Compute("s1", Jid.Parse("alice@localhost/send"), Jid.Parse("bob@localhost/recv")), variants[0]);
        Assert.Contains(variants, address => address.Hex == Sha1("s1alice@localhost/sendBOB@LOCALHOST/recv"));
    }

    /// <summary>ejabberd's proxy uses a JID with a resource: activation goes to the JID that was offered.</summary>
    [Fact]
    public void Ejabberd_proxy_must_keep_its_own_jid()
    {
        var host = Assert.Single(ProxyAddress.Read(Xml(
            $"<query xmlns='{S5b}'><streamhost jid='proxy.localhost/70306884' host='127.0.0.1' port='7777'/></query>")));

        Assert.Equal(new StreamHost(Jid.Parse("proxy.localhost/70306884"), "127.0.0.1", 7777), host);
    }

    private static string Sha1(string text) =>
        Convert.ToHexStringLower(System.Security.Cryptography.SHA1.HashData(System.Text.Encoding.UTF8.GetBytes(text)));

    private static XmlElement Xml(string text) => XmlElement.Parse(text);
}
