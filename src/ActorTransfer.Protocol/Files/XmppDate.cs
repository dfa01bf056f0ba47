using System.Globalization;
using System.Text;

namespace ActorTransfer.Protocol.Files;

/// <summary>Times in XML. Source: XEP-0082.</summary>
internal static class XmppDate
{
    private static readonly CompositeFormat Written = CompositeFormat.Parse("{0:yyyy-MM-dd'T'HH:mm:ss'Z'}");

    /// <summary>XEP-0082, XEP-0082 without seconds, and the format from before XEP-0082.</summary>
    private static readonly string[] Formats = ["yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", "yyyy-MM-dd'T'HH:mmK", "yyyyMMdd'T'HH:mm:ss"];

    public static string Write(DateTimeOffset date) => string.Format(CultureInfo.InvariantCulture, Written, date.UtcDateTime);

    /// <summary>The time, or null.</summary>
    public static DateTimeOffset? Read(string? text) => DateTimeOffset.TryParseExact(
        text?.Trim(),
        Formats,
        CultureInfo.InvariantCulture,
        DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal,
        out var date)
        ? date
        : null;
}
