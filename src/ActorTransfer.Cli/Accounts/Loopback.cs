using System.Net;
using System.Net.Sockets;
using ActorTransfer.Cli.Reports;

namespace ActorTransfer.Cli.Accounts;

/// <summary>Keeps plaintext logins on this machine.</summary>
internal static class Loopback
{
    /// <param name="host">The server's host, or the account's domain.</param>
    /// <param name="isServer">False: SRV records may name another host than the domain, and the engine has the last word.</param>
    /// <param name="ct">Ends the look-up.</param>
    /// <exception cref="CommandException">The host is elsewhere.</exception>
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
            throw Failures.Usage($"--tls off is for loopback servers, and {host} cannot be resolved: name one with --host, for example 127.0.0.1", failure);
        }

        if (!Array.TrueForAll(addresses, IPAddress.IsLoopback))
        {
            throw Failures.Usage($"--tls off would show the password to the network on the way to {host}; it is for loopback servers only: use --tls required");
        }
    }
}
