using System.Text;
using ActorTransfer.Extensibility;

namespace ActorTransfer.Protocol.Socks5;

/// <summary>
/// The server's side of a SOCKS5 handshake, without a socket: bytes in, steps out. One object per connection, not thread-safe. Bytes may
/// arrive in any pieces, the request together with the greeting, and data directly after the request. Between two calls less than one
/// message is held (a greeting has at most 257 bytes, a request 262).
/// <code>
/// var step = handshake.Offer(received);
/// while (step is Socks5ServerStep.Write write) { await Send(write.Bytes); step = handshake.Offer(default); }
/// </code>
/// Source: RFC 1928 §3-§6, XEP-0065 §5.3.2.
/// </summary>
internal sealed class Socks5ServerHandshake
{
    private static readonly byte[] Probe = Encoding.ASCII.GetBytes(Namespaces.Bytestreams);

    private readonly HandshakeBuffer _buffer = new();
    private State _state = State.Greeting;

    /// <summary>ATYP, address and port as received: a reply repeats them.</summary>
    private byte[] _echo = [];

    private enum State
    {
        Greeting,
        Request,
        Ended,
    }

    /// <summary>Bytes received after the request: the beginning of the stream. Empty before <see cref="Socks5ServerStep.Request"/>.</summary>
    public ReadOnlyMemory<byte> Early { get; private set; }

    /// <summary>Processes received bytes and returns the next step.</summary>
    /// <param name="input">All bytes received since the last offer, in order; copied.</param>
    /// <exception cref="InvalidOperationException">The handshake has ended.</exception>
    public Socks5ServerStep Offer(ReadOnlySpan<byte> input)
    {
        if (_state == State.Ended)
            throw new InvalidOperationException("The handshake has ended; further bytes belong to the stream.");

        _buffer.Append(input);
        return _state == State.Greeting ? ReadGreeting() : ReadRequest();
    }

    /// <summary>
    /// The reply to the request, to be sent in one write. It repeats the address exactly as received, because some clients require it.
    /// </summary>
    /// <param name="code">The decision.</param>
    /// <exception cref="InvalidOperationException">There is no request yet.</exception>
    public byte[] Reply(Socks5Reply code)
    {
        if (_echo.Length == 0)
            throw new InvalidOperationException("There is no request to reply to yet.");

        return [Socks5Wire.Version, (byte)code, 0, .. _echo];
    }

    private Socks5ServerStep ReadGreeting()
    {
        var bytes = _buffer.Span;
        if (bytes.Length > 0 && bytes[0] != Socks5Wire.Version)
            return Close([], Socks5Fault.NotSocks5);
        if (bytes.Length < Socks5Wire.GreetingHeaderLength)
            return Socks5ServerStep.NeedMore.Instance;

        var length = Socks5Wire.GreetingHeaderLength + bytes[1];
        if (bytes.Length < length)
            return Socks5ServerStep.NeedMore.Instance;

        // An empty list of methods ends here, too.
        if (!bytes[Socks5Wire.GreetingHeaderLength..length].Contains(Socks5Wire.NoAuthentication))
            return Close([Socks5Wire.Version, Socks5Wire.NoAcceptableMethod], Socks5Fault.NoAcceptableMethod);

        _buffer.Consume(length);
        _state = State.Request;
        return new Socks5ServerStep.Write(new[] { Socks5Wire.Version, Socks5Wire.NoAuthentication });
    }

    private Socks5ServerStep ReadRequest()
    {
        var bytes = _buffer.Span;
        if (bytes.Length > 0 && bytes[0] != Socks5Wire.Version)
            return Close([], Socks5Fault.NotSocks5);

        // A refusal waits for the whole request: closing a socket with unread bytes would reset the connection and lose the reply.
        var length = Socks5Wire.MessageLength(bytes);
        if (length != Socks5Wire.UnknownLength && (length == 0 || bytes.Length < length))
            return Socks5ServerStep.NeedMore.Instance;

        // An unknown address type has no known length, so the address cannot be repeated; the reply contains 0.0.0.0:0.
        _echo = length == Socks5Wire.UnknownLength
            ? [Socks5Wire.IPv4, 0, 0, 0, 0, 0, 0]
            : bytes[(Socks5Wire.HeaderLength - 1)..length].ToArray();

        if (bytes[1] != Socks5Wire.Connect)
            return Refuse(Socks5Reply.CommandNotSupported, Socks5Fault.CommandNotSupported);
        if (bytes[Socks5Wire.HeaderLength - 1] != Socks5Wire.DomainName)
            return Refuse(Socks5Reply.AddressTypeNotSupported, Socks5Fault.AddressTypeNotSupported);

        var name = bytes[(Socks5Wire.HeaderLength + 1)..(length - Socks5Wire.PortLength)];
        if (name.SequenceEqual(Probe))
            return Refuse(Socks5Reply.Succeeded, Socks5Fault.ReachabilityProbe);
        if (!DestinationAddress.TryParse(name, out var address))
            return Refuse(Socks5Reply.NotAllowed, Socks5Fault.NotAHash);

        _buffer.Consume(length);
        Early = _buffer.Rest;
        _state = State.Ended;
        return new Socks5ServerStep.Request(address);
    }

    private Socks5ServerStep.Close Refuse(Socks5Reply code, Socks5Fault why) => Close(Reply(code), why);

    private Socks5ServerStep.Close Close(byte[] farewell, Socks5Fault why)
    {
        _buffer.Clear();
        _state = State.Ended;
        return new Socks5ServerStep.Close(farewell, why);
    }
}
