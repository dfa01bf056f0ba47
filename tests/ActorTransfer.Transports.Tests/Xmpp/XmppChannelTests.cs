using System.Collections.Immutable;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Reflection;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using ActorTransfer.Extensibility;
using ActorTransfer.Protocol.ProxyService;
using ActorTransfer.Protocol.Sasl;
using ActorTransfer.Protocol.Xml;
using ActorTransfer.Transports.Sockets;
using ActorTransfer.Transports.Xmpp;

namespace ActorTransfer.Transports.Tests.Xmpp;

public sealed class XmppChannelTests : IDisposable
{
    private const string Header = "<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'>";
    private const string Domain = "north.example";

    private readonly TlsServer _server = new();

    public void Dispose() => _server.Dispose();

    [Fact]
    public async Task Channel_must_deliver_items_as_they_arrive_and_none_at_the_end()
    {
        using XmppChannel channel = await _server.ConnectAsync();
        await _server.SayAsync(Header + "<a xmlns='b'/><c");
        IReadOnlyList<XmlStreamItem> items = await channel.ReadAsync(CancellationToken.None);
        Assert.IsType<XmlStreamItem.Opened>(items[0]);
        Assert.Equal("a", Assert.IsType<XmlStreamItem.Stanza>(items[1]).Element.Name);
        Task<IReadOnlyList<XmlStreamItem>> reading = channel.ReadAsync(CancellationToken.None);
        await _server.SayAsync("/>");
        Assert.Equal("c", Assert.IsType<XmlStreamItem.Stanza>(Assert.Single(await reading)).Element.Name);
        _server.Hang();
        Assert.Empty(await channel.ReadAsync(CancellationToken.None));
    }

