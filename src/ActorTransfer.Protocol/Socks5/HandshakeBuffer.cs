namespace ActorTransfer.Protocol.Socks5;

/// <summary>Bytes received and not yet parsed. Holds less than one handshake message between two calls.</summary>
internal sealed class HandshakeBuffer
{
    private byte[] _bytes = [];
    private int _start;

    public ReadOnlySpan<byte> Span => _bytes.AsSpan(_start);

    public ReadOnlyMemory<byte> Rest => _bytes.AsMemory(_start);

    public void Append(ReadOnlySpan<byte> input)
    {
        if (input.IsEmpty)
            return;

        // Exact size: a handshake is a few dozen bytes in one or two pieces, and the bytes after it are passed on from here.
        var kept = Span;
        var grown = new byte[kept.Length + input.Length];
        kept.CopyTo(grown);
        input.CopyTo(grown.AsSpan(kept.Length));
        _bytes = grown;
        _start = 0;
    }

    public void Consume(int count) => _start += count;

    public void Clear()
    {
        _bytes = [];
        _start = 0;
    }
}
