using System.Text;
using ActorTransfer.Hosting;
using ActorTransfer.Protocol.Conversations;

namespace ActorTransfer.Cli.Reports;

/// <summary>Names and text as they are printed.</summary>
internal static class Words
{
    /// <summary><c>StreamhostSent</c> as <c>streamhost-sent</c>.</summary>
    public static string Hyphenated(Enum value)
    {
        var words = new StringBuilder();
        foreach (var sign in value.ToString())
        {
            if (char.IsUpper(sign) && words.Length > 0)
            {
                words.Append('-');
            }

            words.Append(char.ToLowerInvariant(sign));
        }

        return words.ToString();
    }

    /// <summary>The name of a road that options and events use.</summary>
    public static string Of(Road road) => road switch
    {
        Road.Direct => "direct",
        Road.Proxy => "proxy",
        _ => "ibb",
    };

    /// <summary>For example <c>through the proxy at 192.0.2.1:7777</c>.</summary>
    public static string Way(TransferRoad road) => road switch
    {
        { Road: Road.Direct, Host: { } host } => $"directly, {host}",
        { Road: Road.Direct } => "directly",
        { Road: Road.Proxy, Host: { } host } => $"through the proxy at {host}",
        { Road: Road.Proxy } => "through a proxy",
        _ => "in-band",
    };

    /// <summary>Text of a peer or server as one line without anything that a terminal would obey.</summary>
    public static string Printable(string text) => text.Any(IsUnsafe)
        ? string.Create(text.Length, text, static (shown, source) =>
        {
            for (var at = 0; at < source.Length; at++)
            {
                shown[at] = IsUnsafe(source[at]) ? '\uFFFD' : source[at];
            }
        })
        : text;

    /// <summary>Controls, separators of lines, and signs that turn the direction of writing: photo[U+202E]gnp.exe reads as photoexe.png.</summary>
    private static bool IsUnsafe(char sign) =>
        char.IsControl(sign) || sign is '\u2028' or '\u2029' or '\u200E' or '\u200F' or (>= '\u202A' and <= '\u202E') or (>= '\u2066' and <= '\u2069');
}
