namespace ActorTransfer.Actors.Settings;

/// <summary>Section <c>jingle</c>.</summary>
internal sealed record JingleSettings(
    TimeSpan Collecting,
    TimeSpan Confirmation,
    TimeSpan Candidates,
    TimeSpan PeerCandidates,
    TimeSpan PeerActivation,
    TimeSpan Replacement,
    TimeSpan ReplacementAccepted,
    TimeSpan OpeningInBand,
    TimeSpan Checksum,
    TimeSpan Close,
    TimeSpan End,
    TimeSpan Reason)
{
    internal static JingleSettings Read(SettingsReader reader) => new(
        reader.Time("jingle.collecting"),
        reader.Time("jingle.confirmation"),
        reader.Time("jingle.candidates"),
        reader.Time("jingle.peer-candidates"),
        reader.Time("jingle.peer-activation"),
        reader.Time("jingle.replacement"),
        reader.Time("jingle.replacement-accepted"),
        reader.Time("jingle.opening-in-band"),
        reader.Time("jingle.checksum"),
        reader.Time("jingle.close"),
        reader.Time("jingle.end"),
        reader.Time("jingle.reason"));
}
