using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using ActorTransfer.Transports.Sockets;

namespace ActorTransfer.Transports.Http;

/// <summary>Makes the HTTP clients of uploads and downloads.</summary>
internal static class HttpClients
{
    /// <summary>
    /// A client that follows no redirect, keeps no cookies and uses no HTTP proxy. It verifies TLS, and connects without TLS to loopback addresses only. The
    /// caller disposes it.
    /// </summary>
    /// <param name="roots">Trusted roots instead of the machine's; null = the machine's.</param>
    /// <param name="connectTimeout">Name resolution, TCP and TLS.</param>
    /// <param name="allowed">Called for each resolved address; the connection goes to exactly that address. Null allows all.</param>
    public static HttpClient Create(X509Certificate2Collection? roots, TimeSpan connectTimeout, Func<IPEndPoint, bool>? allowed = null)
    {
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            ConnectCallback = (context, ct) => ConnectAsync(context, allowed, ct),
            ConnectTimeout = connectTimeout,
            UseCookies = false,
            UseProxy = false,
        };
        if (roots is not null)
        {
            handler.SslOptions.CertificateChainPolicy = TrustedRoots.Policy(roots);
        }

        return new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
    }

    private static async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, Func<IPEndPoint, bool>? allowed, CancellationToken ct)
    {
        var isPlain = context.InitialRequestMessage.RequestUri!.Scheme == Uri.UriSchemeHttp;
        bool Allows(IPEndPoint endPoint) => (!isPlain || IPAddress.IsLoopback(endPoint.Address)) && (allowed is null || allowed(endPoint));
        var (host, port) = (context.DnsEndPoint.Host, context.DnsEndPoint.Port);
        return new NetworkStream(await TcpConnector.ConnectSocketAsync(host, port, Allows, resolver: null, ct).ConfigureAwait(false), ownsSocket: true);
    }
}
