using System.Net;
using System.Net.Sockets;

namespace ActorTransfer.Testing.Links;

/// <summary>
/// A loopback address where connection attempts get no response, as behind a firewall that drops packets: a listener that accepts nothing
/// and whose queue is full.
/// </summary>
public sealed class DeadEnd : IDisposable
{
    private const int Fillers = 8;

    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly List<Socket> _fillers = [];

    private DeadEnd()
    {
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen(0);
        EndPoint = (IPEndPoint)_listener.LocalEndPoint!;
    }

    public IPEndPoint EndPoint { get; }

    public static async Task<DeadEnd> CreateAsync()
    {
        DeadEnd end = new();
        using CancellationTokenSource full = new(TimeSpan.FromMilliseconds(100));
        await Task.WhenAll(Enumerable.Range(0, Fillers).Select(_ => end.FillAsync(full.Token)));
        return end;
    }

    public void Dispose()
    {
        _listener.Dispose();
        _fillers.ForEach(filler => filler.Dispose());
    }

    /// <summary>Some enter the queue; the others are abandoned.</summary>
    private async Task FillAsync(CancellationToken full)
    {
        Socket filler = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        _fillers.Add(filler);
        try
        {
            await filler.ConnectAsync(EndPoint, full);
        }
        catch (OperationCanceledException)
        {
            filler.Dispose();
        }
    }
}
