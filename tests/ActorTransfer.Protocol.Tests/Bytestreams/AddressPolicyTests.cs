using System.Net;
using ActorTransfer.Protocol.Bytestreams;

namespace ActorTransfer.Protocol.Tests.Bytestreams;

public sealed class AddressPolicyTests
{
    private const int Port = 7777;

    [Theory]
    [InlineData("203.0.113.7", AddressKind.Public)]
    [InlineData("8.8.8.8", AddressKind.Public)]
    [InlineData("172.15.255.255", AddressKind.Public)]
    [InlineData("172.32.0.0", AddressKind.Public)]
    [InlineData("2a00:1450:4001::1", AddressKind.Public)]
    [InlineData("10.0.0.0", AddressKind.Private)]
    [InlineData("10.255.255.255", AddressKind.Private)]
    [InlineData("172.16.0.1", AddressKind.Private)]
    [InlineData("172.31.255.255", AddressKind.Private)]
    [InlineData("192.168.1.113", AddressKind.Private)]
    [InlineData("100.64.0.1", AddressKind.Private)]
    [InlineData("198.19.255.255", AddressKind.Private)]
    [InlineData("fc00::1", AddressKind.Private)]
    [InlineData("fdff:ffff::1", AddressKind.Private)]
    [InlineData("fec0::1", AddressKind.Private)]
    [InlineData("64:ff9b:1::1", AddressKind.Private)]
    [InlineData("64:ff9b:1::127.0.0.1", AddressKind.Private)]
    [InlineData("2001:2::1", AddressKind.Private)]
    [InlineData("5f00::1", AddressKind.Private)]
    [InlineData("169.254.1.1", AddressKind.LinkLocal)]
    [InlineData("fe80::1", AddressKind.LinkLocal)]
    [InlineData("fe80::1%2", AddressKind.LinkLocal)]
    [InlineData("febf::1", AddressKind.LinkLocal)]
    [InlineData("127.0.0.1", AddressKind.Loopback)]
    [InlineData("127.255.255.254", AddressKind.Loopback)]
    [InlineData("::1", AddressKind.Loopback)]
    [InlineData("169.254.169.254", AddressKind.Metadata)]
    [InlineData("169.254.170.2", AddressKind.Metadata)]
    [InlineData("100.100.100.200", AddressKind.Metadata)]
    [InlineData("168.63.129.16", AddressKind.Metadata)]
    [InlineData("fd00:ec2::254", AddressKind.Metadata)]
    [InlineData("0.0.0.0", AddressKind.Never)]
    [InlineData("0.1.2.3", AddressKind.Never)]
    [InlineData("::", AddressKind.Never)]
    [InlineData("224.0.0.1", AddressKind.Never)]
    [InlineData("239.255.255.255", AddressKind.Never)]
    [InlineData("240.0.0.1", AddressKind.Never)]
    [InlineData("255.255.255.255", AddressKind.Never)]
    [InlineData("ff02::1", AddressKind.Never)]
    // IPv6 addresses with an embedded IPv4 one count as that: mapped, compatible, translated, NAT64, 6to4, Teredo.
    [InlineData("::ffff:127.0.0.1", AddressKind.Loopback)]
    [InlineData("::ffff:10.1.2.3", AddressKind.Private)]
    [InlineData("::ffff:169.254.169.254", AddressKind.Metadata)]
    [InlineData("::ffff:203.0.113.7", AddressKind.Public)]
    [InlineData("::ffff:0.0.0.0", AddressKind.Never)]
    [InlineData("::127.0.0.1", AddressKind.Loopback)]
    [InlineData("::ffff:0:127.0.0.1", AddressKind.Loopback)]
    [InlineData("64:ff9b::127.0.0.1", AddressKind.Loopback)]
    [InlineData("64:ff9b::203.0.113.7", AddressKind.Public)]
    [InlineData("2002:7f00:0001::1", AddressKind.Loopback)]
    [InlineData("2002:c0a8:0101::1", AddressKind.Private)]
    [InlineData("2002:cb00:7107::1", AddressKind.Public)]
    [InlineData("2001:0:0:0:0:0:80ff:fffe", AddressKind.Loopback)]
    internal void Only_public_addresses_must_be_allowed_unless_their_kind_is_listed(string text, AddressKind kind)
    {
        var address = IPAddress.Parse(text);
        Assert.Equal(kind == AddressKind.Public, AddressPolicy.PublicOnly.Allows(address));
        foreach (var (name, opened) in new[] { ("loopback", AddressKind.Loopback), ("private", AddressKind.Private), ("link-local", AddressKind.LinkLocal) })
        {
            Assert.Equal(kind == AddressKind.Public || kind == opened, AddressPolicy.Read([name], []).Allows(address));
        }
    }

    [Theory]
    [InlineData("10.1.0.0/16", "10.1.255.255", true)]
    [InlineData("10.1.0.0/16", "10.2.0.0", false)]
    [InlineData("10.1.0.0/16", "::ffff:10.1.0.1", true)]
    [InlineData("192.168.1.113", "192.168.1.113", true)]
    [InlineData("192.168.1.113", "192.168.1.114", false)]
    [InlineData("fd12:3456::/32", "fd12:3456::1", true)]
    [InlineData("fd12:3456::/32", "fd12:3457::1", false)]
    [InlineData("::1", "::1", true)]
    [InlineData("::1", "127.0.0.1", false)]
    [InlineData("169.254.169.254", "169.254.169.254", true)]
    [InlineData("224.0.0.0/4", "224.0.0.1", true)]
    public void Network_that_is_listed_must_be_allowed_whatever_its_kind(string network, string address, bool allowed) =>
        Assert.Equal(allowed, AddressPolicy.Read([network], []).Allows(IPAddress.Parse(address)));

    [Theory]
    [InlineData(1024, true)]
    [InlineData(65535, true)]
    [InlineData(1080, true)]
    [InlineData(443, true)]
    [InlineData(1023, false)]
    [InlineData(22, false)]
    [InlineData(25, false)]
    [InlineData(80, false)]
    [InlineData(0, false)]
    [InlineData(843, true)]
    public void Ports_of_services_must_be_refused_unless_they_are_listed(int port, bool allowed) =>
        Assert.Equal(allowed, AddressPolicy.Read([], [843, 0]).Allows(new IPEndPoint(IPAddress.Parse("203.0.113.7"), port)));

    [Fact]
    public void Port_and_address_must_both_be_allowed() =>
        Assert.False(AddressPolicy.PublicOnly.Allows(new IPEndPoint(IPAddress.Loopback, Port)));

    [Fact]
    public void Names_must_be_read_in_any_case_and_with_spaces_around_them() =>
        Assert.True(AddressPolicy.Read([" Loopback ", "PRIVATE"], []).Allows(IPAddress.Parse("192.168.0.1")));

    [Theory]
    [InlineData("lan")]
    [InlineData("10.1.0.0/33")]
    [InlineData("10.1.0.0-10.2.0.0")]
    [InlineData("")]
    public void Invalid_entry_must_be_quoted(string entry) =>
        Assert.Contains($"'{entry}'", Assert.Throws<FormatException>(() => AddressPolicy.Read([entry], [])).Message, StringComparison.Ordinal);
}
