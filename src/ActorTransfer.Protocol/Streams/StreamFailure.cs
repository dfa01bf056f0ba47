using ActorTransfer.Protocol.ProxyService;
using ActorTransfer.Protocol.Xml;

namespace ActorTransfer.Protocol.Streams;

/// <summary>A stream error of the server (RFC 6120 §4.9), which ends the stream.</summary>
/// <param name="Condition">One of RFC 6120 §4.9.3; <c>undefined-condition</c> when there is none.</param>
/// <param name="Text">The server's text for display.</param>
internal sealed record StreamFailure(string Condition, string? Text)
{
    /// <summary>Maximum characters of an invalid host to display.</summary>
    private const int MaxShown = 100;

    /// <summary>The address the server redirects to (<c>see-other-host</c>), unparsed; null = none.</summary>
    public string? Elsewhere { get; init; }

    /// <summary>The kind of failure.</summary>
    public LinkFault Fault => Condition == "conflict" ? LinkFault.Conflict : IsForGood ? LinkFault.StreamRefused : LinkFault.Unreachable;

    /// <summary>True when another attempt would fail likewise, or would replace another session (<c>conflict</c>).</summary>
    public bool IsForGood => Condition is "conflict" or "not-authorized" or "host-unknown" or "invalid-namespace" or "unsupported-version";

    /// <summary>Parses a <c>stream:error</c>.</summary>
    public static StreamFailure Read(XmlElement error) => new(
        error.Children.FirstOrDefault(child => child.Namespace == Namespaces.StreamErrors && child.Name != "text")?.Name ?? "undefined-condition",
        error.Child(Namespaces.StreamErrors, "text")?.Text is { Length: > 0 } text ? text : null)
    {
        Elsewhere = error.Child(Namespaces.StreamErrors, "see-other-host")?.Text,
    };

    /// <summary>For people.</summary>
    /// <param name="name">The account.</param>
    public string Describe(string name)
    {
        var hint = Condition switch
        {
            "conflict" => $"another client logged in as {name} (conflict)",
            "host-unknown" => $"the server does not serve the domain of {name} (host-unknown)",
            "not-authorized" => $"the server refused {name} (not-authorized)",
            "see-other-host" => OtherHost.Read(Elsewhere ?? "") is { } other
                ? $"the server refers to {other} (see-other-host)"
                : $"the server refers to '{PrintableText.Of(Elsewhere, MaxShown)}', which is not a host (see-other-host)",
            _ => $"stream error {Condition}",
        };
        return Text is null ? hint : $"{hint}: {Text}";
    }
}
