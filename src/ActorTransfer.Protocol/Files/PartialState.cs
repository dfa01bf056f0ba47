using System.Buffers;
using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using ActorTransfer.Protocol.ProxyService;

namespace ActorTransfer.Protocol.Files;

/// <summary>
/// The checkpoint file of a partial file: its identity, the name of the partial file, and a line for each <see cref="Checkpoint"/>, written
/// after the bytes before it. It needs no write ordering and no checksum of its own: a line counts only when the bytes on disk have its
/// hash. After a crash or tampering, at worst fewer bytes are reused.
/// </summary>
internal static class PartialState
{
    /// <summary>Positions are multiples of this; this many bytes of a partial file are requested again, to compare them with the sender's.</summary>
    public const int Block = 64 * 1024;

    private const string Magic = "actor-transfer-part 2";
    private const int MaxCheckpoints = 1024;
    private const int Sha256HexLength = 64;

    private static readonly SearchValues<char> Hex = SearchValues.Create("0123456789abcdef");

    /// <summary>
    /// Identifies the file of a peer for resuming: the same bare JID, name, size and strongest hash, or date if there is no hash. 64
    /// hexadecimal characters that do not reveal the peer. Null when the offer contains too little.
    /// </summary>
    public static string? Identity(Jid peer, FileDescription file)
    {
        var version = file.Hashes.Strongest?.Hex ?? file.Md5 ?? file.Date?.UtcTicks.ToString(CultureInfo.InvariantCulture);
        return version is null || file.IsSizeUnknown
            ? null
            : Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\0', peer.Bare, Decimals.Write(file.Size), version, file.Name))));
    }

    /// <summary>Bytes between two checkpoints: the given number, or more for large files, to bound the size of the checkpoint file.</summary>
    public static long Interval(long size, long minimum)
    {
        var interval = Math.Max(minimum, size / MaxCheckpoints);
        return (interval + Block - 1) / Block * Block;
    }

    /// <summary>The first two lines.</summary>
    /// <param name="identity">Of the file.</param>
    /// <param name="partialName">Name of the partial file, in the same folder.</param>
    public static string Header(string identity, string partialName) => $"{Magic} {identity}\n{partialName}\n";

    /// <summary>The line of a checkpoint.</summary>
    public static string Line(Checkpoint checkpoint) => $"{Decimals.Write(checkpoint.Position)} {checkpoint.Sha256}\n";

    /// <summary>Name of the checkpoint file. It follows from the offer alone, so the folder need not be searched.</summary>
    public static string FileName(string identity) => $".actor-transfer.{identity[..16]}.part.state";

    /// <summary>Parses a checkpoint file up to the first incomplete or invalid line; null if it belongs to another file.</summary>
    /// <param name="text">Content of the checkpoint file.</param>
    /// <param name="identity">Identity of the requested file.</param>
    /// <param name="size">Its size.</param>
    public static CheckpointFileContent? Read(string text, string identity, long size)
    {
        var first = $"{Magic} {identity}\n";
        var second = text.StartsWith(first, StringComparison.Ordinal) ? text.IndexOf('\n', first.Length) : -1;
        if (second < 0)
            return null;

        var found = ImmutableArray.CreateBuilder<Checkpoint>();
        var rest = text.AsSpan(second + 1);
        for (var end = rest.IndexOf('\n'); end >= 0; end = rest.IndexOf('\n'))
        {
            if (ReadLine(rest[..end]) is not { } next || next.Position > size || (found.Count > 0 && next.Position <= found[^1].Position))
                break;

            found.Add(next);
            rest = rest[(end + 1)..];
        }

        return new CheckpointFileContent(text[first.Length..second], found.ToImmutable());
    }

    private static Checkpoint? ReadLine(ReadOnlySpan<char> line)
    {
        var space = line.IndexOf(' ');
        if (space < 1 || !long.TryParse(line[..space], NumberStyles.None, CultureInfo.InvariantCulture, out var position))
            return null;

        var hash = line[(space + 1)..];
        return position > 0 && position % Block == 0 && hash.Length == Sha256HexLength && !hash.ContainsAnyExcept(Hex)
            ? new Checkpoint(position, hash.ToString())
            : null;
    }
}
