using System.Globalization;
using System.Runtime.InteropServices;
using ActorTransfer.Protocol.Xml;

namespace ActorTransfer.Protocol.Files;

/// <summary>The range of a file that a receiver requests. The default is the whole file. Source: XEP-0096 §3.</summary>
/// <param name="Offset">The first byte requested, counted from 0.</param>
/// <param name="Length">Number of bytes; null = to the end.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct FileRange(long Offset, long? Length)
{
    private const string Element = "range";

    /// <summary>Represents an unparsable range: matches no file.</summary>
    public static readonly FileRange Invalid = new(-1, null);

    /// <summary>The whole file, which needs no range element.</summary>
    public bool IsWhole => Offset == 0 && Length is null;

    /// <summary>Whether it is all of a file of this size; null = unknown. A peer may write the length of the whole file.</summary>
    public bool IsWholeOf(long? size) => IsWhole || (Offset == 0 && Length == size);

    /// <summary>Whether a file of this size contains this range. Check a peer's range with it before use.</summary>
    public bool FitsIn(long size) => Offset >= 0 && Offset <= size && (Length is null || (Length >= 0 && Length <= size - Offset));

    /// <summary>Number of bytes of the range in a file of that size. Call only if it fits.</summary>
    public long LengthIn(long size) => Length ?? size - Offset;

    internal static FileRange? Read(XmlElement? range)
    {
        var (offset, length) = (range?["offset"], range?["length"]);
        if (offset is null && length is null)
            return null;

        var from = offset is null ? 0 : Decimals.Read(offset);
        var count = length is null ? null : Decimals.Read(length);
        return from is null || (length is not null && count is null) ? Invalid : new FileRange(from.Value, count);
    }

    internal XmlElement ToXml() => new XmlElement(Namespaces.FileTransferProfile, Element)
        .With(("offset", Offset == 0 ? null : Decimals.Write(Offset)), ("length", Length is { } length ? Decimals.Write(length) : null));

    internal static XmlElement Capability() => new(Namespaces.FileTransferProfile, Element);

    internal static XmlElement? Find(XmlElement? file) => file?.Child(Namespaces.FileTransferProfile, Element);
}

/// <summary>Byte counts in attributes: decimal, not negative, 64 bits.</summary>
internal static class Decimals
{
    public static long? Read(string? text) => long.TryParse(
        text, NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out var value)
        ? value
        : null;

    public static string Write(long value) => value.ToString(CultureInfo.InvariantCulture);
}
