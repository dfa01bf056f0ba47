using ActorTransfer.Protocol.ProxyService;
using ActorTransfer.Protocol.Xml;

namespace ActorTransfer.Protocol.Streams;

/// <summary>A stream error of the server (RFC 6120 §4.9), which ends the stream.</summary>
/// <param name="Condition">One of RFC 6120 §4.9.3; <c>undefined-condition</c> when the server names none.</param>
/// <param name="Text">What the server adds for people.</param>
internal sealed record StreamFailure(string Condition, string? Text)
{
    /// <summary>Characters of what is not a host.</summary>
    private const int MaxShown = 100;

    /// <summary>Where the server refers to (<c>see-other-host</c>), in its own words; null when it does not.</summary>
    public string? Elsewhere { get; init; }

    /// <summary>What kind of end the error is.</summary>
    public LinkFault Fault => Condition == "conflict" ? LinkFault.Conflict : IsForGood ? LinkFault.StreamRefused : LinkFault.Unreachable;

    /// <summary>True when the same attempt would end the same way, or would throw out whoever took our place (<c>conflict</c>).</summary>
    public bool IsForGood => Condition is "conflict" or "not-authorized" or "host-unknown" or "invalid-namespace" or "unsupported-version";

    /// <summary>Reads a <c>stream:error</c>.</summary>
    public static StreamFailure Read(XmlElement error) => new(
        error.Children.FirstOrDefault(child => child.Namespace == Namespaces.StreamErrors && child.Name != "text")?.Name ?? "undefined-condition",
        error.Child(Namespaces.StreamErrors, "text")?.Text is { Length: > 0 } text ? text : null)
    {
        Elsewhere = error.Child(Namespaces.StreamErrors, "see-other-host")?.Text,
    };

    /// <summary>For people.</summary>
    /// <param name="who">The account.</param>
    public string Describe(string who)
    {
        var hint = Condition switch
        {
            "conflict" => $"somebody else logged in as {who} (conflict)",
            "host-unknown" => $"the server does not serve the domain of {who} (host-unknown)",
            "not-authorized" => $"the server refused {who} (not-authorized)",
            "see-other-host" => OtherHost.Read(Elsewhere ?? "") is { } other
                ? $"the server refers to {other} (see-other-host)"
                : $"the server refers to '{PrintableText.Of(Elsewhere, MaxShown)}', which is not a host (see-other-host)",
            _ => $"stream error {Condition}",
        };
        return Text is null ? hint : $"{hint}: {Text}";
    }
}
