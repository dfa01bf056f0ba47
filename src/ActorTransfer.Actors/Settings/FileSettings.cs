using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using ActorTransfer.Actors.Settings;
using ActorTransfer.Protocol.Files;
using Akka.Configuration;

namespace ActorTransfer.Extensibility;

/// <summary>Section <c>files</c>.</summary>
/// <param name="ComputesDigest">Whether the outcome carries the SHA-256 of the file when nothing else needs it (<c>files.digest</c>).</param>
/// <param name="OfferMd5UpTo">Bytes; 0 = no MD5 is computed.</param>
/// <param name="KeepPartials">Whether partial files are kept for resumption.</param>
/// <param name="PartialTtl">How long they are kept.</param>
/// <param name="Checkpoint">Minimum bytes between two checkpoints of a partial file.</param>
/// <param name="Durability">What is flushed to disk before a received file is reported as complete.</param>
public sealed record FileSettings(
    bool ComputesDigest, long OfferMd5UpTo, bool KeepPartials, TimeSpan PartialTtl, int Checkpoint, FileDurability Durability)
{
    /// <summary>Bytes left free on the disk of a target folder; 0 = none.</summary>
    public long DiskReserve { get; init; }

    internal static FileSettings Read(SettingsReader reader) => new(
        reader.Choice("files.digest", ("sha-256", true), ("none", false)),
        reader.Size("files.offer-md5-up-to"),
        reader.Switch("files.keep-partials"),
        reader.Time("files.partial-ttl"),
        reader.Bytes("files.checkpoint", 2 * PartialState.Block, 1 << 30),
        reader.Choice<FileDurability>("files.durability"))
    {
        DiskReserve = reader.Size("files.disk-reserve"),
    };
}
