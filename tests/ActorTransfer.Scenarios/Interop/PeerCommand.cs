using System.Text.Json;
using System.Text.Json.Serialization;

namespace ActorTransfer.Scenarios.Interop;

/// <summary>A command of <c>jingle_peer.py</c>.</summary>
internal sealed record PeerCommand(string Do)
{
    private static readonly JsonSerializerOptions s_format = new(JsonSerializerDefaults.Web) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    public static PeerCommand Receive { get; } = new("receive");

    public static PeerCommand Send { get; } = new("send");

    public static PeerCommand Cancel { get; } = new("cancel");

    /// <summary>The file to send, or the folder to receive into.</summary>
    public string? Path { get; init; }

    /// <summary>Whom to send to.</summary>
    public string? To { get; init; }

    /// <summary>What a sender offers first: s5b or ibb.</summary>
    public string? Transport { get; init; }

    /// <summary>A receiver's: accept, decline or none.</summary>
    public string? Answer { get; init; }

    /// <summary>It offers direct candidates.</summary>
    public bool Direct { get; init; }

    /// <summary>The proxy that it offers; null = none.</summary>
    public string? Proxy { get; init; }

    /// <summary>It can connect to candidates of its peer.</summary>
    public bool Reaches { get; init; } = true;

    /// <summary>Its own candidates can be connected to.</summary>
    public bool Reachable { get; init; } = true;

    /// <summary>What keeps the stock version from a transfer is mended.</summary>
    public bool Repaired { get; init; } = true;

    public override string ToString() => JsonSerializer.Serialize(this, s_format);
}
