using ActorTransfer.Extensibility;

namespace ActorTransfer.Protocol.Socks5;

/// <summary>
/// The client's side of a SOCKS5 handshake, without a socket: bytes in, steps out. One object per connection, not thread-safe. Write <see
/// cref="Greeting"/> first, then offer received bytes, in any pieces. The address in the reply is not compared with the request, because
/// peers put their own address there. Source: RFC 1928 §3-§6, XEP-0065 §5.3.2.
/// </summary>
internal sealed class Socks5ClientHandshake
{
    private static readonly byte[] GreetingBytes = [Socks5Wire.Version, 1, Socks5Wire.NoAuthentication];

    private readonly DestinationAddress _address;
    private readonly HandshakeBuffer _buffer = new();
    private State _state = State.Method;

    /// <param name="address">The hash to request.</param>
    public Socks5ClientHandshake(DestinationAddress address) => _address = address;

    private enum State
    {
        Method,
        Reply,
        Ended,
    }

    /// <summary>The first bytes to write, in one write. The request must not be sent before the response.</summary>
    public ReadOnlyMemory<byte> Greeting { get; } = GreetingBytes;

    /// <summary>Bytes received after the reply: the beginning of the stream. Empty before <see cref="Socks5ClientStep.Connected"/>.</summary>
    public ReadOnlyMemory<byte> Early { get; private set; }

    /// <summary>Processes received bytes and returns the next step.</summary>
    /// <param name="input">All bytes received since the last offer, in order; copied.</param>
    /// <exception cref="InvalidOperationException">The handshake has ended.</exception>
    public Socks5ClientStep Offer(ReadOnlySpan<byte> input)
    {
        if (_state == State.Ended)
            throw new InvalidOperationException("The handshake has ended; further bytes belong to the stream.");

        _buffer.Append(input);
        return _state == State.Method ? ReadMethod() : ReadReply();
    }

    private Socks5ClientStep ReadMethod()
    {
        var bytes = _buffer.Span;
        if (bytes.Length > 0 && bytes[0] != Socks5Wire.Version)
            return Invalid(NotSocks5(bytes[0]));
        if (bytes.Length < 2)
            return Socks5ClientStep.NeedMore.Instance;
        if (bytes[1] == Socks5Wire.NoAcceptableMethod)
            return Invalid("The server requires authentication.");
        if (bytes[1] != Socks5Wire.NoAuthentication)
            return Invalid($"The server chose method {bytes[1]}, which was not offered.");

        _buffer.Consume(2);
        _state = State.Reply;
        return new Socks5ClientStep.Write(ConnectRequest());
    }

    private Socks5ClientStep ReadReply()
    {
        var bytes = _buffer.Span;
        if (bytes.Length > 0 && bytes[0] != Socks5Wire.Version)
            return Invalid(NotSocks5(bytes[0]));

        // A refusal is complete with its code: some proxies send just these two bytes and close.
        if (bytes.Length > 1 && bytes[1] != (byte)Socks5Reply.Succeeded)
            return End(new Socks5ClientStep.Refused(bytes[1]));

        var length = Socks5Wire.MessageLength(bytes);
        if (length == Socks5Wire.UnknownLength)
            return Invalid($"The reply has the unknown address type {bytes[Socks5Wire.HeaderLength - 1]}.");
        if (length == 0 || bytes.Length < length)
            return Socks5ClientStep.NeedMore.Instance;

        _buffer.Consume(length);
        Early = _buffer.Rest;
        _state = State.Ended;
        return Socks5ClientStep.Connected.Instance;
    }

    private byte[] ConnectRequest()
    {
        var request = new byte[Socks5Wire.HashMessageLength];
        request[0] = Socks5Wire.Version;
        request[1] = Socks5Wire.Connect;
        request[3] = Socks5Wire.DomainName;
        request[4] = DestinationAddress.HexLength;
        _address.WriteHex(request.AsSpan(Socks5Wire.HeaderLength + 1, DestinationAddress.HexLength));
        return request;
    }

    private static string NotSocks5(byte version) => $"The server responded with version {version} instead of 5.";

    private Socks5ClientStep Invalid(string why) => End(new Socks5ClientStep.Invalid(why));

    private Socks5ClientStep End(Socks5ClientStep last)
    {
        _buffer.Clear();
        _state = State.Ended;
        return last;
    }
}
