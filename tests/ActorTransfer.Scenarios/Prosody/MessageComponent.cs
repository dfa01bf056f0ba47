using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using ActorTransfer.Protocol;
using ActorTransfer.Protocol.Xml;

namespace ActorTransfer.Scenarios.Prosody;

/// <summary>A component of a server that only reads what its users are sent: a peer that does not do anything else.</summary>
internal sealed class MessageComponent : IDisposable
{
    private static readonly TimeSpan MaxWait = TimeSpan.FromSeconds(30);
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly XmlStreamParser _parser = new(XmlLimits.Default);
    private readonly byte[] _buffer = new byte[64 * 1024];

    /// <summary>A user of it.</summary>
    public static Jid User { get; } = Jid.Parse($"bo@{ProsodyServer.Component}");

    public static Task<MessageComponent> JoinAsync(ProsodyServer server) => JoinAsync(server.ComponentPort, ProsodyServer.Component, server.SecretText);

    /// <param name="port">Of the server, for components.</param>
    public static async Task<MessageComponent> JoinAsync(int port, string domain, string secret)
    {
        var component = new MessageComponent();
        await component._socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port));
        await component.SendAsync($"<stream:stream xmlns='{Namespaces.Component}' xmlns:stream='{Namespaces.Streams}' to='{domain}'>");
        var opened = Assert.IsType<XmlStreamItem.Opened>(await component.NextAsync());
        var digest = SHA1.HashData(Encoding.UTF8.GetBytes(opened.Header["id"] + secret));
        await component.SendAsync($"<handshake>{Convert.ToHexStringLower(digest)}</handshake>");
        Assert.Equal("handshake", (await component.StanzaAsync()).Name);
        return component;
    }

    /// <summary>The next message.</summary>
    public async Task<XmlElement> MessageAsync()
    {
        while (true)
        {
            if (await StanzaAsync() is { Name: "message" } message)
            {
                return message;
            }
        }
    }

    /// <summary>Sends a stanza.</summary>
    public Task SendAsync(XmlElement stanza) => SendAsync(stanza.ToString());

    public void Dispose() => _socket.Dispose();

    private async Task<XmlElement> StanzaAsync() => Assert.IsType<XmlStreamItem.Stanza>(await NextAsync()).Element;

    private Task SendAsync(string text) => _socket.SendAsync(Encoding.UTF8.GetBytes(text));

    private async Task<XmlStreamItem> NextAsync()
    {
        using var limit = new CancellationTokenSource(MaxWait);
        while (true)
        {
            if (_parser.Poll() is { } item)
            {
                return item;
            }

            var count = await _socket.ReceiveAsync(_buffer, limit.Token);
            Assert.True(count > 0, "The server closed the stream of the component.");
            _parser.Offer(_buffer.AsSpan(0, count).ToArray());
        }
    }
}
