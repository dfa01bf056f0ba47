namespace ActorTransfer.Actors.Settings;

/// <summary>Section <c>initiator</c>.</summary>
internal sealed record InitiatorSettings(
    TimeSpan Offer,
    TimeSpan Accepted,
    TimeSpan ProxyDiscovered,
    TimeSpan StreamhostSent,
    TimeSpan Connected,
    TimeSpan Stalled,
    TimeSpan Linger,
    TimeSpan Connect,
    TimeSpan OpeningInBand,
    bool OfferAgain,
    Signalling Signalling)
{
    /// <summary>Timeout of a state without progress.</summary>
    public TimeSpan Of(TransferState state) => state switch
    {
        TransferState.Offer => Offer,
        TransferState.Accepted => Accepted,
        TransferState.ProxyDiscovered => ProxyDiscovered,
        TransferState.StreamhostSent => StreamhostSent,
        TransferState.Connected => Connected,
        _ => Stalled,
    };

    internal static InitiatorSettings Read(SettingsReader reader) => new(
        reader.Time("initiator.offer"),
        reader.Time("initiator.accepted"),
        reader.Time("initiator.proxy-discovered"),
        reader.Time("initiator.streamhost-sent"),
        reader.Time("initiator.connected"),
        reader.Time("initiator.stalled"),
        reader.Time("initiator.linger"),
        reader.Time("initiator.connect"),
        reader.Time("initiator.opening-in-band"),
        reader.Switch("initiator.offer-again"),
        reader.Choice(
            "initiator.signalling", ("auto", Signalling.Auto), ("jingle", Signalling.Jingle), ("si", Signalling.StreamInitiation)));
}
