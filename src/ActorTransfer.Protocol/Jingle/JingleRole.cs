namespace ActorTransfer.Protocol.Jingle;

/// <summary>A side of a session. It says nothing about the direction of the bytes.</summary>
internal enum JingleRole
{
    /// <summary>Who sent session-initiate.</summary>
    Initiator,

    /// <summary>Who received it.</summary>
    Responder,
}

/// <summary>Which side sends the bytes of a content. Source: XEP-0166 §7.3.</summary>
internal enum JingleSenders
{
    /// <summary>The default. For a file it means "as offered": a file has one direction.</summary>
    Both,

    /// <summary>The initiator.</summary>
    Initiator,

    /// <summary>The responder.</summary>
    Responder,

    /// <summary>Neither of them.</summary>
    None,
}

/// <summary>The names of roles in XML.</summary>
internal static class JingleRoles
{
    public static string Name(this JingleRole role) => HyphenatedName.Of(role);

    public static string Name(this JingleSenders senders) => HyphenatedName.Of(senders);

    public static JingleRole Other(this JingleRole role) => role == JingleRole.Initiator ? JingleRole.Responder : JingleRole.Initiator;

    public static JingleSenders AsSender(this JingleRole role) => role == JingleRole.Initiator ? JingleSenders.Initiator : JingleSenders.Responder;

    /// <summary>Peers omit the creator of a content, which the initiator has nearly always created.</summary>
    public static JingleRole ReadRole(string? name) => name == JingleRole.Responder.Name() ? JingleRole.Responder : JingleRole.Initiator;

    public static JingleSenders ReadSenders(string? name) => name switch
    {
        "initiator" => JingleSenders.Initiator,
        "responder" => JingleSenders.Responder,
        "none" => JingleSenders.None,
        _ => JingleSenders.Both,
    };
}
