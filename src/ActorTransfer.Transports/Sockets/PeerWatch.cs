using System.Net.Sockets;

namespace ActorTransfer.Transports.Sockets;

/// <summary>How the peer ended its side of a link.</summary>
internal enum PeerEnd
{
    Closed,
    Reset,
}

/// <summary>
/// Reads the link of a party that only sends, to notice the peer's end: waits without a buffer, drops what arrives. A step drops a
/// bounded amount, so a peer that floods does not occupy the stage.
/// </summary>
internal sealed class PeerWatch(SocketLink link, Action readable)
{
    private const int ReadsPerStep = 16;

    /// <summary>Written by many and read by none: it takes what is dropped, of every link.</summary>
    private static readonly byte[] s_dropped = GC.AllocateUninitializedArray<byte>(16 * 1024, pinned: true);

    private readonly SocketOperation _wait = link.Channel.Operation(readable);

    /// <summary>Null while the peer has not ended.</summary>
    public PeerEnd? End { get; private set; }

    /// <summary>Drops what is there. Null: <c>readable</c> will be called when there is more to see.</summary>
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

                Heed();
                if (End is not null)
                {
                    return End;
                }
            }
            else if (error != SocketError.Success)
            {
                return End = PeerEnd.Reset;
            }
            else if (count == 0)
            {
                return End = link.WasReset ? PeerEnd.Reset : PeerEnd.Closed;
            }
        }

        readable();
        return null;
    }

    /// <summary>The stage has heard of the completion. An error shows here and nowhere else: the kernel tells it once.</summary>
    public void Heed()
    {
        _wait.Finish(out _);
        if (_wait.Error != SocketError.Success)
        {
            End = PeerEnd.Reset;
        }
    }

    /// <summary>The stage ends.</summary>
    public void Abandon() => _wait.Abandon();
}
