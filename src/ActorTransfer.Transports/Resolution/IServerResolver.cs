using System.Net;
using System.Net.Sockets;
using ActorTransfer.Protocol.Resolution;

namespace ActorTransfer.Transports.Resolution;

/// <summary>Resolves servers by DNS. Thread-safe.</summary>
internal interface IServerResolver
{
    /// <summary>Looks up SRV records. Failures are results, too, including a timeout bounded by the resolver.</summary>
    /// <param name="name">For example <c>_xmpp-client._tcp.example.org</c>, in ASCII.</param>
    /// <param name="ct">Cancels the lookup.</param>
    /// <exception cref="OperationCanceledException">By <paramref name="ct"/>.</exception>
    Task<SrvAnswer> LookUpAsync(string name, CancellationToken ct);

    /// <summary>Looks up the addresses of a host.</summary>
    /// <param name="host">In ASCII; not an IP address.</param>
    /// <param name="ct">Cancels the lookup.</param>
    /// <exception cref="SocketException">There are none.</exception>
    /// <exception cref="OperationCanceledException">By <paramref name="ct"/>.</exception>
    Task<IPAddress[]> GetAddressesAsync(string host, CancellationToken ct);
}

/// <summary>Searches with an <see cref="IServerResolver"/>.</summary>
internal static class ServerResolvers
{
    /// <summary>Looks up both kinds of a domain's servers concurrently.</summary>
    /// <param name="resolver">The resolver.</param>
    /// <param name="domain">In ASCII.</param>
    /// <param name="startTls">Look up servers with STARTTLS or without TLS.</param>
    /// <param name="directTls">Look up servers with direct TLS.</param>
    /// <param name="ct">Cancels the search.</param>
    /// <exception cref="OperationCanceledException">By <paramref name="ct"/>.</exception>
    public static async Task<ServerSearch> FindAsync(this IServerResolver resolver, string domain, bool startTls, bool directTls, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(resolver);
        var clear = LookUpAsync(startTls, ServerSearch.StartTlsService);
        var direct = LookUpAsync(directTls, ServerSearch.DirectTlsService);
        await Task.WhenAll(clear, direct);
        return new ServerSearch(domain, await clear, await direct);

        async Task<SrvAnswer?> LookUpAsync(bool isWanted, string service) => isWanted ? await resolver.LookUpAsync(service + domain, ct) : null;
    }
}
