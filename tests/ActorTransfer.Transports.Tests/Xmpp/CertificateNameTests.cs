using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using ActorTransfer.Transports.Xmpp;

namespace ActorTransfer.Transports.Tests.Xmpp;

/// <summary>The names a server's certificate is valid for (RFC 6120 §13.7.1.2.1, RFC 6125 §6.4).</summary>
public sealed class CertificateNameTests : IDisposable
{
    private const string Domain = "im.example.test";

    private readonly TlsServer _server = new();

    public void Dispose() => _server.Dispose();

    [Theory]
    [InlineData("dns:im.example.test", Domain)]
    [InlineData("dns:IM.Example.TEST", Domain)]
    [InlineData("dns:im.example.test.", Domain)]
    [InlineData("dns:*.example.test", Domain)]
    [InlineData("srv:_xmpp-client.im.example.test", Domain)]
    [InlineData("srv:_XMPP-Client.IM.example.test", Domain)]
    [InlineData("xmpp:im.example.test", Domain)]
    [InlineData("dns:xn--bcher-kva.example", "xn--bcher-kva.example")]
    [InlineData("srv:_xmpp-client.xn--bcher-kva.example", "xn--bcher-kva.example")]
    [InlineData("xmpp:bücher.example", "xn--bcher-kva.example")]
    [InlineData("ip:127.0.0.1", "127.0.0.1")]
    [InlineData("ip:::1", "::1")]
    [InlineData("none", Domain)]
    public async Task Certificate_for_the_domain_must_be_accepted(string name, string domain)
    {
        using var certificate = _server.Issue(domain, TestNames.Read(name));
        using var channel = await _server.ConnectAsync();
        var serving = _server.SecureAsync(certificate);
        await channel.SecureAsync(Terms(domain), CancellationToken.None);
        await serving;
    }

    [Theory]
    [InlineData("dns:example.test", "example.test")]
    [InlineData("dns:*.test", "*.test")]
    [InlineData("dns:*", "*")]
    [InlineData("dns:i*.example.test", "i*.example.test")]
    [InlineData("dns:im.*.test", "im.*.test")]
    [InlineData("srv:_xmpp-server.im.example.test", "_xmpp-server.im.example.test")]
    [InlineData("srv:_imap.im.example.test", "_imap.im.example.test")]
    [InlineData("srv:_xmpp-client.*.example.test", "_xmpp-client.*.example.test")]
    [InlineData("srv:im.example.test", "im.example.test")]
    [InlineData("xmpp:*.example.test", "*.example.test")]
    [InlineData("xmpp:bob@im.example.test", "bob@im.example.test")]
    [InlineData("ip:192.0.2.1", "192.0.2.1")]
    [InlineData("mail:bob@im.example.test", "no server name")]
    [InlineData("broken:", "no server name")]
    [InlineData("dns:im.example.test\0.evil.test", @"im.example.test\u{0000}.evil.test")]
    public async Task Certificate_for_other_names_must_be_refused_with_these_names_and_not_its_subject(string name, string shown)
    {
        using var certificate = _server.Issue(Domain, TestNames.Read(name));
        var refused = await RefusedAsync(certificate, Terms(Domain));
        Assert.Equal($"the server's certificate is not for {Domain} (it is for {shown})", refused.Message);
    }

    [Fact]
    public async Task Certificate_without_alternative_names_must_be_refused_with_its_common_name()
    {
        using var certificate = _server.Issue("south.example", names: null);
        Assert.Contains("(it is for south.example)", (await RefusedAsync(certificate, Terms(Domain))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Certificate_with_many_names_must_be_refused_with_the_first_of_them()
    {
        using var certificate = _server.Issue(Domain, TestNames.Dns([.. Enumerable.Range(1, 12).Select(number => $"n{number}.example")]));
        Assert.EndsWith("n9.example, n10.example and 2 more)", (await RefusedAsync(certificate, Terms(Domain))).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("srv:_xmpp-client.im.example.test")]
    [InlineData("dns:im.example.test")]
    public async Task Valid_name_must_not_replace_a_trusted_authority(string name)
    {
        using var certificate = _server.Issue(Domain, TestNames.Read(name));
        Assert.Contains("not trusted", (await RefusedAsync(certificate, Terms(Domain) with { Roots = null })).Message, StringComparison.Ordinal);
    }

    private TlsTerms Terms(string domain) => new(domain) { Roots = [_server.Root] };

    private async Task<CertificateRefusedException> RefusedAsync(X509Certificate2 certificate, TlsTerms terms)
    {
        using var channel = await _server.ConnectAsync();
        Task<SslStream> serving = _server.SecureAsync(certificate);
        var refused = await Assert.ThrowsAsync<CertificateRefusedException>(() => channel.SecureAsync(terms, CancellationToken.None));
        _server.Hang();
        await Assert.ThrowsAnyAsync<Exception>(async () => await (await serving).ReadExactlyAsync(new byte[1]));
        return refused;
    }
}
