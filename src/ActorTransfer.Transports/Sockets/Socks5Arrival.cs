using System.Net;
using System.Net.Sockets;
using ActorTransfer.Extensibility;
using ActorTransfer.Protocol.Socks5;

namespace ActorTransfer.Transports.Sockets;

/// <summary>
/// A connection with a pending SOCKS5 request. Only the first call of <see cref="Grant"/> or <see cref="Refuse"/> takes effect; <see
/// cref="Dispose"/> of a pending arrival refuses it.
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

    /// <summary>The requested hash.</summary>
    public DestinationAddress Address { get; }

    /// <summary>The address of the client.</summary>
    public EndPoint RemoteEndPoint { get; }

    /// <summary>The local address of the connection.</summary>
    public IPAddress LocalAddress => _channel.LocalAddress;

    /// <summary>The client has closed, by a reset or regularly, and no bytes wait to be read.</summary>
    public bool HasLeft => _channel.HasEnded() ?? false;

    /// <summary>
    /// Replies "succeeded" in one write and returns the link, which the caller disposes. When the client has closed meanwhile, the link
    /// fails with <see cref="ByteLinkFault.PeerReset"/>. Nothing is read here: bytes of the client wait in the kernel.
    /// </summary>
    /// <exception cref="InvalidOperationException">The request has a reply already.</exception>
    public IByteLink Grant()
    {
        if (Interlocked.Exchange(ref _answered, 1) != 0)
        {
            throw new InvalidOperationException("This arrival is already granted or refused.");
        }

        _listener.Answered(this);

        SocketLink link = new(_channel, _handshake.Early, _chunkSize);
        if (!TryReply(Socks5Reply.Succeeded))
        {
            link.CloseAs(ByteLinkFault.PeerReset);
        }

        return link;
    }

    /// <summary>Replies with the code and closes. No effect when there is a reply already.</summary>
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

    /// <summary>Refuses if there is no reply yet.</summary>
    public void Dispose() => Refuse(Socks5Reply.NotAllowed);

    /// <summary>A reply always fits into the empty send buffer: one non-blocking send writes it completely, or the client has closed.</summary>
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
