using System.Net;
using System.Net.Sockets;
using System.Text;
using ActorTransfer.Extensibility;
using ActorTransfer.Protocol.Socks5;
using ActorTransfer.Testing.Links;

namespace ActorTransfer.Actors.Tests;

/// <summary>A SOCKS5 client of a bytestream.</summary>
internal sealed class Socks5Client(Socket socket) : IDisposable
{
    private const int ReplyLength = 47;

    public Socket Socket { get; } = socket;

    /// <summary>Connects and sends the request; the reply is not read yet.</summary>
    public static async Task<Socks5Client> RequestAsync(IPEndPoint at, DestinationAddress destination)
    {
        var socket = new Socket(at.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(at);
        await socket.WriteAsync([5, 1, 0]);
        Assert.Equal([5, 0], await socket.ReadAsync(2));
        await socket.WriteAsync([5, 1, 0, 3, 40, .. Encoding.ASCII.GetBytes(destination.Hex), 0, 0]);
        return new Socks5Client(socket);
    }

    /// <summary>Connects and expects that the request is accepted.</summary>
    public static async Task<Socks5Client> ConnectAsync(IPEndPoint at, DestinationAddress destination)
    {
        var client = await RequestAsync(at, destination);
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
