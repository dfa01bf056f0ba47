using ActorTransfer.Protocol.FileTransfer;
using ActorTransfer.Transports.Sockets;

namespace ActorTransfer.Actors.Settings;

/// <summary>Section <c>transfers</c>.</summary>
/// <param name="Admission">Limits of active and queued transfers.</param>
/// <param name="MaxOffersPerPeer">Queued and pending offers of one peer.</param>
/// <param name="MaxPendingOffers">The same for all peers.</param>
/// <param name="OfflineTimeout">How long an outgoing transfer waits for the connection of its account.</param>
/// <param name="DrainTimeout">How long transfers may continue when the engine stops.</param>
internal sealed record TransferLimits(AdmissionLimits Admission, int MaxOffersPerPeer, int MaxPendingOffers, TimeSpan OfflineTimeout, TimeSpan DrainTimeout)
{
    /// <summary>Rate limits; the user of a transfer is its peer.</summary>
    public Rates Rates { get; init; }

    internal static TransferLimits Read(SettingsReader reader) => new(
        new AdmissionLimits(
            reader.Count("transfers.max-active"),
            reader.Count("transfers.max-per-peer"),
            reader.CountOrOff("transfers.max-queued-sends"),
            reader.CountOrOff("transfers.max-queued-offers"),
            reader.Time("transfers.send-queue-timeout"),
            reader.Time("transfers.offer-queue-timeout"))
        {
            MaxPerAccount = reader.CountOrOff("transfers.max-per-account"),
        },
        reader.Count("transfers.max-offers-per-peer"),
        reader.Count("transfers.max-pending-offers"),
        reader.Time("transfers.offline-timeout"),
        reader.Time("transfers.drain-timeout"))
    {
        Rates = new Rates(reader.Size("transfers.rate-per-transfer"), reader.Size("transfers.rate-per-peer"), reader.Size("transfers.rate-total")),
    };
}