    /// <summary>Prosody sends without TCP_NODELAY: a second stanza waits for the acknowledgement of the first.</summary>
    [Fact]
    public async Task Channel_must_acknowledge_at_once_what_it_has_read()
    {
        using XmppChannel channel = await _server.ConnectAsync();
        await _server.SayAsync(Header);
        await channel.ReadAsync(CancellationToken.None);
        for (var at = 0; at < 5; at++)
        {
            await channel.WriteAsync("<a/>", CancellationToken.None); // Linux delays acknowledgements on a connection where each side responds to the other
            await _server.SayAsync("<b/>");
            await channel.ReadAsync(CancellationToken.None);
        }

        if (OperatingSystem.IsLinux())
        {
            var socket = (Socket)typeof(XmppChannel).GetField("_socket", BindingFlags.Instance | BindingFlags.NonPublic)!.GetValue(channel)!;
            byte[] option = new byte[sizeof(int)];
            socket.GetRawSocketOption(optionLevel: 6, optionName: 12, option); // TCP_QUICKACK
            Assert.Equal(1, BitConverter.ToInt32(option));
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    public async Task Channel_must_deliver_every_item_whatever_the_chunks(int piece)
    {
        using XmppChannel channel = await _server.ConnectAsync();
        byte[] bytes = Encoding.UTF8.GetBytes(Header + "<iq id='ä'/><message/> <presence/></stream:stream>");
        List<XmlStreamItem> items = [];
        foreach (byte[] part in bytes.Chunk(piece))
        {
            await _server.SayAsync(part);
        }

        _server.Hang();
        while (await channel.ReadAsync(CancellationToken.None) is { Count: > 0 } more)
        {
            items.AddRange(more);
        }

        Assert.IsType<XmlStreamItem.Opened>(items[0]);
        Assert.Equal("ä", Assert.IsType<XmlStreamItem.Stanza>(items[1]).Element["id"]);
        Assert.Equal(["message", "presence"], items[2..4].Cast<XmlStreamItem.Stanza>().Select(stanza => stanza.Element.Name));
        Assert.IsType<XmlStreamItem.Closed>(Assert.Single(items[4..]));
    }

    [Fact]
    public async Task Channel_must_continue_under_TLS_with_a_new_stream()
    {
        using X509Certificate2 certificate = _server.Issue(Domain);
        using XmppChannel channel = await _server.ConnectAsync();
        await _server.SayAsync(Header + "<proceed xmlns='t'/>");
        Assert.Equal(2, (await channel.ReadAsync(CancellationToken.None)).Count);
        await SecureAsync(channel, certificate, Terms);
        channel.Restart();
        await channel.WriteAsync("under cover", CancellationToken.None);
        Assert.Equal("under cover", await _server.HearAsync());
        await _server.SayAsync(Header);
        Assert.IsType<XmlStreamItem.Opened>(Assert.Single(await channel.ReadAsync(CancellationToken.None)));
    }

    [Fact]
    public async Task Last_write_must_arrive_when_the_channel_is_closed_during_a_read()
    {
        XmppChannel channel = await _server.ConnectAsync();
        Task<IReadOnlyList<XmlStreamItem>> reading = channel.ReadAsync(CancellationToken.None);
        await channel.WriteAsync(XmlStreamWriter.Close, CancellationToken.None);
        channel.Dispose();
        await Assert.ThrowsAnyAsync<Exception>(() => reading);
        Assert.Equal(XmlStreamWriter.Close, await _server.HearAsync());
    }

    [Fact]
    public async Task Certificate_for_another_name_must_be_refused() =>
        Assert.Contains($"not for {Domain}", (await RefusedAsync(_server.Issue("south.example"), Terms)).Message, StringComparison.Ordinal);

    [Fact]
    public async Task Certificate_of_an_unknown_authority_must_be_refused() =>
        Assert.Contains("not trusted", (await RefusedAsync(_server.Issue(Domain), Terms with { Roots = null })).Message, StringComparison.Ordinal);

    [Fact]
    public async Task Certificate_that_signs_itself_must_be_refused() =>
        Assert.Contains("not trusted", (await RefusedAsync(TlsServer.IssueSelfSigned(Domain), Terms)).Message, StringComparison.Ordinal);

    [Fact]
    public async Task Certificate_that_is_not_valid_yet_must_be_refused() =>
        Assert.Contains("not trusted", (await RefusedAsync(_server.Issue(Domain, 2, 3), Terms)).Message, StringComparison.Ordinal);

    [Fact]
    public async Task Certificate_of_a_client_must_be_refused_as_that_of_a_server() =>
        Assert.Contains("not trusted", (await RefusedAsync(TlsServer.WithoutServerUse(_server, Domain), Terms)).Message, StringComparison.Ordinal);

    /// <summary>A man in the middle adds stanzas to the unencrypted bytes, which arrive together with <c>proceed</c> (as CVE-2011-0411).</summary>
    [Fact]
    public async Task Stanzas_that_were_added_behind_proceed_must_not_be_part_of_the_encrypted_stream()
    {
        const string injected = "<iq type='set' id='evil'><x xmlns='y'/></iq><features xmlns='http://etherx.jabber.org/streams'/><half";
        using X509Certificate2 certificate = _server.Issue(Domain);
        using XmppChannel channel = await _server.ConnectAsync();
        await _server.SayAsync(Header + "<proceed xmlns='t'/>" + injected);
        IReadOnlyList<XmlStreamItem> items = await channel.ReadAsync(CancellationToken.None);
        Assert.Equal("proceed", Assert.IsType<XmlStreamItem.Stanza>(items[1]).Element.Name);
        await SecureAsync(channel, certificate, Terms);
        channel.Restart();
        await _server.SayAsync(Header + "<message/>");
        List<XmlStreamItem> encrypted = [];
        while (encrypted.Count < 2)
        {
            encrypted.AddRange(await channel.ReadAsync(CancellationToken.None));
        }

        Assert.IsType<XmlStreamItem.Opened>(encrypted[0]);
        Assert.Equal("message", Assert.IsType<XmlStreamItem.Stanza>(Assert.Single(encrypted[1..])).Element.Name);
    }

    [Fact]
    public async Task Certificate_that_has_expired_must_be_refused() =>
        Assert.Contains("not trusted", (await RefusedAsync(_server.Issue(Domain, -3, -2), Terms)).Message, StringComparison.Ordinal);

    [Fact]
    public async Task Certificate_that_is_not_the_pinned_one_must_be_refused_although_its_authority_is_known() =>
        Assert.Contains(
            "pinned", (await RefusedAsync(_server.Issue(Domain), Terms with { PinnedSha256 = new string('0', 64) })).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Pinned_certificate_must_be_accepted_whatever_its_issuer(bool withColons)
    {
        using X509Certificate2 certificate = _server.Issue("south.example");
        string pin = _server.Sha256Of(certificate);
        pin = withColons ? string.Join(':', pin.Chunk(2).Select(pair => new string(pair))) : pin.ToLowerInvariant();
        using XmppChannel channel = await _server.ConnectAsync();
        await SecureAsync(channel, certificate, new TlsTerms(Domain) { PinnedSha256 = pin });
    }

    [Fact]
    public async Task Certificate_of_the_client_must_be_presented_on_request()
    {
        using X509Certificate2 certificate = _server.Issue(Domain);
        using X509Certificate2 own = _server.Issue("ada");
        using XmppChannel channel = await _server.ConnectAsync();
        (SslStream server, _) = await SecureAsync(channel, certificate, Terms with { Certificate = own }, wantsClient: true);
        Assert.Equal(own.GetCertHashString(), server.RemoteCertificate?.GetCertHashString());
    }

    [Theory]
    [InlineData(true, "xmpp-client")]
    [InlineData(false, "")]
    public async Task Direct_TLS_must_be_announced(bool direct, string protocol)
    {
        using X509Certificate2 certificate = _server.Issue(Domain);
        using XmppChannel channel = await _server.ConnectAsync();
        (SslStream server, _) = await SecureAsync(channel, certificate, Terms with { IsDirect = direct });
        Assert.Equal(protocol, server.NegotiatedApplicationProtocol.ToString());
    }

    /// <summary>The hash of a certificate that is signed with SHA-256 is its SHA-256 (RFC 5929 §4.1).</summary>
    [Fact]
    public async Task Login_must_be_bound_to_the_certificate_in_TLS_1_3_and_to_the_handshake_before()
    {
        using X509Certificate2 certificate = _server.Issue(Domain);
        ChannelBinding endPoint = new(ChannelBindingTypes.ServerEndPoint, [.. SHA256.HashData(certificate.RawData)]);
        Assert.Equal([(endPoint.Type, Hex(endPoint.Data))], await BindingsAsync(certificate, SslProtocols.Tls13));

        (string Type, string Data)[] bindings = await BindingsAsync(certificate, SslProtocols.Tls12);
        Assert.Equal([ChannelBindingTypes.Unique, ChannelBindingTypes.ServerEndPoint], bindings.Select(binding => binding.Type));
        Assert.Equal(24, bindings[0].Data.Length); // a Finished message of TLS 1.2 has 12 bytes
        Assert.Equal(Hex(endPoint.Data), bindings[1].Data);
    }

    [Fact]
    public async Task Peer_that_does_not_speak_TLS_must_fail_the_handshake()
    {
        using XmppChannel channel = await _server.ConnectAsync();
        Task<TlsFacts> securing = channel.SecureAsync(Terms, CancellationToken.None);
        await _server.SayAsync("<not-tls/>");
        await Assert.ThrowsAsync<IOException>(() => securing);
    }

    [Fact]
    public async Task Address_that_is_not_allowed_must_not_be_connected_to() =>
        await Assert.ThrowsAsync<EndPointNotAllowedException>(
            () => XmppChannel.ConnectAsync(
                "127.0.0.1", 1, XmlLimits.Default, endPoint => !IPAddress.IsLoopback(endPoint.Address), null, CancellationToken.None));

    private TlsTerms Terms => new(Domain) { Roots = [_server.Root] };

    private static string Hex(ImmutableArray<byte> data) => Convert.ToHexString(data.AsSpan());

    private async Task<(string Type, string Data)[]> BindingsAsync(X509Certificate2 certificate, SslProtocols protocol)
    {
        using XmppChannel channel = await _server.ConnectAsync();
        (_, TlsFacts facts) = await SecureAsync(channel, certificate, Terms, protocol);
        return [.. facts.Bindings.Select(binding => (binding.Type, Hex(binding.Data)))];
    }

    private async Task<(SslStream Server, TlsFacts Facts)> SecureAsync(
        XmppChannel channel, X509Certificate2 certificate, TlsTerms terms, SslProtocols protocol = SslProtocols.None, bool wantsClient = false)
    {
        Task<SslStream> serving = _server.SecureAsync(certificate, protocol, wantsClient);
        TlsFacts facts = await channel.SecureAsync(terms, CancellationToken.None);
        return (await serving, facts);
    }

    private async Task<CertificateRefusedException> RefusedAsync(X509Certificate2 certificate, TlsTerms terms)
    {
        using X509Certificate2 owned = certificate;
        using XmppChannel channel = await _server.ConnectAsync();
        Task<SslStream> serving = _server.SecureAsync(certificate);
        CertificateRefusedException refused = await Assert.ThrowsAsync<CertificateRefusedException>(() => channel.SecureAsync(terms, CancellationToken.None));
        _server.Hang();
        await Assert.ThrowsAnyAsync<Exception>(() => ReadOnAsync(serving));
        return refused;
    }

    /// <summary>In TLS 1.3 the server is notified of the refusal when it reads.</summary>
    private static async Task ReadOnAsync(Task<SslStream> serving) => await (await serving).ReadExactlyAsync(new byte[1]);
}
