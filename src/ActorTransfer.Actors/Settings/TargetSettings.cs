namespace ActorTransfer.Actors.Settings;

/// <summary>Section <c>target</c>.</summary>
internal sealed record TargetSettings(
    bool Enabled,
    TimeSpan Offer,
    TimeSpan Accepted,
    TimeSpan StreamhostReceived,
    TimeSpan Connected,
    TimeSpan Stalled,
    TimeSpan Connect,
    TimeSpan Stagger,
    TimeSpan ProxyDelay,
    TimeSpan ProxyTie,
    TimeSpan Fallback,
    TimeSpan SessionReuse,
    TimeSpan PolicyTimeout,
    int MaxPolicyCalls)
{
    /// <summary>Timeout of a state without progress.</summary>
    public TimeSpan Of(TransferState state) => state switch
    {
        TransferState.Offer => Offer,
        TransferState.Accepted => Accepted,
        TransferState.StreamhostReceived => StreamhostReceived,
        TransferState.Connected => Connected,
        _ => Stalled,
    };

    internal static TargetSettings Read(SettingsReader reader) => new(
        reader.Switch("target.enabled"),
        reader.Time("target.offer"),
        reader.Time("target.accepted"),
        reader.Time("target.streamhost-received"),
        reader.Time("target.connected"),
        reader.Time("target.stalled"),
        reader.Time("target.connect"),
        reader.Time("target.stagger"),
        reader.TimeOrOff("target.proxy-delay"),
        reader.TimeOrOff("target.proxy-tie"),
        reader.Time("target.fallback"),
        reader.Time("target.session-reuse"),
        reader.Time("target.policy-timeout"),
        reader.Count("target.max-policy-calls"));
}
