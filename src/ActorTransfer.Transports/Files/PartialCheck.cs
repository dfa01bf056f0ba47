using System.Security.Cryptography;
using ActorTransfer.Extensibility;
using ActorTransfer.Protocol.Files;
using Microsoft.Win32.SafeHandles;

namespace ActorTransfer.Transports.Files;

/// <summary>Verifies a partial file by reading and hashing all of it.</summary>
internal static class PartialCheck
{
    private const int Block = PartialState.Block;
    private const int ReadSize = 256 * 1024;

    /// <summary>
    /// The longest beginning that matches its checkpoint and does not end as it begins: otherwise one could not detect whether a sender
    /// sends the rest of the file or all of it. Null when there is none.
    /// </summary>
    public static (VerifiedPartialFile PartialFile, IReadOnlyList<Checkpoint> Kept)? Find(
        SafeFileHandle partial, IEnumerable<Checkpoint> recorded, PartialTerms terms, CancellationToken ct)
    {
        long length = RandomAccess.GetLength(partial);
        List<Checkpoint> candidates = [.. recorded.TakeWhile(checkpoint => checkpoint.Position <= length)];
        while (Trim(partial, candidates))
        {
            ContentHash hash = new(withSha256: true, terms.WithMd5, terms.Function);
            int good = Match(partial, candidates, hash, ct);
            if (good == candidates.Count)
            {
                long end = candidates[^1].Position;
                return (new VerifiedPartialFile(end - Block, end, hash, new RangeProbe(Block, HashBlock(partial, end - Block))), candidates);
            }

            hash.Dispose();
            candidates.RemoveRange(good, candidates.Count - good);
        }

        return null;
    }

    /// <summary>Drops ends that equal the beginning. False when nothing is left.</summary>
    private static bool Trim(SafeFileHandle partial, List<Checkpoint> candidates)
    {
        if (candidates.Count == 0)
        {
            return false;
        }

        byte[] head = HashBlock(partial, 0);
        int last = candidates.FindLastIndex(
            checkpoint => checkpoint.Position >= 2 * Block && !HashBlock(partial, checkpoint.Position - Block).AsSpan().SequenceEqual(head));
        candidates.RemoveRange(last + 1, candidates.Count - last - 1);
        return last >= 0;
    }

    /// <summary>How many checkpoints the bytes match, in order.</summary>
    private static int Match(SafeFileHandle partial, List<Checkpoint> candidates, ContentHash hash, CancellationToken ct)
    {
        using Chunk chunk = Chunk.Rent(ReadSize);
        long position = 0;
        for (int n = 0; n < candidates.Count; n++)
        {
            while (position < candidates[n].Position)
            {
                ct.ThrowIfCancellationRequested();
                int count = RandomAccess.Read(partial, chunk.Span[..(int)Math.Min(ReadSize, candidates[n].Position - position)], position);
                if (count == 0)
                {
                    return n;
                }

                hash.Append(chunk.Span[..count]);
                position += count;
            }

            if (hash.Sha256 != candidates[n].Sha256)
            {
                return n;
            }
        }

        return candidates.Count;
    }

    private static byte[] HashBlock(SafeFileHandle partial, long position)
    {
        using Chunk chunk = Chunk.Rent(Block);
        int filled = 0;
        while (filled < Block && RandomAccess.Read(partial, chunk.Span[filled..], position + filled) is > 0 and var count)
        {
            filled += count;
        }

        return SHA256.HashData(chunk.Span[..filled]);
    }
}
