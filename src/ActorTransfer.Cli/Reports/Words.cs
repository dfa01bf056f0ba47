using System.Text;
using ActorTransfer.Protocol;

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

    /// <summary>The name of a method that options and events use.</summary>
    public static string Of(StreamMethod method) => method switch
    {
        StreamMethod.Direct => "direct",
        StreamMethod.Proxy => "proxy",
        _ => "ibb",
    };

    /// <summary>For example <c>through the proxy at 192.0.2.1:7777</c>.</summary>
    public static string Way(TransferMethod method) => method switch
    {
        { Method: StreamMethod.Direct, Host: { } host } => $"directly, {host}",
        { Method: StreamMethod.Direct } => "directly",
        { Method: StreamMethod.Proxy, Host: { } host } => $"through the proxy at {host}",
        { Method: StreamMethod.Proxy } => "through a proxy",
        _ => "in-band",
    };

    /// <summary>A name or text of a peer or server within a line: see <see cref="PrintableText"/>.</summary>
    public static string Printable(string text) => PrintableText.Of(text);
}
