using System.Net;
using System.Net.Sockets;
using ActorTransfer.Transports.Resolution;
using ActorTransfer.Transports.Sockets.Linux;

namespace ActorTransfer.Transports.Sockets;

/// <summary>The policy allows none of the addresses of a host.</summary>
internal sealed class EndPointNotAllowedException : IOException
{
    /// <summary>The host has no allowed address.</summary>
    public EndPointNotAllowedException(string host, int port)
        : base($"{host}:{port} has no address that the policy allows.")
    {
    }
}

/// <summary>Opens plain TCP connections.</summary>
internal static class TcpConnector
{
    /// <summary>Only this many addresses of a name are tried: bounds the connection attempts that a peer can cause.</summary>
    private const int MaxAddresses = 4;

    /// <summary>Resolves and connects. The caller disposes the channel.</summary>
    /// <param name="host">A name or an address literal.</param>
    /// <param name="port">1 to 65535.</param>
    /// <param name="allowed">
    /// Called for each resolved address; the connection goes to exactly that address, so a name that resolves differently later has no
    /// effect. Null allows all.
    /// </param>
    /// <param name="ct">Cancels the attempt; the socket is closed.</param>
    /// <exception cref="SocketException">No address responds: the failure of the last one.</exception>
    /// <exception cref="EndPointNotAllowedException">Every address was refused by <paramref name="allowed"/>.</exception>
    /// <exception cref="OperationCanceledException">By <paramref name="ct"/>.</exception>
    internal static Task<SocketChannel> ConnectChannelAsync(string host, int port, Func<IPEndPoint, bool>? allowed, CancellationToken ct) =>
        ConnectAsync(host, port, allowed, Dns.GetHostAddressesAsync, OpenChannelAsync, ct);

    /// <summary>For TLS, which needs .NET's own socket, optionally with a resolver.</summary>
    internal static Task<Socket> ConnectSocketAsync(string host, int port, Func<IPEndPoint, bool>? allowed, IServerResolver? resolver, CancellationToken ct) =>
        ConnectAsync(host, port, allowed, resolver is null ? Dns.GetHostAddressesAsync : resolver.GetAddressesAsync, OpenSocketAsync, ct);

    private static async Task<T> ConnectAsync<T>(
        string host,
        int port,
        Func<IPEndPoint, bool>? allowed,
        Func<string, CancellationToken, Task<IPAddress[]>> resolve,
        Func<IPEndPoint, CancellationToken, Task<T>> open,
        CancellationToken ct)
        where T : IDisposable
    {
        ArgumentException.ThrowIfNullOrEmpty(host);
        if (IPAddress.TryParse(host, out IPAddress? literal))
        {
            IPEndPoint endPoint = new(literal, port);
            return allowed is null || allowed(endPoint) ? await open(endPoint, ct) : throw new EndPointNotAllowedException(host, port);
        }

        IPAddress[] addresses = await resolve(host, ct);
        if (addresses.Length == 0)
        {
            throw new SocketException((int)SocketError.HostNotFound);
        }

        IEnumerable<IPEndPoint> candidates = HappyEyeballs.Interleave(addresses).Select(address => new IPEndPoint(address, port));
        IPEndPoint[] endPoints = [.. candidates.Where(allowed ?? (_ => true)).Take(MaxAddresses)];
        return endPoints switch
        {
            [] => throw new EndPointNotAllowedException(host, port),
            [var only] => await open(only, ct),
            _ => await HappyEyeballs.ConnectAsync(endPoints, open, ct),
        };
    }

    internal static async Task<SocketChannel> OpenChannelAsync(IPEndPoint endPoint, CancellationToken ct) =>
        Libc.IsSupported ? await LinuxConnector.ConnectAsync(endPoint, ct) : new PortableChannel(await OpenSocketAsync(endPoint, ct));

    private static async Task<Socket> OpenSocketAsync(IPEndPoint endPoint, CancellationToken ct)
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
