using ActorTransfer.Extensibility;
using ActorTransfer.Protocol.Socks5;
using BenchmarkDotNet.Attributes;

namespace ActorTransfer.Benchmarks.Codecs;

/// <summary>The SOCKS5 handshake of one connection, without a socket.</summary>
[MemoryDiagnoser]
public class Socks5Benchmarks
{
    private static readonly byte[] s_greeting = [5, 1, 0];
    private readonly DestinationAddress _address =
        DestinationAddress.Compute("s5b-9c2e4711", Jid.Parse("ada@north.example/desk"), Jid.Parse("bo@south.example/Phone"));

    private byte[] _request = [];

    [GlobalSetup]
    public void Prepare()
    {
        Socks5ClientHandshake client = new(_address);
        _request = client.Offer([5, 0]) is Socks5ClientStep.Write write ? write.Bytes.ToArray() : throw new InvalidOperationException("No request.");
        if (Server().Length != _request.Length || Both() is not Socks5ClientStep.Connected)
        {
            throw new InvalidOperationException("The handshake does not complete.");
        }
    }

    [Benchmark(Description = "server, request by itself")]
    public byte[] Server()
    {
        Socks5ServerHandshake server = new();
        server.Offer(s_greeting);
        return server.Offer(_request) is Socks5ServerStep.Request ? server.Reply(Socks5Reply.Succeeded) : [];
    }

    [Benchmark(Description = "server, byte by byte")]
    public byte[] InPieces()
    {
        Socks5ServerHandshake server = new();
        server.Offer(s_greeting);
        for (int i = 0; i < _request.Length - 1; i++)
        {
            server.Offer(_request.AsSpan(i, 1));
        }

        return server.Offer(_request.AsSpan(_request.Length - 1)) is Socks5ServerStep.Request ? server.Reply(Socks5Reply.Succeeded) : [];
    }

    [Benchmark(Description = "client and server")]
    public object Both()
    {
        Socks5ServerHandshake server = new();
        Socks5ClientHandshake client = new(_address);
        var choice = (Socks5ServerStep.Write)server.Offer(client.Greeting.Span);
        var request = (Socks5ClientStep.Write)client.Offer(choice.Bytes.Span);
        server.Offer(request.Bytes.Span);
        return client.Offer(server.Reply(Socks5Reply.Succeeded));
    }
}
