using System.Diagnostics;
using ActorTransfer.Benchmarks.Load.Native;

namespace ActorTransfer.Benchmarks.Load.Traffic;

/// <summary>Half-close: the return direction must transfer bytes after the forward direction has ended (RFC 793 §3.5).</summary>
internal static unsafe class ReturnDirection
{
    private const int Length = 3000;

    /// <summary>Sends some bytes and the end from every target, and reads them at the initiators.</summary>
    /// <returns>Pairs whose return direction transferred all bytes.</returns>
    public static int Count(IReadOnlyList<LoadPair> pairs)
    {
        foreach (LoadPair pair in pairs)
        {
            Linux.Send(pair.Target, Pattern.At(pair.Number * 2 + 1, 0), Length);
            Linux.ShutdownSend(pair.Target);
        }

        return pairs.Count(IsWhole);
    }

    private static bool IsWhole(LoadPair pair)
    {
        using Epoll epoll = new();
        epoll.Add(pair.Initiator, Epoll.Readable, 0);
        byte* bytes = stackalloc byte[Length];
        int got = 0;
        for (long start = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(start).TotalSeconds < 5;)
        {
            epoll.Wait(1000);
            nint count = Linux.Receive(pair.Initiator, bytes, Length);
            if (count == -Linux.Again)
            {
                continue;
            }

            if (count <= 0)
            {
                return count == 0 && got == Length;
            }

            if (got + count > Length || !Pattern.Fits(bytes, count, pair.Number * 2 + 1, got))
            {
                return false;
            }

            got += (int)count;
        }

        return false;
    }
}
