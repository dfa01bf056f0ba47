using System.Net.Sockets;
using ActorTransfer.Extensibility;

namespace ActorTransfer.Transports.Sockets;

/// <summary>How the peer ended its side of a link.</summary>
internal enum PeerEnd
{
    Closed,
    Reset,
}

/// <summary>
/// Reads the link of a side that only sends, to detect the peer's end: waits without a buffer, drops received bytes. A step drops a bounded
/// amount, so a flooding peer does not occupy the stage. A reset after the peer's FIN is a close: a socket closed with bytes in flight
/// sends both, and timing decides which is seen.
/// </summary>
internal sealed class PeerWatch(SocketLink link, Action readable)
{
    private const int ReadsPerStep = 16;

    /// <summary>Written by many and read by none: receives the dropped bytes of all links.</summary>
    private static readonly byte[] s_dropped = GC.AllocateUninitializedArray<byte>(16 * 1024, pinned: true);

    private readonly SocketOperation _wait = link.Channel.Operation(readable);

    /// <summary>Null while the peer has not ended.</summary>
    public PeerEnd? End { get; private set; }

    /// <summary>Drops the received bytes. Null: <c>readable</c> will be called for the next ones.</summary>
    public PeerEnd? DrainOrWait()
    {
        if (End is not null)
        {
            return End;
        }

        for (int read = 0; read < ReadsPerStep; read++)
        {
            int count = link.Channel.Receive(s_dropped, out SocketError error);
            if (error == SocketError.WouldBlock)
            {
                if (_wait.WaitReadable())
                {
                    return null;
                }

                CompleteWait();
                if (End is not null)
                {
                    return End;
                }
            }
            else if (error != SocketError.Success)
            {
                return End = EndOf(error);
            }
            else if (count == 0)
            {
                // .NET may have reported a reset to a call whose completion is still pending: there the reset counts.
                return End = link.Channel is PortableChannel && link.WasReset ? PeerEnd.Reset : PeerEnd.Closed;
            }
        }

        readable();
        return null;
    }

    /// <summary>The stage received the completion. An error must be handled here: the kernel reports it only once.</summary>
    public void CompleteWait()
    {
        _wait.Finish(out _);
        if (_wait.Error != SocketError.Success)
        {
            End = EndOf(_wait.Error);
        }
    }

    /// <summary>The stage ends.</summary>
    public void Abandon() => _wait.Abandon();

    private static PeerEnd EndOf(SocketError error) =>
        SocketErrors.Of(error).Fault == ByteLinkFault.PeerClosedEarly ? PeerEnd.Closed : PeerEnd.Reset;
}
