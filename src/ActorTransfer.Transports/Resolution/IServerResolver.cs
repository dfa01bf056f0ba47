using System.Net;
using System.Net.Sockets;
using ActorTransfer.Protocol.Resolution;

namespace ActorTransfer.Transports.Resolution;

/// <summary>Asks DNS where servers are. May be used from any thread.</summary>
internal interface IServerResolver
{
    /// <summary>Looks SRV records up. Whatever goes wrong is an answer, and so is silence, after a time that the resolver bounds.</summary>
    /// <param name="name">For example <c>_xmpp-client._tcp.example.org</c>, in ASCII.</param>
    /// <param name="ct">Ends the look-up.</param>
    /// <exception cref="OperationCanceledException">By <paramref name="ct"/>.</exception>
    Task<SrvAnswer> LookUpAsync(string name, CancellationToken ct);

    /// <summary>Looks the addresses of a host up.</summary>
    /// <param name="host">In ASCII; not an address.</param>
    /// <param name="ct">Ends the look-up.</param>
    /// <exception cref="SocketException">It has none.</exception>
    /// <exception cref="OperationCanceledException">By <paramref name="ct"/>.</exception>
    Task<IPAddress[]> GetAddressesAsync(string host, CancellationToken ct);
}

/// <summary>Searches with an <see cref="IServerResolver"/>.</summary>
internal static class ServerResolvers
{
    /// <summary>Looks both kinds of a domain's servers up at the same time.</summary>
    /// <param name="resolver">Asks DNS.</param>
    /// <param name="domain">In ASCII.</param>
    /// <param name="startTls">Look for servers with STARTTLS or without TLS.</param>
    /// <param name="directTls">Look for servers that begin with TLS.</param>
    /// <param name="ct">Ends the search.</param>
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
