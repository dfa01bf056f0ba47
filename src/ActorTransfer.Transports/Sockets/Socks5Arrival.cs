using System.Net;
using System.Net.Sockets;
using ActorTransfer.Extensibility;
using ActorTransfer.Protocol.Socks5;

namespace ActorTransfer.Transports.Sockets;

/// <summary>
/// A connection that asked for a hash and waits for the answer. Exactly one of <see cref="Grant"/> and <see cref="Refuse"/> takes
/// effect, the first; <see cref="Dispose"/> of a forgotten arrival refuses.
/// </summary>
internal sealed class Socks5Arrival : IDisposable
{
    private readonly Socks5Listener _listener;
    private readonly SocketChannel _channel;
    private readonly Socks5ServerHandshake _handshake;
    private readonly int _chunkSize;
    private int _answered;

    internal Socks5Arrival(
        Socks5Listener listener, SocketChannel channel, Socks5ServerHandshake handshake, DestinationAddress address, int chunkSize)
    {
        _listener = listener;
        _channel = channel;
        _handshake = handshake;
        _chunkSize = chunkSize;
        Address = address;
        RemoteEndPoint = channel.RemoteEndPoint ?? new IPEndPoint(IPAddress.None, 0);
    }

    /// <summary>The hash that the client asks for.</summary>
    public DestinationAddress Address { get; }

    /// <summary>Where the client is.</summary>
    public EndPoint RemoteEndPoint { get; }

    /// <summary>Which of this side's addresses it was that the client connected to.</summary>
    public IPAddress LocalAddress => _channel.LocalAddress;

    /// <summary>The client has closed, by a reset or regularly, and sent nothing that waits here.</summary>
    public bool HasLeft => _channel.HasEnded() ?? false;

    /// <summary>
    /// Answers "succeeded" in one write and hands over the link, which the caller disposes. When the client has gone meanwhile the
    /// link fails with <see cref="ByteLinkFault.PeerReset"/>. Nothing is read here: what the client sends waits in the kernel.
    /// </summary>
    /// <exception cref="InvalidOperationException">The arrival is answered already.</exception>
    public IByteLink Grant()
    {
        if (Interlocked.Exchange(ref _answered, 1) != 0)
        {
            throw new InvalidOperationException("This arrival is granted or refused already.");
        }

        _listener.Answered(this);

        SocketLink link = new(_channel, _handshake.Early, _chunkSize);
        if (!TryReply(Socks5Reply.Succeeded))
        {
            link.Break(ByteLinkFault.PeerReset);
        }

        return link;
    }

    /// <summary>Answers with the code and closes. Without effect when the arrival is answered already.</summary>
    public void Refuse(Socks5Reply code)
    {
        if (Interlocked.Exchange(ref _answered, 1) != 0)
        {
            return;
        }

        _listener.Answered(this);
        TryReply(code);
        _channel.Close();
    }

    /// <summary>Refuses when nobody has answered.</summary>
    public void Dispose() => Refuse(Socks5Reply.NotAllowed);

    /// <summary>A reply always fits into the send buffer of a fresh connection: one non-blocking send writes it whole, or the client is gone.</summary>
    private bool TryReply(Socks5Reply code)
    {
        byte[] reply = _handshake.Reply(code);
        try
        {
            return _channel.Send(reply, out SocketError error) == reply.Length && error == SocketError.Success;
        }
        catch (ObjectDisposedException)
        {
            return false;
        }
    }
}
