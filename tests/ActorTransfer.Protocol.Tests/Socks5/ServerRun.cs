using ActorTransfer.Protocol.Socks5;

namespace ActorTransfer.Protocol.Tests.Socks5;

/// <summary>A server's handshake driven as by a socket loop, with all bytes it wrote.</summary>
internal sealed class ServerRun
{
    private readonly List<byte> _after = [];

    private ServerRun()
    {
    }

    public Socks5ServerHandshake Handshake { get; } = new();

    public List<byte[]> Writes { get; } = [];

    /// <summary>The step that ended the handshake, or NeedMore.</summary>
    public Socks5ServerStep Last { get; private set; } = new Socks5ServerStep.NeedMore();

    /// <summary>How many bytes had been offered when it ended.</summary>
    public int Offered { get; private set; }

    /// <summary>The stream as its reader sees it: early bytes and those never offered to the handshake.</summary>
    public byte[] Stream => [.. Handshake.Early.Span, .. _after];

    public bool Ended => Last is Socks5ServerStep.Request or Socks5ServerStep.Close;

    public static ServerRun Of(params byte[][] pieces)
    {
        var run = new ServerRun();
        foreach (var piece in pieces)
            run.Receive(piece);
        return run;
    }

    private void Receive(byte[] piece)
    {
        if (Ended)
        {
            _after.AddRange(piece);
            return;
        }

        Offered += piece.Length;
        Last = Handshake.Offer(piece);
        while (Last is Socks5ServerStep.Write write)
        {
            Writes.Add(write.Bytes.ToArray());
            Last = Handshake.Offer(default);
        }
    }
}
