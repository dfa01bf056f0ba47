using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using ActorTransfer.Transports.Sockets;
using Akka.Actor;
using Akka.Streams;
using Akka.Streams.Dsl;

namespace ActorTransfer.Benchmarks.Relay;

/// <summary>Megabytes (10^6 bytes) a second through one relay direction on the loopback, two variants in the same run.</summary>
/// <param name="Stages">Median of the byte path of the product.</param>
/// <param name="Bare">Median of a bare <c>await</c> loop with one buffer of equal size.</param>
/// <param name="Ratio">Median of the ratios of neighbouring rounds, which a machine that gets slower or faster does not bend.</param>
/// <param name="StagesRounds">Every round, in order.</param>
/// <param name="BareRounds">Every round, in order.</param>
public sealed record RelayComparison(
    double Stages, double Bare, double Ratio, IReadOnlyList<double> StagesRounds, IReadOnlyList<double> BareRounds);

/// <summary>
/// Generator socket -> relay -> reader socket, all in this process. The reader compares every byte with what was sent. Contains the
/// work of generator and reader, which both variants share; excludes connecting.
/// </summary>
public static class RelayThroughput
{
    private const int BufferSize = 256 * 1024;
    private const int PatternSize = 1024 * 1024;

    /// <summary>Alternates both variants after one warm-up round each.</summary>
    /// <param name="bytesPerRound">Bytes that go through the relay in a round.</param>
    /// <param name="rounds">Rounds of each variant.</param>
    public static async Task<RelayComparison> MeasureAsync(long bytesPerRound = 1L << 30, int rounds = 7)
    {
        ActorSystem system = ActorSystem.Create("relay-throughput");
        ActorMaterializer materializer = system.Materializer();
        try
        {
            await RoundAsync(bytesPerRound, RelayBareAsync);
            await RoundAsync(bytesPerRound, (from, to) => RelayStagesAsync(from, to, materializer));
            List<double> stages = [];
            List<double> bare = [];
            for (int round = 0; round < rounds; round++)
            {
                bare.Add(await RoundAsync(bytesPerRound, RelayBareAsync));
                stages.Add(await RoundAsync(bytesPerRound, (from, to) => RelayStagesAsync(from, to, materializer)));
            }

            return new RelayComparison(
                Median(stages), Median(bare), Median([.. stages.Zip(bare, (product, loop) => product / loop)]), stages, bare);
        }
        finally
        {
            await system.Terminate();
        }
    }

    private static double Median(List<double> values)
    {
        List<double> sorted = [.. values.Order()];
        int middle = sorted.Count / 2;
        return sorted.Count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    private static async Task<double> RoundAsync(long bytes, Func<Socket, Socket, Task> relay)
    {
        (Socket generator, Socket relayIn) = await ConnectedPairAsync();
        (Socket relayOut, Socket reader) = await ConnectedPairAsync();
        using (generator)
        using (relayIn)
        using (relayOut)
        using (reader)
        {
            byte[] pattern = new byte[PatternSize];
            new Random(Seed: 1).NextBytes(pattern);
            long start = Stopwatch.GetTimestamp();
            Task relaying = Task.Run(() => relay(relayIn, relayOut));
            Task generating = Task.Run(() => GenerateAsync(generator, pattern, bytes));
            await Task.Run(() => ReadAsync(reader, pattern, bytes));
            double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
            await Task.WhenAll(relaying, generating);
            return bytes / seconds / 1e6;
        }
    }

    private static async Task RelayBareAsync(Socket from, Socket to)
    {
        byte[] buffer = GC.AllocateUninitializedArray<byte>(BufferSize, pinned: true);
        int count;
        while ((count = await from.ReceiveAsync(buffer)) > 0)
        {
            int sent = 0;
            while (sent < count)
            {
                sent += await to.SendAsync(buffer.AsMemory(sent, count - sent));
            }
        }

        to.Shutdown(SocketShutdown.Send);
    }

    private static async Task RelayStagesAsync(Socket from, Socket to, IMaterializer materializer)
    {
        using SocketLink left = new(from, ReadOnlyMemory<byte>.Empty, BufferSize);
        using SocketLink right = new(to, ReadOnlyMemory<byte>.Empty, BufferSize);
        await left.Incoming.RunWith(right.Outgoing, materializer);
    }

    private static async Task GenerateAsync(Socket socket, byte[] pattern, long bytes)
    {
        long sent = 0;
        while (sent < bytes)
        {
            int offset = (int)(sent % PatternSize);
            int wanted = (int)Math.Min(Math.Min(BufferSize, PatternSize - offset), bytes - sent);
            sent += await socket.SendAsync(pattern.AsMemory(offset, wanted));
        }

        socket.Shutdown(SocketShutdown.Send);
    }

    private static async Task ReadAsync(Socket socket, byte[] pattern, long bytes)
    {
        byte[] buffer = GC.AllocateUninitializedArray<byte>(BufferSize, pinned: true);
        long seen = 0;
        int count;
        while ((count = await socket.ReceiveAsync(buffer)) > 0)
        {
            Check(buffer.AsSpan(0, count), pattern, seen);
            seen += count;
        }

        if (seen != bytes)
        {
            throw new InvalidDataException($"{seen} of {bytes} bytes passed the relay.");
        }
    }

    private static void Check(ReadOnlySpan<byte> received, byte[] pattern, long position)
    {
        while (received.Length > 0)
        {
            int offset = (int)(position % PatternSize);
            int length = Math.Min(received.Length, PatternSize - offset);
            if (!received[..length].SequenceEqual(pattern.AsSpan(offset, length)))
            {
                throw new InvalidDataException($"The relay changed a byte after position {position}.");
            }

            received = received[length..];
            position += length;
        }
    }

    private static async Task<(Socket Near, Socket Far)> ConnectedPairAsync()
    {
        using Socket listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(1);
        Socket near = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await near.ConnectAsync(listener.LocalEndPoint!);
        Socket far = await listener.AcceptAsync();
        far.NoDelay = true;
        return (near, far);
    }
}
