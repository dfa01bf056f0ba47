using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using ActorTransfer.Extensibility;
using ActorTransfer.Protocol;
using ActorTransfer.Protocol.Bytestreams;
using ActorTransfer.Protocol.Streams;

namespace ActorTransfer.Scenarios.Proxy;

/// <summary>
/// A server with one component (XEP-0114), a proxy, and with two users of it: by plain sockets, one step after the other, so that what is counted
/// is almost only the proxy's.
/// </summary>
internal sealed class ComponentServer : IDisposable
{
    public const string Proxy = "proxy.local.test";
    public const string Secret = "sesame";

    private const string StreamId = "1";
    private static readonly Jid Initiator = Jid.Parse("iphone@local.test/hand");
    private static readonly Jid Target = Jid.Parse("android@local.test/hand");
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly byte[] _bytes = new byte[1024];
    private Socket? _stream;

    public ComponentServer()
    {
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen();
    }

    public IPEndPoint EndPoint => (IPEndPoint)_listener.LocalEndPoint!;

    /// <summary>Accepts the stream of the proxy.</summary>
    public async Task AcceptAsync()
    {
        _stream = await _listener.AcceptAsync();
        _stream.ReceiveTimeout = 30_000;
        Expect("stream:stream", '>');
        Say($"<stream:stream xmlns='{Namespaces.Component}' xmlns:stream='{Namespaces.Streams}' from='{Proxy}' id='{StreamId}'>");
        Assert.Contains(ComponentHandshake.Digest(StreamId, Secret), Expect("</handshake", '>'));
        Say("<handshake/>");
    }

    /// <summary>Pings the proxy (XEP-0199).</summary>
    public void Ping(int number)
    {
        Say($"<iq type='get' id='{Text(number)}' from='{Initiator}' to='{Proxy}'><ping xmlns='{Namespaces.Ping}'/></iq>");
        Assert.Contains("result", Expect($"id='{Text(number)}'", '>'));
    }

    /// <summary>Two connections, SOCKS5, activation, one byte, the ends of both.</summary>
    public void SetUp(IPEndPoint proxy, int number)
    {
        var destination = DestinationAddress.Compute(Text(number), Initiator, Target);
        using var target = Connect(proxy, destination);
        using var initiator = Connect(proxy, destination);
        Say($"<iq type='set' id='{Text(number)}' from='{Initiator}' to='{Proxy}'><query xmlns='{Namespaces.Bytestreams}' sid='{Text(number)}'>"
            + $"<activate>{Target}</activate></query></iq>");
        Assert.Contains("result", Expect($"id='{Text(number)}'", '>'));
        initiator.Send([7]);
        initiator.Shutdown(SocketShutdown.Send);
        Assert.Equal(1, target.Receive(_bytes));
        Assert.Equal(0, target.Receive(_bytes));
        target.Close();
        Assert.Equal(0, initiator.Receive(_bytes));
    }

    public void Dispose()
    {
        _stream?.Dispose();
        _listener.Dispose();
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private Socket Connect(IPEndPoint proxy, DestinationAddress destination)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true, ReceiveTimeout = 30_000 };
        socket.Connect(proxy);
        socket.Send([5, 1, 0]);
        Receive(socket, 2);
        socket.Send([5, 1, 0, 3, 40, .. Encoding.ASCII.GetBytes(destination.Hex), 0, 0]);
        Receive(socket, 47);
        return socket;
    }

    private void Receive(Socket socket, int count)
    {
        for (var got = 0; got < count;)
        {
            var read = socket.Receive(_bytes, got, count - got, SocketFlags.None);
            Assert.NotEqual(0, read);
            got += read;
        }

        Assert.Equal(0, _bytes[1]);
    }

    private void Say(string text) => Assert.Equal(text.Length, _stream!.Send(Encoding.UTF8.GetBytes(text)));

    /// <summary>Reads until the text has come, and the mark after it.</summary>
    private string Expect(string text, char mark)
    {
        var all = "";
        while (all.IndexOf(text, StringComparison.Ordinal) is var at && (at < 0 || all.IndexOf(mark, at) < 0))
        {
            var count = _stream!.Receive(_bytes);
            Assert.NotEqual(0, count);
            all += Encoding.UTF8.GetString(_bytes, 0, count);
        }

        return all;
    }
}
