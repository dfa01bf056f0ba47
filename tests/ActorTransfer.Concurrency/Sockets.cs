using System.Net;
using System.Net.Sockets;
using ActorTransfer.Transports.Sockets;
using ActorTransfer.Transports.Sockets.Linux;
using Microsoft.Coyote.Specifications;

namespace ActorTransfer.Concurrency;

/// <summary>Connected sockets on which nothing arrives: the thread of the real poller, which Coyote does not control, stays asleep.</summary>
internal sealed class Sockets : IDisposable
{
    private readonly List<IDisposable> _open = [];

    public void Dispose()
    {
        foreach (var socket in _open)
        {
            socket.Dispose();
        }
    }

    public LinuxSocket Connect()
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(1);
        var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        client.Connect(listener.LocalEndPoint!);
        var peer = listener.Accept();
        client.Blocking = false;
        _open.Add(peer);
        var descriptor = (int)client.SafeHandle.DangerousGetHandle();
        client.SafeHandle.SetHandleAsInvalid(); // the descriptor has another owner from here on
        return new LinuxSocket(descriptor);
    }

    public LinuxChannel Channel() => new(Connect(), remote: null);

    public SocketLink Link(byte[]? early = null) => new(Channel(), early, chunkSize: 4096);
}

/// <summary>Counts its calls.</summary>
internal sealed class Calls : IReadiness
{
    private int _count;

    public int Count => _count;

    public void OnReady() => Interlocked.Increment(ref _count);

    public void MustBe(int count, string what) => Specification.Assert(_count == count, $"{what}: {_count} calls");
}
