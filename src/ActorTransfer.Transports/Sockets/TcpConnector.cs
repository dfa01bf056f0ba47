using System.Net;
using System.Net.Sockets;
using ActorTransfer.Extensibility;
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

    private static readonly TimeSpan s_stagger = TimeSpan.FromMilliseconds(200);

    /// <summary>Resolves, connects and returns the link, which the caller disposes.</summary>
    /// <param name="host">A name or an address literal.</param>
    /// <param name="port">1 to 65535.</param>
    /// <param name="ct">Cancels the attempt; the socket is closed.</param>
    /// <param name="allowed">
    /// Called for each resolved address; the connection goes to exactly that address, so a name that resolves differently later has no
    /// effect. Null allows all.
    /// </param>
    /// <param name="chunkSize">Bytes of a full chunk of the link.</param>
    /// <exception cref="SocketException">No address responds: the failure of the last one.</exception>
    /// <exception cref="EndPointNotAllowedException">Every address was refused by <paramref name="allowed"/>.</exception>
    /// <exception cref="OperationCanceledException">By <paramref name="ct"/>.</exception>
    public static async Task<IByteLink> ConnectAsync(
        string host, int port, CancellationToken ct, Func<IPEndPoint, bool>? allowed = null, int chunkSize = Chunk.DefaultSize) =>
        new SocketLink(await ConnectChannelAsync(host, port, allowed, ct), ReadOnlyMemory<byte>.Empty, chunkSize);

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
        IPAddress[] addresses = IPAddress.TryParse(host, out IPAddress? literal) ? [literal] : await resolve(host, ct);
        if (addresses.Length == 0)
        {
            throw new SocketException((int)SocketError.HostNotFound);
        }

        IPEndPoint[] endPoints = [.. Interleave(addresses).Select(address => new IPEndPoint(address, port)).Where(allowed ?? (_ => true)).Take(MaxAddresses)];
        return endPoints switch
        {
            [] => throw new EndPointNotAllowedException(host, port),
            [var only] => await open(only, ct),
            _ => await ConnectAnyAsync(endPoints, open, ct),
        };
    }

    /// <summary>
    /// Connects to the first address that responds: one after the other, the next one when the previous one failed or is silent for a
    /// moment (RFC 8305 §5), so that an unreachable address family does not use up the time of the other.
    /// </summary>
    internal static async Task<T> ConnectAnyAsync<T>(
        IEnumerable<IPEndPoint> endPoints, Func<IPEndPoint, CancellationToken, Task<T>> open, CancellationToken ct)
        where T : IDisposable
    {
        CancellationTokenSource losers = CancellationTokenSource.CreateLinkedTokenSource(ct);
        Queue<IPEndPoint> waiting = new(endPoints);
        List<Task<T>> running = [];
        try
        {
            while (true)
            {
                if (waiting.TryDequeue(out IPEndPoint? next))
                {
                    running.Add(open(next, losers.Token));
                }

                Task<T>? done = await FirstAsync(running, waiting.Count > 0 ? s_stagger : Timeout.InfiniteTimeSpan, ct);
                if (done is null)
                {
                    continue;
                }

                running.Remove(done);
                if (done.IsCompletedSuccessfully || (running.Count == 0 && waiting.Count == 0))
                {
                    return await done;
                }
            }
        }
        finally
        {
            _ = EndAsync(running, losers);
        }
    }

    private static async Task<Task<T>?> FirstAsync<T>(List<Task<T>> running, TimeSpan timeout, CancellationToken ct)
    {
        try
        {
            return await Task.WhenAny(running).WaitAsync(timeout, ct);
        }
        catch (TimeoutException)
        {
            return null;
        }
    }

    /// <summary>Never fails: losing attempts may connect late, or fail.</summary>
    private static async Task EndAsync<T>(List<Task<T>> running, CancellationTokenSource losers)
        where T : IDisposable
    {
        await losers.CancelAsync();
        foreach (Task<T> loser in running)
        {
            await ((Task)loser).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (loser.IsCompletedSuccessfully)
            {
                (await loser).Dispose();
            }
        }

        losers.Dispose();
    }

    /// <summary>The families in alternation, starting with the one that the resolver returns first (RFC 8305 §4).</summary>
    private static IEnumerable<IPAddress> Interleave(IPAddress[] addresses)
    {
        AddressFamily first = addresses[0].AddressFamily;
        IPAddress[] preferred = [.. addresses.Where(address => address.AddressFamily == first)];
        IPAddress[] others = [.. addresses.Where(address => address.AddressFamily != first)];
        return Enumerable.Range(0, Math.Max(preferred.Length, others.Length))
            .SelectMany(index => preferred.Skip(index).Take(1).Concat(others.Skip(index).Take(1)));
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
