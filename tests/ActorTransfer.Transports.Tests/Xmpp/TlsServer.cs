using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using ActorTransfer.Protocol.Xml;
using ActorTransfer.Transports.Xmpp;

namespace ActorTransfer.Transports.Tests.Xmpp;

/// <summary>The server of a channel test, and the certificates of both ends.</summary>
internal sealed class TlsServer : IDisposable
{
    private static readonly byte[] s_serial = [0x17, 2];

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly ECDsa _rootKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private Socket? _socket;

    public TlsServer()
    {
        CertificateRequest request = new("CN=authority of a test", _rootKey, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        Root = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-9), DateTimeOffset.UtcNow.AddDays(9));
        _listener.Start();
    }

    public X509Certificate2 Root { get; }

    public Stream Stream { get; private set; } = Stream.Null;

    public string Sha256Of(X509Certificate2 certificate) => Convert.ToHexString(SHA256.HashData(certificate.RawData));

    /// <summary>A certificate of the test's authority.</summary>
    public X509Certificate2 Issue(string name, int fromDay = -1, int toDay = 1) => Issue(name, TestNames.Dns(name), fromDay, toDay);

    /// <summary>A certificate without an authority.</summary>
    public static X509Certificate2 IssueSelfSigned(string name)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new("CN=" + name, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(TestNames.Dns(name));
        using X509Certificate2 whole = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        return X509CertificateLoader.LoadPkcs12(whole.Export(X509ContentType.Pkcs12), null);
    }

    /// <summary>A certificate of the test's authority for clients only.</summary>
    public static X509Certificate2 WithoutServerUse(TlsServer server, string name)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new("CN=" + name, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(TestNames.Dns(name));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.2")], critical: true));
        using X509Certificate2 bare = request.Create(server.Root, DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1), s_serial);
        using X509Certificate2 whole = bare.CopyWithPrivateKey(key);
        return X509CertificateLoader.LoadPkcs12(whole.Export(X509ContentType.Pkcs12), null);
    }

    /// <summary>A certificate of the test's authority with these names; null = without an extension for names.</summary>
    public X509Certificate2 Issue(string subject, X509Extension? names, int fromDay = -1, int toDay = 1)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new("CN=" + subject, key, HashAlgorithmName.SHA256);
        if (names is not null)
        {
            request.CertificateExtensions.Add(names);
        }

        using X509Certificate2 bare = request.Create(Root, DateTimeOffset.UtcNow.AddDays(fromDay), DateTimeOffset.UtcNow.AddDays(toDay), s_serial);
        using X509Certificate2 whole = bare.CopyWithPrivateKey(key);
        return X509CertificateLoader.LoadPkcs12(whole.Export(X509ContentType.Pkcs12), null);
    }

    public async Task<XmppChannel> ConnectAsync()
    {
        Task<Socket> accepting = _listener.AcceptSocketAsync();
        XmppChannel channel = await XmppChannel.ConnectAsync(
            "127.0.0.1", ((IPEndPoint)_listener.LocalEndpoint).Port, XmlLimits.Default, null, null, CancellationToken.None);
        _socket = await accepting;
        Stream = new NetworkStream(_socket, ownsSocket: false);
        return channel;
    }

    public async Task<SslStream> SecureAsync(X509Certificate2 certificate, SslProtocols protocol = SslProtocols.None, bool wantsClient = false)
    {
        SslStream tls = new(Stream);
        Stream = tls;
        await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions
        {
            ServerCertificate = certificate,
            EnabledSslProtocols = protocol,
            ClientCertificateRequired = wantsClient,
            RemoteCertificateValidationCallback = (_, _, _, _) => true,
            ApplicationProtocols = [new SslApplicationProtocol("xmpp-client")],
        });
        return tls;
    }

    public Task SayAsync(string text) => SayAsync(Encoding.UTF8.GetBytes(text));

    public Task SayAsync(byte[] bytes) => Stream.WriteAsync(bytes).AsTask();

    public async Task<string> HearAsync()
    {
        byte[] buffer = new byte[1000];
        return Encoding.UTF8.GetString(buffer, 0, await Stream.ReadAsync(buffer));
    }

    /// <summary>Ends the connection.</summary>
    public void Hang() => _socket!.Close();

    public void Dispose()
    {
        _listener.Stop();
        Stream.Dispose();
        _socket?.Dispose();
        Root.Dispose();
        _rootKey.Dispose();
    }
}
