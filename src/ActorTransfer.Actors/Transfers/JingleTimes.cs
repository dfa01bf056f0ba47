using ActorTransfer.Actors.Settings;
using ActorTransfer.Protocol.JingleSessions;

namespace ActorTransfer.Actors.Transfers;

/// <summary>
/// The timeouts of a Jingle session: those of stream initiation where something is awaited there too.
/// </summary>
internal static class JingleTimes
{
    /// <summary>The peer's client confirms a request, without its user.</summary>
    public static readonly TimeSpan Answer = TimeSpan.FromSeconds(30);

    /// <summary>After all bytes: the sender of an in-band bytestream closes it.</summary>
    public static readonly TimeSpan InBandClose = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan s_collecting = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_checksum = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_end = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan s_reason = TimeSpan.FromSeconds(2);

    /// <summary>How long the session may wait.</summary>
    /// <param name="timer">For what.</param>
    /// <param name="settings">Sections initiator and target.</param>
    /// <param name="sends">This side sends the file.</param>
    public static TimeSpan Of(JingleTimer timer, EngineSettings settings, bool sends) => timer switch
    {
        JingleTimer.Collecting => settings.Initiator.Accepted < s_collecting ? settings.Initiator.Accepted : s_collecting,
        JingleTimer.Confirmation => Answer,
        JingleTimer.Offer => settings.Initiator.Offer,
        JingleTimer.Decision => settings.Target.Offer,
        JingleTimer.Candidates => settings.Initiator.StreamhostSent,
        JingleTimer.OwnLink => settings.Initiator.Connect + settings.Initiator.Connected,
        JingleTimer.PeerActivation => settings.Target.Connected,
        JingleTimer.Replacement => settings.Target.Fallback,
        JingleTimer.ReplacementAnswer => settings.Initiator.Accepted,
        JingleTimer.InBandOpen => settings.Initiator.OpeningInBand,
        JingleTimer.Checksum => s_checksum,
        JingleTimer.End => s_end,
        JingleTimer.Reason or JingleTimer.Confirmed => s_reason,
        _ => sends ? settings.Initiator.Stalled : settings.Target.Stalled,
    };
}
