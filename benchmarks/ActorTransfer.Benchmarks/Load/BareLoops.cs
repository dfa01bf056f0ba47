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
    public static Task<long> MoveAsync(BarePair pair, long number, long size, bool hash) => MoveAsync(
        pair,
        async _ =>
        {
            using var sum = Sum(hash);
            var buffer = NewBuffer();
            for (long position = 0; position < size;)
            {
                var part = buffer.AsMemory(0, (int)Math.Min(buffer.Length, size - position));
                TransfersPattern.Fill(number, position, part.Span);
                sum?.AppendData(part.Span);
                await SendAsync(pair.Sender, part);
                position += part.Length;
            }

            return (size, Text(sum));
        },
        async _ =>
        {
            using var sum = Sum(hash);
            var buffer = NewBuffer();
            long position = 0;
            int count;
            while ((count = await pair.Receiver.ReceiveAsync(buffer)) > 0)
            {
                sum?.AppendData(buffer, 0, count);
                if (!TransfersPattern.Matches(number, position, buffer.AsSpan(0, count)))
                {
                    throw new InvalidDataException(FormattableString.Invariant($"The bare loop {number} received wrong bytes at {position} or after."));
                }

                position += count;
            }

            return (position, Text(sum));
        });

    /// <summary>Copies a file into another one, which is on the disk at the end.</summary>
    public static Task<long> MoveAsync(BarePair pair, FileInfo file, string to, bool hash) => MoveAsync(
        pair,
        async _ =>
        {
            using var sum = Sum(hash);
            using var from = File.OpenHandle(file.FullName, options: FileOptions.SequentialScan);
            var buffer = NewBuffer();
            long position = 0;
            int count;
            while ((count = await RandomAccess.ReadAsync(from, buffer, position)) > 0)
            {
                sum?.AppendData(buffer, 0, count);
                await SendAsync(pair.Sender, buffer.AsMemory(0, count));
                position += count;
            }

            return (position, Text(sum));
        },
        async _ =>
        {
            using var sum = Sum(hash);
            using SafeFileHandle into = File.OpenHandle(to, FileMode.CreateNew, FileAccess.Write);
            var buffer = NewBuffer();
            long position = 0;
            int count;
            while ((count = await pair.Receiver.ReceiveAsync(buffer)) > 0)
            {
                sum?.AppendData(buffer, 0, count);
                await RandomAccess.WriteAsync(into, buffer.AsMemory(0, count), position);
                position += count;
            }

            RandomAccess.FlushToDisk(into);
            return (position, Text(sum));
        });

    private static async Task<long> MoveAsync(
        BarePair pair, Func<BarePair, Task<(long Bytes, string Hash)>> send, Func<BarePair, Task<(long Bytes, string Hash)>> receive)
    {
        using (pair)
        {
            var sending = Task.Run(async () =>
            {
                var sent = await send(pair);
                pair.Sender.Shutdown(SocketShutdown.Send);
                return sent;
            });
            var receiving = Task.Run(() => receive(pair));
            var (left, arrived) = (await sending, await receiving);
            return left == arrived ? arrived.Bytes : throw new InvalidDataException($"Bare loops sent {left} and received {arrived}.");
        }
    }

    private static IncrementalHash? Sum(bool hash) => hash ? IncrementalHash.CreateHash(HashAlgorithmName.SHA256) : null;

    private static string Text(IncrementalHash? sum) => sum is null ? "" : Convert.ToHexStringLower(sum.GetHashAndReset());

    private static byte[] NewBuffer() => GC.AllocateUninitializedArray<byte>(BufferSize, pinned: true);

    private static async Task SendAsync(Socket socket, ReadOnlyMemory<byte> bytes)
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
        await socket.SendAsync(new byte[] { 5, 1, 0 });
        await ReadAsync(socket, new byte[2]);
        await socket.SendAsync((byte[])[5, 1, 0, 3, (byte)address.Length, .. Encoding.ASCII.GetBytes(address), 0, 0]);
        var reply = new byte[7 + address.Length];
        await ReadAsync(socket, reply);
        return reply[1] == 0 ? socket : throw new IOException($"The proxy replied {reply[1]}.");
    }

    private static async Task ReadAsync(Socket socket, Memory<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            var count = await socket.ReceiveAsync(bytes);
            bytes = count > 0 ? bytes[count..] : throw new IOException("The proxy closed the connection.");
        }
    }
}
