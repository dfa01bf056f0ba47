using System.Net.Sockets;
using ActorTransfer.Protocol.Socks5;

namespace ActorTransfer.Transports.Sockets.Linux;

/// <summary>A connection in handshake. Proceeds on the thread of the reading poller.</summary>
internal sealed class LinuxHandshake : IReadiness
{
    private const int ReadSize = 512;

    private readonly LinuxSocks5Listener _listener;
    private readonly Socks5ServerHandshake _steps = new();

    public LinuxHandshake(LinuxSocks5Listener listener, LinuxChannel channel, long beganAt)
    {
        _listener = listener;
        Channel = channel;
        BeganAt = beganAt;
        Place = new LinkedListNode<LinuxHandshake>(this);
    }

    public LinuxChannel Channel { get; }

    public long BeganAt { get; }

    public LinkedListNode<LinuxHandshake> Place { get; }

    /// <summary>The handshake failed.</summary>
    public bool HasFailed { get; private set; }

    public void OnReady() => _listener.Proceed(this);

    /// <summary>Continues as far as the received bytes permit. Null: it waits for more, or has ended.</summary>
    public Socks5Arrival? Advance()
    {
        Span<byte> buffer = stackalloc byte[ReadSize];
        int received = 0;
        while (true)
        {
            switch (_steps.Offer(buffer[..received]))
            {
                case Socks5ServerStep.Request request:
                    return new Socks5Arrival(_listener, Channel, _steps, request.Address, _listener.Options.ChunkSize);
                case Socks5ServerStep.Close close:
                    Channel.Send(close.Farewell.Span, out _);
                    HasFailed = true;
                    return null;
                case Socks5ServerStep.Write write:
                    HasFailed = Channel.Send(write.Bytes.Span, out _) != write.Bytes.Length;
                    received = 0;
                    break;
                default:
                    received = Channel.Receive(buffer, out SocketError error);
                    HasFailed = received == 0 && error != SocketError.WouldBlock;
                    if (error == SocketError.WouldBlock)
                    {
                        Channel.WaitReadable(this);
                        return null;
                    }

                    break;
            }

            if (HasFailed)
            {
                return null;
            }
        }
    }
}
