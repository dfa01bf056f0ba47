using System.Net;
using System.Net.Sockets;

namespace ActorTransfer.Transports.Sockets;

/// <summary>None of the addresses of a host may be connected to by policy.</summary>
public sealed class EndPointNotAllowedException : IOException
{
    /// <summary>The host has no allowed address.</summary>
    public EndPointNotAllowedException(string host, int port)
        : base($"{host}:{port} has no address that the policy allows to connect to.")
    {
    }
}

/// <summary>Opens plain TCP connections.</summary>
public static class TcpConnector
{
    /// <summary>Resolves, connects and hands over the link, which the caller disposes.</summary>
    /// <param name="host">A name or an address literal.</param>
    /// <param name="port">1 to 65535.</param>
    /// <param name="ct">Ends the attempt; the socket is closed.</param>
    /// <param name="allowed">
    /// Asked for each address after the name was resolved; the connection goes to the very address that was asked about, so a name
    /// that resolves differently a moment later gains nothing. Null allows all.
    /// </param>
    /// <param name="chunkSize">Bytes of a full chunk of the link.</param>
    /// <exception cref="SocketException">No address answers: the failure of the last one.</exception>
    /// <exception cref="EndPointNotAllowedException">Every address was refused by <paramref name="allowed"/>.</exception>
    /// <exception cref="OperationCanceledException">By <paramref name="ct"/>.</exception>
    public static async Task<IByteLink> ConnectAsync(
        string host, int port, CancellationToken ct, Func<IPEndPoint, bool>? allowed = null, int chunkSize = Chunk.DefaultSize) =>
        new SocketLink(await ConnectSocketAsync(host, port, allowed, ct), ReadOnlyMemory<byte>.Empty, chunkSize);

    internal static async Task<Socket> ConnectSocketAsync(string host, int port, Func<IPEndPoint, bool>? allowed, CancellationToken ct)
    {
        ArgumentException.ThrowIfNullOrEmpty(host);
        IPAddress[] addresses = IPAddress.TryParse(host, out IPAddress? literal) ? [literal] : await Dns.GetHostAddressesAsync(host, ct);
        SocketException? failure = null;
        bool tried = false;
        foreach (IPAddress address in addresses)
        {
            IPEndPoint endPoint = new(address, port);
            if (allowed is not null && !allowed(endPoint))
            {
                continue;
            }

            tried = true;
            try
            {
                return await ConnectSocketAsync(endPoint, ct);
            }
            catch (SocketException refused)
            {
                failure = refused;
            }
        }

        throw failure ?? (tried || addresses.Length == 0
            ? new SocketException((int)SocketError.HostNotFound)
            : (Exception)new EndPointNotAllowedException(host, port));
    }

    private static async Task<Socket> ConnectSocketAsync(IPEndPoint endPoint, CancellationToken ct)
    {
        Socket socket = new(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(endPoint, ct);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
