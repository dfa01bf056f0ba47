using System.Text;
using ActorTransfer.Extensibility;
using ActorTransfer.Protocol.Socks5;

namespace ActorTransfer.Protocol.Tests.Quirks;

/// <summary>SOCKS5 as implemented by peers and proxies.</summary>
public sealed class SocksQuirks
{
    private const string Hash = "c34ab601c693c7358f0888a101be2626b9b4d658";

    private static readonly byte[] Connect = [5, 1, 0, 3, 40, .. Encoding.ASCII.GetBytes(Hash), 0, 0];

    /// <summary>libpurple's server puts its IP there as a domain name, 16 bytes in all; others send IPv4.</summary>
    [Theory]
    [InlineData("05000003093132372E302E302E310000")]
    [InlineData("0500000100000000 0000")]
    public void Purple_reply_must_be_parsed_by_its_length_and_not_compared(string reply)
    {
        var handshake = NewClient();
        Assert.IsType<Socks5ClientStep.Write>(handshake.Offer([5, 0]));

        var last = handshake.Offer([.. Convert.FromHexString(reply.Replace(" ", "", StringComparison.Ordinal)), 1, 2, 3]);

        Assert.IsType<Socks5ClientStep.Connected>(last);
        Assert.Equal([1, 2, 3], handshake.Early.ToArray());
    }

    /// <summary>The proxies of Prosody and ejabberd accept a greeting and a request only as a whole, one after the other, with port 0.</summary>
    [Fact]
    public void Proxies_must_get_greeting_and_request_each_in_one_write_of_its_own()
    {
        var handshake = NewClient();
        Assert.Equal([5, 1, 0], handshake.Greeting.ToArray());
        Assert.Equal(Connect, Assert.IsType<Socks5ClientStep.Write>(handshake.Offer([5, 0])).Bytes.ToArray());
    }

    [Theory]
    [InlineData("05FF")]
    [InlineData("0502")]
    public void Prosody_refusal_of_the_greeting_must_end_the_attempt(string method)
    {
        Assert.IsType<Socks5ClientStep.Invalid>(NewClient().Offer(Convert.FromHexString(method)));
    }

    /// <summary>Prosody refuses a request with two bytes, ejabberd a third connection with 02.</summary>
    [Theory]
    [InlineData("0501", 1)]
    [InlineData("0502", 2)]
    public void Proxy_refusal_must_be_complete_with_its_code(string reply, byte code)
    {
        var handshake = NewClient();
        handshake.Offer([5, 0]);
        Assert.Equal(new Socks5ClientStep.Refused(code), handshake.Offer(Convert.FromHexString(reply)));
    }

    /// <summary>A reply in two pieces or with an IPv4 address breaks QXmpp and slixmpp: one write, domain name, the hash repeated.</summary>
    [Fact]
    public void Every_peer_must_get_one_reply_with_the_requested_hash()
    {
        var handshake = new Socks5ServerHandshake();
        Assert.Equal([5, 0], Assert.IsType<Socks5ServerStep.Write>(handshake.Offer([5, 1, 0])).Bytes.ToArray());
        Assert.IsType<Socks5ServerStep.Request>(handshake.Offer(Connect));

        Assert.Equal([5, 0, 0, 3, 40, .. Encoding.ASCII.GetBytes(Hash), 0, 0], handshake.Reply(Socks5Reply.Succeeded));
    }

    private static Socks5ClientHandshake NewClient()
    {
        Assert.True(DestinationAddress.TryParse(Hash, out var address));
        return new Socks5ClientHandshake(address);
    }
}
