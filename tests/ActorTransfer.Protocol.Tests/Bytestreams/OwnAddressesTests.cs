using System.Net;
using ActorTransfer.Protocol.Bytestreams;

namespace ActorTransfer.Protocol.Tests.Bytestreams;

public sealed class OwnAddressesTests
{
    private static readonly string[] s_machine =
    [
        "127.0.0.1", "::1", "192.168.1.5", "fe80::1%3", "203.0.113.9", "2a00:1450::5", "fd12::5", "172.17.0.1", "169.254.7.7", "::ffff:203.0.113.9",
        "198.51.100.3",
    ];

    [Theory]
    [InlineData("", "2a00:1450::5 203.0.113.9 198.51.100.3")]
    [InlineData("private", "2a00:1450::5 203.0.113.9 198.51.100.3 192.168.1.5 172.17.0.1 fd12::5")]
    [InlineData("loopback", "2a00:1450::5 203.0.113.9 198.51.100.3 127.0.0.1 ::1")]
    [InlineData("link-local", "2a00:1450::5 203.0.113.9 198.51.100.3 169.254.7.7")]
    [InlineData("192.168.0.0/16,127.0.0.1", "2a00:1450::5 203.0.113.9 198.51.100.3 192.168.1.5 127.0.0.1")]
    public void Own_addresses_must_be_public_first_and_others_only_when_allowed(string allow, string expected)
    {
        var policy = AddressPolicy.Read(allow.Split(',', StringSplitOptions.RemoveEmptyEntries), []);
        Assert.Equal(
            expected.Split(' '), OwnAddresses.Choose(s_machine.Select(own => new OwnAddress(IPAddress.Parse(own))), policy).Select(own => own.ToString()));
    }

    [Theory]
    [InlineData("172.17.0.1 172.18.0.1 172.19.0.1 172.20.0.1 192.168.1.5+", "192.168.1.5 172.17.0.1 172.18.0.1 172.19.0.1 172.20.0.1")]
    [InlineData("10.0.0.1 fd12::5+ 192.168.1.5+ 203.0.113.9", "203.0.113.9 192.168.1.5 fd12::5 10.0.0.1")]
    [InlineData("203.0.113.9 2a00:1450::5 198.51.100.3+", "198.51.100.3 2a00:1450::5 203.0.113.9")]
    [InlineData("192.168.1.5 172.17.0.1 192.168.1.5+ ::ffff:192.168.1.5", "192.168.1.5 172.17.0.1")]
    public void Own_addresses_whose_interface_has_a_gateway_must_come_before_others_of_their_kind(string machine, string expected)
    {
        var own = machine.Split(' ').Select(text => new OwnAddress(IPAddress.Parse(text.TrimEnd('+')), text.EndsWith('+')));
        Assert.Equal(expected, string.Join(' ', OwnAddresses.Choose(own, AddressPolicy.Read(["private"], []))));
    }
}
