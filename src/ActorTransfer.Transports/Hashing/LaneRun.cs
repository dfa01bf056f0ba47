using System.Buffers;

namespace ActorTransfer.Transports.Hashing;

/// <summary>Hashes the pieces of several seats: side by side as long as that is faster, the rest one after the other.</summary>
internal static unsafe class LaneRun
{
    /// <summary>Hashes all of them.</summary>
    /// <param name="seats">At most <see cref="Sha256Lanes.Count"/>. Their states are this thread's until it returns.</param>
    public static void Hash(ReadOnlySpan<HashSeat> seats)
    {
        if (seats.Length < Sha256Lanes.Worthwhile)
        {
            foreach (HashSeat seat in seats)
            {
                LibCrypto.CompressSha256(seat.State!.Words, seat.Blocks.Span);
            }

            return;
        }

        MemoryHandle[] pins = new MemoryHandle[seats.Length];
        byte** at = stackalloc byte*[Sha256Lanes.Count];
        Span<long> left = stackalloc long[seats.Length];
        uint* words = stackalloc uint[Sha256State.WordCount * Sha256Lanes.Count];
        for (int lane = 0; lane < seats.Length; lane++)
        {
            pins[lane] = seats[lane].Blocks.Pin();
            at[lane] = (byte*)pins[lane].Pointer;
            left[lane] = seats[lane].Blocks.Length / Sha256State.BlockSize;
            Load(words, lane, seats[lane].State!);
        }

        while (Shortest(left, at) is > 0 and var blocks)
        {
            Sha256Lanes.Compress(words, at, blocks);
            for (int lane = 0; lane < seats.Length; lane++)
            {
                if (left[lane] > 0)
                {
                    at[lane] += blocks * Sha256State.BlockSize;
                    left[lane] -= blocks;
                    Store(words, lane, seats[lane].State!);
                }
            }
        }

        for (int lane = 0; lane < seats.Length; lane++)
        {
            if (left[lane] > 0)
            {
                LibCrypto.CompressSha256(seats[lane].State!.Words, new ReadOnlySpan<byte>(at[lane], (int)left[lane] * Sha256State.BlockSize));
            }

            pins[lane].Dispose();
        }
    }

    /// <summary>
    /// Blocks that all unfinished lanes have; 0 when too few are unfinished. The others are shown the bytes of one of these, since they have to
    /// hash something.
    /// </summary>
    private static long Shortest(ReadOnlySpan<long> left, byte** at)
    {
        long shortest = long.MaxValue;
        int unfinished = 0;
        byte* any = null;
        for (int lane = 0; lane < left.Length; lane++)
        {
            if (left[lane] > 0)
            {
                unfinished++;
                shortest = Math.Min(shortest, left[lane]);
                any = at[lane];
            }
        }

        for (int lane = 0; lane < Sha256Lanes.Count; lane++)
        {
            if (lane >= left.Length || left[lane] == 0)
            {
                at[lane] = any;
            }
        }

        return unfinished < Sha256Lanes.Worthwhile ? 0 : shortest;
    }

    private static void Load(uint* words, int lane, Sha256State state)
    {
        for (int word = 0; word < Sha256State.WordCount; word++)
        {
            words[(word * Sha256Lanes.Count) + lane] = state.Words[word];
        }
    }

    private static void Store(uint* words, int lane, Sha256State state)
    {
        for (int word = 0; word < Sha256State.WordCount; word++)
        {
            state.Words[word] = words[(word * Sha256Lanes.Count) + lane];
        }
    }
}
