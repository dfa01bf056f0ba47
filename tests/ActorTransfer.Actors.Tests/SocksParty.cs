using System.Net;
using System.Net.Sockets;
using System.Text;
using ActorTransfer.Extensibility;
using ActorTransfer.Protocol.Socks5;
using ActorTransfer.Testing.Links;

namespace ActorTransfer.Actors.Tests;

/// <summary>One end of a bytestream as bytes on a socket.</summary>
internal sealed class SocksParty(Socket socket) : IDisposable
{
    private const int ReplyLength = 47;

    public Socket Socket { get; } = socket;

    /// <summary>Connects and asks; the reply is still to be read.</summary>
    public static async Task<SocksParty> AskAsync(IPEndPoint at, DestinationAddress destination)
    {
        var socket = new Socket(at.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(at);
        await socket.WriteAsync([5, 1, 0]);
        Assert.Equal([5, 0], await socket.ReadAsync(2));
        await socket.WriteAsync([5, 1, 0, 3, 40, .. Encoding.ASCII.GetBytes(destination.Hex), 0, 0]);
        return new SocksParty(socket);
    }

    /// <summary>Connects, asks and is let in.</summary>
    public static async Task<SocksParty> EnterAsync(IPEndPoint at, DestinationAddress destination)
    {
        var party = await AskAsync(at, destination);
        Assert.Equal(Socks5Reply.Succeeded, await party.ReplyAsync());
        return party;
    }

    public async Task<Socks5Reply> ReplyAsync()
    {
        var reply = await Socket.ReadAsync(ReplyLength);
        Assert.Equal(ReplyLength, reply.Length);
        return (Socks5Reply)reply[1];
    }

    public void Dispose() => Socket.Dispose();
}
