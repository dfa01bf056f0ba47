using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading.Channels;
using ActorTransfer.Extensibility;
using ActorTransfer.Testing.Links;
using ActorTransfer.Transports.Sockets;
using ActorTransfer.Transports.Sockets.Linux;

namespace ActorTransfer.Transports.Tests.Sockets;

/// <summary>Set-up and helpers of the tests of SOCKS5 listeners and connectors.</summary>
public abstract class Socks5Test(bool bySystemCalls) : StreamTest
{
    private protected const string Hash = "c34ab601c693c7358f0888a101be2626b9b4d658";
    private protected static readonly TimeSpan s_deadline = TimeSpan.FromSeconds(10);
    private protected readonly Channel<Socks5Arrival> _arrivals = Channel.CreateBounded<Socks5Arrival>(1000);

    private protected static DestinationAddress Address => DestinationAddress.TryParse(Hash, out DestinationAddress address)
        ? address
        : throw new InvalidOperationException();

    private protected static byte[] Request => [5, 1, 0, 3, 40, .. Encoding.ASCII.GetBytes(Hash), 0, 0];

    private protected static byte[] Reply(byte code) => [5, code, 0, 3, 40, .. Encoding.ASCII.GetBytes(Hash), 0, 0];

    /// <summary>The peer of a closed socket sees its end, or a reset when it contained unread bytes.</summary>
    private protected static async Task AssertClosedAsync(Socket peer)
    {
        try
        {
            await peer.ReadToEndAsync().Soon();
        }
        catch (SocketException reset)
        {
            Assert.Equal(SocketError.ConnectionReset, reset.SocketErrorCode);
        }
    }

    private protected static async Task<Socket> ConnectRawAsync(Socks5Listener listener)
    {
        Socket client = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await client.ConnectAsync(listener.LocalEndPoint);
            return client;
        }
        catch
        {
            client.Dispose();
            throw;
        }
    }

    private protected static Task<IByteLink> ConnectAsync(IPEndPoint endPoint) =>
        Socks5Connector.ConnectAsync("127.0.0.1", endPoint.Port, Address, CancellationToken.None);

    private protected bool IsBySystemCalls => bySystemCalls && Libc.IsSupported;

    private protected static Socks5ListenerOptions Options(
        IPAddress? address = null, int maxHandshakes = 100, int backlog = 128, TimeProvider? time = null, int port = 0) =>
        new(new IPEndPoint(address ?? IPAddress.Loopback, port), s_deadline, maxHandshakes, backlog)
        {
            Clock = time ?? TimeProvider.System,
        };

    private protected Socks5Listener Listen(IPAddress? address = null, int maxHandshakes = 100, int backlog = 128, TimeProvider? time = null, int port = 0) =>
        Socks5Listener.Start(Options(address, maxHandshakes, backlog, time, port), arrival => _arrivals.Writer.TryWrite(arrival), IsBySystemCalls);

    private protected async Task<Socks5Arrival> ArrivalAsync() => await _arrivals.Reader.ReadAsync().AsTask().Soon();
}
