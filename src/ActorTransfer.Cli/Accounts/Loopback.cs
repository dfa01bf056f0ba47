using System.Net;
using System.Net.Sockets;
using ActorTransfer.Cli.Reports;

namespace ActorTransfer.Cli.Accounts;

/// <summary>Keeps plaintext logins on this machine.</summary>
internal static class Loopback
{
    /// <param name="host">The server's host, or the account's domain.</param>
    /// <param name="isServer">False: SRV records may name another host than the domain; the engine checks that.</param>
    /// <param name="ct">Cancels the lookup.</param>
    /// <exception cref="CommandException">The host is another machine.</exception>
    public static async Task RequireAsync(string host, bool isServer, CancellationToken ct)
    {
        IPAddress[] addresses;
        try
        {
            addresses = IPAddress.TryParse(host, out var literal) ? [literal] : await Dns.GetHostAddressesAsync(host, ct);
        }
        catch (SocketException) when (!isServer)
        {
            return;
        }
        catch (SocketException failure)
        {
            throw Failures.Usage($"--tls off is for loopback servers only and {host} cannot be resolved; set --host, for example to 127.0.0.1", failure);
        }

        if (!Array.TrueForAll(addresses, IPAddress.IsLoopback))
        {
            throw Failures.Usage($"--tls off would send the password to {host} unencrypted; it is for loopback servers only: use --tls required");
        }
    }
}
