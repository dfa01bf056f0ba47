using ActorTransfer.Actors.Settings;
using ActorTransfer.Protocol.JingleSessions;

namespace ActorTransfer.Actors.Transfers;

/// <summary>The timeouts of a Jingle session.</summary>
internal static class JingleTimes
{
    /// <summary>How long the session may wait.</summary>
    /// <param name="timer">For what.</param>
    /// <param name="settings">Sections jingle, initiator and target.</param>
    /// <param name="sends">This side sends the file.</param>
    public static TimeSpan Of(JingleTimer timer, EngineSettings settings, bool sends) => timer switch
    {
        JingleTimer.Collecting => settings.Jingle.Collecting,
        JingleTimer.Confirmation => settings.Jingle.Confirmation,
        JingleTimer.Offer => settings.Initiator.Offer,
        JingleTimer.Decision => settings.Target.Offer,
        JingleTimer.Candidates => settings.Jingle.Candidates,
        JingleTimer.PeerCandidates => settings.Jingle.PeerCandidates,
        JingleTimer.OwnLink => settings.Initiator.Connect + settings.Initiator.Connected,
        JingleTimer.PeerActivation => settings.Jingle.PeerActivation,
        JingleTimer.Replacement => settings.Jingle.Replacement,
        JingleTimer.ReplacementAnswer => settings.Jingle.ReplacementAccepted,
        JingleTimer.InBandOpen => settings.Jingle.OpeningInBand,
        JingleTimer.Checksum => settings.Jingle.Checksum,
        JingleTimer.End => settings.Jingle.End,
        JingleTimer.Reason or JingleTimer.Confirmed => settings.Jingle.Reason,
        _ => sends ? settings.Initiator.Stalled : settings.Target.Stalled,
    };
}
