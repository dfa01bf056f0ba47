using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;

namespace ActorTransfer.Benchmarks.EndToEnd;

/// <summary>
/// The same bytes without the product: file -> socket -> relay -> socket -> file as three <c>await</c> loops with one buffer each, of the
/// product's chunk size: a transfer without actors, streams, negotiation, limits and progress.
/// </summary>
internal static class BareTransfer
{
    private const int BufferSize = 256 * 1024;

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
            var sending = Task.Run(() => SendAsync(from, sender, hash));
            var relaying = Task.Run(() => RelayAsync(relayIn, relayOut));
            var receiving = Task.Run(() => ReceiveAsync(receiver, to, hash));
            await Task.WhenAll(sending, relaying, receiving);
            var (left, arrived) = (await sending, await receiving);
            return left == arrived ? arrived : throw new InvalidDataException($"Sent {left}, received {arrived}.");
        }
    }

    private static async Task<string> SendAsync(string path, Socket socket, bool hash)
    {
        using var sum = hash ? IncrementalHash.CreateHash(HashAlgorithmName.SHA256) : null;
        using SafeFileHandle file = File.OpenHandle(path, options: FileOptions.SequentialScan);
        var buffer = GC.AllocateUninitializedArray<byte>(BufferSize, pinned: true);
        long position = 0;
        int count;
        while ((count = await RandomAccess.ReadAsync(file, buffer, position)) > 0)
        {
            sum?.AppendData(buffer, 0, count);
            await SendAllAsync(socket, buffer.AsMemory(0, count));
            position += count;
        }

        socket.Shutdown(SocketShutdown.Send);
        return Text(sum);
    }

    private static async Task RelayAsync(Socket from, Socket to)
    {
        var buffer = GC.AllocateUninitializedArray<byte>(BufferSize, pinned: true);
        int count;
        while ((count = await from.ReceiveAsync(buffer)) > 0)
        {
            await SendAllAsync(to, buffer.AsMemory(0, count));
        }

        to.Shutdown(SocketShutdown.Send);
    }

    private static async Task<string> ReceiveAsync(Socket socket, string path, bool hash)
    {
        using var sum = hash ? IncrementalHash.CreateHash(HashAlgorithmName.SHA256) : null;
        using SafeFileHandle file = File.OpenHandle(path, FileMode.CreateNew, FileAccess.Write);
        var buffer = GC.AllocateUninitializedArray<byte>(BufferSize, pinned: true);
        long position = 0;
        int count;
        while ((count = await socket.ReceiveAsync(buffer)) > 0)
        {
            sum?.AppendData(buffer, 0, count);
            await RandomAccess.WriteAsync(file, buffer.AsMemory(0, count), position);
            position += count;
        }

        return Text(sum);
    }

    private static string Text(IncrementalHash? sum) => sum is null ? "" : Convert.ToHexStringLower(sum.GetHashAndReset());

    private static async Task SendAllAsync(Socket socket, ReadOnlyMemory<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            bytes = bytes[await socket.SendAsync(bytes)..];
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
