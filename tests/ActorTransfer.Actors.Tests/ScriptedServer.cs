using System.Net;
using System.Net.Sockets;
using System.Text;

namespace ActorTransfer.Actors.Tests;

/// <summary>A server in the hand of a test: says what the test tells it, and tells what it hears.</summary>
internal sealed class ScriptedServer : IDisposable
{
    private const string Header = "<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' id='1' version='1.0'>";

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly StringBuilder _heard = new();
    private Socket? _socket;

    public ScriptedServer() => _listener.Start();

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public async Task AcceptAsync()
    {
        _socket?.Dispose();
        _socket = await _listener.AcceptSocketAsync();
        _heard.Clear();
    }

    public Task SayAsync(string text) => _socket!.SendAsync(Encoding.UTF8.GetBytes(text), SocketFlags.None);

    /// <summary>Waits for these words, and drops them and what came before them.</summary>
    public async Task<string> HearAsync(string words)
    {
        var buffer = new byte[4096];
        while (!_heard.ToString().Contains(words, StringComparison.Ordinal))
        {
            var count = await _socket!.ReceiveAsync(buffer, SocketFlags.None);
            Assert.True(count > 0, $"The end came before {words}; heard: {_heard}");
            _heard.Append(Encoding.Latin1.GetString(buffer, 0, count));
        }

        var heard = _heard.ToString();
        var end = heard.IndexOf(words, StringComparison.Ordinal) + words.Length;
        _heard.Clear().Append(heard.AsSpan(end));
        return heard[..end];
    }

    /// <summary>Takes a connection and logs the client in, up to the features after the login.</summary>
    public async Task LogInAsync(string features)
    {
        await AcceptAsync();
        await HearAsync("version='1.0'>");
        await SayAsync(Header + Features("<mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><mechanism>PLAIN</mechanism></mechanisms>"));
        await HearAsync("</auth>");
        await SayAsync("<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>");
        await HearAsync("version='1.0'>");
        await SayAsync(Header + Features(features));
    }

    /// <summary>Takes a connection and makes the client ready, with a session that can be resumed.</summary>
    public async Task WelcomeAsync()
    {
        await LogInAsync("<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/><sm xmlns='urn:xmpp:sm:3'/>");
        await HearAsync("</bind></iq>");
        await SayAsync("<iq type='result' id='bind'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><jid>ada@north.example/desk</jid></bind></iq>");
        await HearAsync("<enable ");
        await SayAsync("<enabled xmlns='urn:xmpp:sm:3' id='s1' resume='true'/>");
        await HearAsync("</presence>");
    }

    public void Hang() => _socket!.Close();

    public void Dispose()
    {
        _listener.Dispose();
        _socket?.Dispose();
    }

    private static string Features(string features) => $"<stream:features>{features}</stream:features>";
}
