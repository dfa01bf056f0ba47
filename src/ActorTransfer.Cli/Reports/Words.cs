using ActorTransfer.Protocol;

namespace ActorTransfer.Cli.Reports;

/// <summary>Names and text as they are printed.</summary>
internal static class Words
{
    /// <summary><c>StreamhostSent</c> as <c>streamhost-sent</c>.</summary>
    public static string Hyphenated<T>(T value)
        where T : struct, Enum => HyphenatedName.Of(value);

    /// <summary>The value of <c>--signalling</c>.</summary>
    public static string Name(Signalling signalling) => signalling switch
    {
        Signalling.StreamInitiation => "si",
        Signalling.Jingle => "jingle",
        _ => "auto",
    };

    /// <summary>For example <c>the proxy at 192.0.2.1:7777</c>.</summary>
    public static string Describe(TransferMethod method) => method switch
    {
        { Method: StreamMethod.Direct, Host: { } host } => $"a direct connection, {host}",
        { Method: StreamMethod.Direct } => "a direct connection",
        { Method: StreamMethod.Proxy, Host: { } host } => $"the proxy at {host}",
        { Method: StreamMethod.Proxy } => "a proxy",
        { Method: StreamMethod.Http, Host: { } host } => $"HTTP upload to {host}",
        { Method: StreamMethod.Http } => "HTTP upload",
        _ => "an in-band bytestream",
    };

    /// <summary>A name or text of a peer or server within a line: see <see cref="PrintableText"/>.</summary>
    public static string Printable(string text) => PrintableText.Of(text);
}
