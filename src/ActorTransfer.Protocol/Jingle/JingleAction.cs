namespace ActorTransfer.Protocol.Jingle;

/// <summary>What a Jingle request does. Source: XEP-0166 §7.2.</summary>
internal enum JingleAction
{
    /// <summary>Offers a session.</summary>
    SessionInitiate,

    /// <summary>Accepts the offer.</summary>
    SessionAccept,

    /// <summary>Declines the offer or ends the session.</summary>
    SessionTerminate,

    /// <summary>Tells something about the session; without a payload it asks whether the session exists.</summary>
    SessionInfo,

    /// <summary>Tells something to the transport of a content.</summary>
    TransportInfo,

    /// <summary>Offers another transport.</summary>
    TransportReplace,

    /// <summary>Accepts that offer.</summary>
    TransportAccept,

    /// <summary>Declines that offer.</summary>
    TransportReject,

    /// <summary>Offers one more content.</summary>
    ContentAdd,

    /// <summary>Accepts that offer.</summary>
    ContentAccept,

    /// <summary>Declines that offer.</summary>
    ContentReject,

    /// <summary>Removes a content.</summary>
    ContentRemove,

    /// <summary>Changes the direction of a content.</summary>
    ContentModify,

    /// <summary>Tells something to the application of a content.</summary>
    DescriptionInfo,

    /// <summary>Tells something to the security of a content.</summary>
    SecurityInfo,
}

/// <summary>The names of <see cref="JingleAction"/>s in XML.</summary>
internal static class JingleActions
{
    private static readonly Dictionary<string, JingleAction> Actions = Enum.GetValues<JingleAction>().ToDictionary(action => HyphenatedName.Of(action));

    public static string Name(this JingleAction action) => HyphenatedName.Of(action);

    /// <summary>Null if the action is unknown.</summary>
    public static JingleAction? Read(string? name) => name is not null && Actions.TryGetValue(name, out var action) ? action : null;

    /// <summary>Whether a request with this action is about contents, and needs one.</summary>
    public static bool NeedsContent(this JingleAction action) => action is not (
        JingleAction.SessionTerminate or JingleAction.SessionInfo or JingleAction.DescriptionInfo or JingleAction.SecurityInfo);
}
