using System.Net;
using System.Net.Sockets;
using System.Text;

namespace ActorTransfer.Actors.Tests;

/// <summary>A server that sends what a test scripts and returns what it receives.</summary>
internal sealed class ScriptedServer : IDisposable
{
    private const string Header = "<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' id='1' version='1.0'>";

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly StringBuilder _received = new();
    private Socket? _socket;

    public ScriptedServer() => _listener.Start();

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public async Task AcceptAsync()
    {
        _socket?.Dispose();
        _socket = await _listener.AcceptSocketAsync();
        _received.Clear();
    }

    public Task SendAsync(string text) => _socket!.SendAsync(Encoding.UTF8.GetBytes(text), SocketFlags.None);

    /// <summary>Waits for this text and consumes everything up to its end.</summary>
    public async Task<string> ReceiveAsync(string text)
    {
        var buffer = new byte[4096];
        while (!_received.ToString().Contains(text, StringComparison.Ordinal))
        {
            var count = await _socket!.ReceiveAsync(buffer, SocketFlags.None);
            Assert.True(count > 0, $"The stream ended before {text}; received: {_received}");
            _received.Append(Encoding.Latin1.GetString(buffer, 0, count));
        }

        var received = _received.ToString();
        var end = received.IndexOf(text, StringComparison.Ordinal) + text.Length;
        _received.Clear().Append(received.AsSpan(end));
        return received[..end];
    }

    /// <summary>What arrives until the client closes the connection.</summary>
    public async Task<string> ReceiveAllAsync()
    {
        var buffer = new byte[4096];
        while (await _socket!.ReceiveAsync(buffer, SocketFlags.None) is > 0 and var count)
        {
            _received.Append(Encoding.Latin1.GetString(buffer, 0, count));
        }

        return _received.ToString();
    }

    /// <summary>Accepts a connection and logs the client in, up to the features after the login.</summary>
    public async Task LogInAsync(string features)
    {
        await AcceptAsync();
        await ReceiveAsync("version='1.0'>");
        await SendAsync(Header + Features("<mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><mechanism>PLAIN</mechanism></mechanisms>"));
        await ReceiveAsync("</auth>");
        await SendAsync("<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>");
        await ReceiveAsync("version='1.0'>");
        await SendAsync(Header + Features(features));
    }

    /// <summary>Accepts a connection and completes the login with a resumable session.</summary>
    public async Task LogInResumableAsync()
    {
        await LogInAsync("<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/><sm xmlns='urn:xmpp:sm:3'/>");
        await ReceiveAsync("</bind></iq>");
        await SendAsync("<iq type='result' id='bind'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><jid>ada@north.example/desk</jid></bind></iq>");
        await ReceiveAsync("<enable ");
        await SendAsync("<enabled xmlns='urn:xmpp:sm:3' id='s1' resume='true'/>");
        await ReceiveAsync("</presence>");
    }

    public void Close() => _socket!.Close();

    public void Dispose()
    {
        _listener.Dispose();
        _socket?.Dispose();
    }

    private static string Features(string features) => $"<stream:features>{features}</stream:features>";
}
