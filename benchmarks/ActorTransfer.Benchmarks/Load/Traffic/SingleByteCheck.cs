using ActorTransfer.Benchmarks.Load.Native;

namespace ActorTransfer.Benchmarks.Load.Traffic;

/// <summary>Counts the idle pairs that still transfer a byte to the right peer.</summary>
internal static class SingleByteCheck
{
    /// <summary>Sends one byte and half-closes from each initiator, because one proxy delays a single byte until more bytes arrive.</summary>
    public static unsafe int Count(IReadOnlyList<LoadPair> pairs)
    {
        using Epoll epoll = new();
        for (int pair = 0; pair < pairs.Count; pair++)
        {
            epoll.Add(pairs[pair].Target, Epoll.Readable, pair);
        }

        foreach (LoadPair pair in pairs)
        {
            Linux.Send(pair.Initiator, Pattern.At(pair.Number * 2, 0), 1);
            Linux.ShutdownSend(pair.Initiator);
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
                alive += Linux.Receive(pair.Target, bytes, 2) == 1 && Pattern.Fits(bytes, 1, pair.Number * 2, 0) ? 1 : 0;
                epoll.Remove(pair.Target);
            }
        }

        return alive;
    }
}
