using System.Net;
using System.Net.Sockets;
using System.Text;
using ActorTransfer.Extensibility;
using ActorTransfer.Protocol.Socks5;
using ActorTransfer.Testing.Links;

namespace ActorTransfer.Actors.Tests;

/// <summary>One end of a bytestream as bytes on a socket.</summary>
internal sealed class Socks5Client(Socket socket) : IDisposable
{
    private const int ReplyLength = 47;

    public Socket Socket { get; } = socket;

    /// <summary>Connects and asks; the reply is still to be read.</summary>
    public static async Task<Socks5Client> AskAsync(IPEndPoint at, DestinationAddress destination)
    {
        var socket = new Socket(at.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(at);
        await socket.WriteAsync([5, 1, 0]);
        Assert.Equal([5, 0], await socket.ReadAsync(2));
        await socket.WriteAsync([5, 1, 0, 3, 40, .. Encoding.ASCII.GetBytes(destination.Hex), 0, 0]);
        return new Socks5Client(socket);
    }

    /// <summary>Connects, asks and is let in.</summary>
    public static async Task<Socks5Client> EnterAsync(IPEndPoint at, DestinationAddress destination)
    {
        var client = await AskAsync(at, destination);
        Assert.Equal(Socks5Reply.Succeeded, await client.ReplyAsync());
        return client;
    }

    public async Task<Socks5Reply> ReplyAsync()
    {
        var reply = await Socket.ReadAsync(ReplyLength);
        Assert.Equal(ReplyLength, reply.Length);
        return (Socks5Reply)reply[1];
    }

    public void Dispose() => Socket.Dispose();
}
