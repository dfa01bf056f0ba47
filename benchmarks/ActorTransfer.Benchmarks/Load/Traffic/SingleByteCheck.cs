using ActorTransfer.Benchmarks.Load.Native;

namespace ActorTransfer.Benchmarks.Load.Traffic;

/// <summary>Counts the idle pairs that still transfer a byte to the right peer.</summary>
internal static class SingleByteCheck
{
    /// <summary>Sends one byte from each initiator.</summary>
    /// <param name="pairs">The pairs.</param>
    /// <param name="sent">Bytes that each initiator has sent before.</param>
    /// <param name="halfCloses">Also half-closes, because one proxy delays a single byte until more bytes arrive.</param>
    public static unsafe int Count(IReadOnlyList<LoadPair> pairs, int sent, bool halfCloses)
    {
        using Epoll epoll = new();
        for (int pair = 0; pair < pairs.Count; pair++)
        {
            epoll.Add(pairs[pair].Target, Epoll.Readable, pair);
        }

        foreach (LoadPair pair in pairs)
        {
            Linux.Send(pair.Initiator, Pattern.At(pair.Number * 2, sent), 1);
            if (halfCloses)
            {
                Linux.ShutdownSend(pair.Initiator);
            }
        }

        int alive = 0;
        byte* bytes = stackalloc byte[2];
        for (int open = pairs.Count; open > 0;)
        {
            int count = epoll.Wait(10_000);
            if (count == 0)
            {
                break;
            }

            for (int i = 0; i < count; i++, open--)
            {
                LoadPair pair = pairs[(int)epoll.Tag(i)];
                nint received = Linux.Receive(pair.Target, bytes, 2);
                alive += received > 0 && Pattern.Fits(bytes, received, pair.Number * 2, sent + 1 - received) ? 1 : 0;
                epoll.Remove(pair.Target);
            }
        }

        return alive;
    }
}
