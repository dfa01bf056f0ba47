using System.Net;
using System.Net.Sockets;
using ActorTransfer.Protocol.Bytestreams;
using ActorTransfer.Protocol.Socks5;

namespace ActorTransfer.Transports.Sockets;

/// <summary>
/// A connection that asked for a hash and waits for the answer. Exactly one of <see cref="Grant"/> and <see cref="Refuse"/> takes
/// effect, the first; <see cref="Dispose"/> of a forgotten arrival refuses.
/// </summary>
public sealed class Socks5Arrival : IDisposable
{
    private readonly Socket _socket;
    private readonly Socks5ServerHandshake _handshake;
    private readonly int _chunkSize;
    private int _answered;

    internal Socks5Arrival(Socket socket, Socks5ServerHandshake handshake, DestinationAddress address, int chunkSize)
    {
        _socket = socket;
        _handshake = handshake;
        _chunkSize = chunkSize;
        Address = address;
        RemoteEndPoint = SocketTuning.RemoteEndPointOf(socket) ?? new IPEndPoint(IPAddress.None, 0);
        var local = (socket.LocalEndPoint as IPEndPoint)?.Address ?? IPAddress.None;
        LocalAddress = local.IsIPv4MappedToIPv6 ? local.MapToIPv4() : local;
    }

    /// <summary>The hash that the client asks for.</summary>
    public DestinationAddress Address { get; }

    /// <summary>Where the client is.</summary>
    public EndPoint RemoteEndPoint { get; }

    /// <summary>Which of this side's addresses it was that the client connected to.</summary>
    public IPAddress LocalAddress { get; }

    /// <summary>The client has closed, by a reset or regularly, and sent nothing that waits here.</summary>
    public bool HasLeft
    {
        get
        {
            try
            {
                return _socket.Poll(0, SelectMode.SelectRead) && _socket.Available == 0;
            }
            catch (Exception gone) when (gone is SocketException or ObjectDisposedException)
            {
                return true;
            }
        }
    }

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

        SocketLink link = new(_socket, _handshake.Early, _chunkSize);
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

        SocketTuning.Tune(_socket);
        TryReply(code);
        _socket.Dispose();
    }

    /// <summary>Refuses when nobody has answered.</summary>
    public void Dispose() => Refuse(Socks5Reply.NotAllowed);

    /// <summary>A reply always fits into the send buffer of a fresh connection: one non-blocking send writes it whole, or the client is gone.</summary>
    private bool TryReply(Socks5Reply code)
    {
        byte[] reply = _handshake.Reply(code);
        try
        {
            return _socket.Send(reply, SocketFlags.None, out SocketError error) == reply.Length && error == SocketError.Success;
        }
        catch (ObjectDisposedException)
        {
            return false;
        }
    }
}
