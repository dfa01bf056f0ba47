namespace ActorTransfer.Protocol.Stanzas;

/// <summary>The four kinds of <c>iq</c> (RFC 6120 §8.2.3).</summary>
internal enum IqType
{
    Get,
    Set,
    Result,
    Error,
}

/// <summary>The values of the attribute <c>type</c>.</summary>
internal static class IqTypes
{
    /// <summary>Null when the text is missing or not a type.</summary>
    public static IqType? Read(string? text) => text switch
    {
        "get" => IqType.Get,
        "set" => IqType.Set,
        "result" => IqType.Result,
        "error" => IqType.Error,
        _ => null,
    };

    /// <summary>The text.</summary>
    public static string Name(this IqType type) => type switch
    {
        IqType.Get => "get",
        IqType.Set => "set",
        IqType.Result => "result",
        IqType.Error => "error",
        _ => throw new InvalidOperationException($"Unknown iq type {type}."),
    };
}
