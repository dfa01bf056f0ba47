using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace ActorTransfer.Benchmarks.Load;

/// <summary>
/// A transfer without the engine: an <c>await</c> loop at either end of a pair of the same proxy, with one buffer of the engine's chunk size each. It hashes
/// at both ends and compares the bytes, or flushes the file, as a transfer does.
/// </summary>
internal static class BareLoops
{
    private const int BufferSize = 256 * 1024;

    /// <summary>Sends generated content and compares it.</summary>
    /// <returns>The number of bytes.</returns>
    public static Task<long> MoveAsync(BarePair pair, long number, long size, bool hash) =>
        MoveAsync(pair, () => SendAsync(pair.Sender, number, size, hash), () => ReceiveAsync(pair.Receiver, number, hash));

    /// <summary>Copies a file into another one, which is on the disk at the end.</summary>
    /// <returns>The number of bytes.</returns>
    public static Task<long> MoveAsync(BarePair pair, FileInfo file, string to, bool hash) => MoveAsync(
        pair, () => SendFileAsync(pair.Sender, file.FullName, hash), () => ReceiveFileAsync(pair.Receiver, to, hash, flush: true));

    /// <summary>Sends a file and ends the sending side.</summary>
    /// <returns>The number of bytes, and their SHA-256 in lower-case hexadecimal, or an empty text.</returns>
    public static async Task<(long Bytes, string Hash)> SendFileAsync(Socket socket, string path, bool hash)
    {
        using var sum = Sum(hash);
        using var file = File.OpenHandle(path, options: FileOptions.SequentialScan);
        var buffer = NewBuffer();
        long position = 0;
        int count;
        while ((count = await RandomAccess.ReadAsync(file, buffer, position)) > 0)
        {
            sum?.AppendData(buffer, 0, count);
            await SendAllAsync(socket, buffer.AsMemory(0, count));
            position += count;
        }

        socket.Shutdown(SocketShutdown.Send);
        return (position, Text(sum));
    }

    /// <summary>Receives a new file until the peer ends.</summary>
    /// <returns>As <see cref="SendFileAsync"/>.</returns>
    public static async Task<(long Bytes, string Hash)> ReceiveFileAsync(Socket socket, string path, bool hash, bool flush)
    {
        using var sum = Sum(hash);
        using SafeFileHandle file = File.OpenHandle(path, FileMode.CreateNew, FileAccess.Write);
        var buffer = NewBuffer();
        long position = 0;
        int count;
        while ((count = await socket.ReceiveAsync(buffer)) > 0)
        {
            sum?.AppendData(buffer, 0, count);
            await RandomAccess.WriteAsync(file, buffer.AsMemory(0, count), position);
            position += count;
        }

        if (flush)
        {
            RandomAccess.FlushToDisk(file);
        }

        return (position, Text(sum));
    }

    /// <summary>Passes on all bytes and the end.</summary>
    public static async Task RelayAsync(Socket from, Socket to)
    {
        var buffer = NewBuffer();
        int count;
        while ((count = await from.ReceiveAsync(buffer)) > 0)
        {
            await SendAllAsync(to, buffer.AsMemory(0, count));
        }

        to.Shutdown(SocketShutdown.Send);
    }

    private static async Task<(long Bytes, string Hash)> SendAsync(Socket socket, long number, long size, bool hash)
    {
        using var sum = Sum(hash);
        var buffer = NewBuffer();
        for (long position = 0; position < size;)
        {
            var part = buffer.AsMemory(0, (int)Math.Min(buffer.Length, size - position));
            TransfersPattern.Fill(number, position, part.Span);
            sum?.AppendData(part.Span);
            await SendAllAsync(socket, part);
            position += part.Length;
        }

        socket.Shutdown(SocketShutdown.Send);
        return (size, Text(sum));
    }

    private static async Task<(long Bytes, string Hash)> ReceiveAsync(Socket socket, long number, bool hash)
    {
        using var sum = Sum(hash);
        var buffer = NewBuffer();
        long position = 0;
        int count;
        while ((count = await socket.ReceiveAsync(buffer)) > 0)
        {
            sum?.AppendData(buffer, 0, count);
            if (!TransfersPattern.Matches(number, position, buffer.AsSpan(0, count)))
            {
                throw new InvalidDataException(FormattableString.Invariant($"The bare loop {number} received wrong bytes at {position} or after."));
            }

            position += count;
        }

        return (position, Text(sum));
    }

    private static async Task<long> MoveAsync(BarePair pair, Func<Task<(long Bytes, string Hash)>> send, Func<Task<(long Bytes, string Hash)>> receive)
    {
        using (pair)
        {
            var (sending, receiving) = (Task.Run(send), Task.Run(receive));
            var (left, arrived) = (await sending, await receiving);
            return left == arrived ? arrived.Bytes : throw new InvalidDataException($"Bare loops sent {left} and received {arrived}.");
        }
    }

    private static IncrementalHash? Sum(bool hash) => hash ? IncrementalHash.CreateHash(HashAlgorithmName.SHA256) : null;

    private static string Text(IncrementalHash? sum) => sum is null ? "" : Convert.ToHexStringLower(sum.GetHashAndReset());

    private static byte[] NewBuffer() => GC.AllocateUninitializedArray<byte>(BufferSize, pinned: true);

    private static async Task SendAllAsync(Socket socket, ReadOnlyMemory<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            bytes = bytes[await socket.SendAsync(bytes)..];
        }
    }
}

/// <summary>The connections of two clients that the proxy has joined.</summary>
internal sealed record BarePair(Socket Sender, Socket Receiver) : IDisposable
{
    /// <summary>Connects, without activation.</summary>
    /// <param name="host">Address of the proxy.</param>
    /// <param name="port">Port of the proxy.</param>
    /// <param name="address">The 40 hexadecimal characters of the bytestream.</param>
    public static async Task<BarePair> ConnectAsync(string host, int port, string address)
    {
        var receiver = await ClientAsync(host, port, address);
        return new BarePair(await ClientAsync(host, port, address), receiver);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Sender.Dispose();
        Receiver.Dispose();
    }

    private static async Task<Socket> ClientAsync(string host, int port, string address)
    {
        Socket socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(host, port);
        using NetworkStream stream = new(socket);
        await stream.WriteAsync(new byte[] { 5, 1, 0 });
        await stream.ReadExactlyAsync(new byte[2]);
        await stream.WriteAsync((byte[])[5, 1, 0, 3, (byte)address.Length, .. Encoding.ASCII.GetBytes(address), 0, 0]);
        var reply = new byte[7 + address.Length];
        await stream.ReadExactlyAsync(reply);
        return reply[1] == 0 ? socket : throw new IOException($"The proxy replied {reply[1]}.");
    }
}
