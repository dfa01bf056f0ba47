using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using ActorTransfer.Transports.Sockets;

namespace ActorTransfer.Transports.Http;

/// <summary>Makes the HTTP clients of uploads.</summary>
internal static class HttpClients
{
    /// <summary>
    /// A client that follows no redirect, keeps no cookies and uses no HTTP proxy. It verifies TLS, and connects without TLS to loopback addresses only. The
    /// caller disposes it.
    /// </summary>
    /// <param name="roots">Trusted roots instead of the machine's; null = the machine's.</param>
    /// <param name="connectTimeout">Name resolution, TCP and TLS.</param>
    public static HttpClient Create(X509Certificate2Collection? roots, TimeSpan connectTimeout)
    {
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            ConnectCallback = ConnectAsync,
            ConnectTimeout = connectTimeout,
            UseCookies = false,
            UseProxy = false,
        };
        if (roots is not null)
        {
            var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
            policy.CustomTrustStore.AddRange(roots);
            handler.SslOptions.CertificateChainPolicy = policy;
        }

        return new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
    }

    private static async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken ct)
    {
        var isPlain = context.InitialRequestMessage.RequestUri!.Scheme == Uri.UriSchemeHttp;
        Func<IPEndPoint, bool>? allowed = isPlain ? endPoint => IPAddress.IsLoopback(endPoint.Address) : null;
        var (host, port) = (context.DnsEndPoint.Host, context.DnsEndPoint.Port);
        return new NetworkStream(await TcpConnector.ConnectSocketAsync(host, port, allowed, resolver: null, ct).ConfigureAwait(false), ownsSocket: true);
    }
}
