using System.Net;
using System.Net.Sockets;
using ActorTransfer.Cli.Reports;

namespace ActorTransfer.Cli.Accounts;

/// <summary>Keeps plaintext logins on this machine.</summary>
internal static class Loopback
{
    /// <exception cref="CommandException">The host is elsewhere.</exception>
    public static async Task RequireAsync(string host, CancellationToken ct)
    {
        IPAddress[] addresses;
        try
        {
            addresses = IPAddress.TryParse(host, out var literal) ? [literal] : await Dns.GetHostAddressesAsync(host, ct);
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
