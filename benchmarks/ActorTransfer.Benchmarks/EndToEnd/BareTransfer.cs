using System.Net;
using System.Net.Sockets;
using ActorTransfer.Benchmarks.Load;

namespace ActorTransfer.Benchmarks.EndToEnd;

/// <summary>
/// The same bytes without the product: file -> socket -> relay -> socket -> file as three <c>await</c> loops with one buffer each, of the
/// product's chunk size: a transfer without actors, streams, negotiation, limits and progress.
/// </summary>
internal static class BareTransfer
{
    /// <summary>Transfers a file.</summary>
    /// <param name="from">The file.</param>
    /// <param name="to">The target file; must not exist.</param>
    /// <param name="hash">Compute SHA-256 at both ends.</param>
    /// <returns>The receiver's hash in lower-case hexadecimal, or an empty text.</returns>
    public static async Task<string> RunAsync(string from, string to, bool hash)
    {
        var (sender, relayIn) = await ConnectedPairAsync();
        var (relayOut, receiver) = await ConnectedPairAsync();
        using (sender)
        using (relayIn)
        using (relayOut)
        using (receiver)
        {
            var sending = Task.Run(() => BareLoops.SendFileAsync(sender, from, hash));
            var relaying = Task.Run(() => BareLoops.RelayAsync(relayIn, relayOut));
            var receiving = Task.Run(() => BareLoops.ReceiveFileAsync(receiver, to, hash, flush: false));
            await Task.WhenAll(sending, relaying, receiving);
            var (left, arrived) = (await sending, await receiving);
            return left == arrived ? arrived.Hash : throw new InvalidDataException($"Sent {left}, received {arrived}.");
        }
    }

    private static async Task<(Socket Near, Socket Far)> ConnectedPairAsync()
    {
        using Socket listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(1);
        Socket near = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await near.ConnectAsync(listener.LocalEndPoint!);
        var far = await listener.AcceptAsync();
        far.NoDelay = true;
        return (near, far);
    }
}
