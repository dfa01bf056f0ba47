using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using ActorTransfer.Cli.Reports;

namespace ActorTransfer.Cli.Proxy;

/// <summary>The addresses of <c>--listen</c>.</summary>
internal static class ListenAddresses
{
    /// <summary>Resolves the names, and checks that clients can connect to the announced addresses.</summary>
    /// <exception cref="FailureException">A name cannot be resolved, or an announced address is a wildcard.</exception>
    public static async Task<ImmutableArray<IPEndPoint>> ResolveAsync(ProxyRequest request, CancellationToken ct)
    {
        var found = ImmutableArray.CreateBuilder<IPEndPoint>();
        foreach (var at in request.Listen)
        {
            try
            {
                var addresses = IPAddress.TryParse(at.Host, out var literal) ? [literal] : await Dns.GetHostAddressesAsync(at.Host, ct);
                found.AddRange(addresses.Select(address => new IPEndPoint(address, at.Port)));
            }
            catch (SocketException failure)
            {
                throw Failures.Usage($"--listen {HostPort.Format(at)}: the name cannot be resolved: {failure.Message}", failure);
            }
        }

        IEnumerable<string> hosts = request.Public.IsEmpty ? found.Select(at => at.Address.ToString()) : request.Public.Select(at => at.Host);
        return hosts.Any(IsWildcard)
            ? throw Failures.Usage("clients cannot connect to 0.0.0.0 or [::]; set --public HOST:PORT")
            : found.ToImmutable();
    }

    private static bool IsWildcard(string host) =>
        IPAddress.TryParse(host, out var address) && (address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any));
}
