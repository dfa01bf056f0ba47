namespace ActorTransfer.Protocol.Jingle;

/// <summary>The kinds of reasons. Source: XEP-0166 §7.4.</summary>
internal enum JingleCondition
{
    /// <summary>Another session is used instead.</summary>
    AlternativeSession,

    /// <summary>The side is busy.</summary>
    Busy,

    /// <summary>The side cancels.</summary>
    Cancel,

    /// <summary>No connection was possible.</summary>
    ConnectivityError,

    /// <summary>The side declines.</summary>
    Decline,

    /// <summary>The session took too long.</summary>
    Expired,

    /// <summary>The application cannot be set up.</summary>
    FailedApplication,

    /// <summary>The transport cannot be set up.</summary>
    FailedTransport,

    /// <summary>Any other error, and all unknown reasons.</summary>
    GeneralError,

    /// <summary>The side goes offline.</summary>
    Gone,

    /// <summary>The parameters of the contents do not fit.</summary>
    IncompatibleParameters,

    /// <summary>An error about the content, such as a wrong hash.</summary>
    MediaError,

    /// <summary>The security is not acceptable.</summary>
    SecurityError,

    /// <summary>Everything is done.</summary>
    Success,

    /// <summary>Something took too long.</summary>
    Timeout,

    /// <summary>None of the applications is supported.</summary>
    UnsupportedApplications,

    /// <summary>None of the transports is supported.</summary>
    UnsupportedTransports,
}

/// <summary>The names of <see cref="JingleCondition"/>s in XML.</summary>
internal static class JingleConditions
{
    private static readonly Dictionary<string, JingleCondition> Conditions = Enum.GetValues<JingleCondition>().ToDictionary(value => HyphenatedName.Of(value));

    public static string Name(this JingleCondition condition) => HyphenatedName.Of(condition);

    /// <summary>Null if the condition is unknown. Dino writes underscores.</summary>
    public static JingleCondition? Read(string? name) =>
        name is not null && Conditions.TryGetValue(name.Replace('_', '-'), out var condition) ? condition : null;
}
