namespace ActorTransfer.Extensibility;

/// <summary>
/// Decides who may send what. Add one with <c>services.AddSingleton&lt;IOfferPolicy, Mine&gt;()</c>; the last one added is used. It is asked for each offer
/// that the limits of section <c>transfers</c> admit, before <see cref="IFileTransfers.IncomingAsync"/> has the offer, and without a reader too.
/// Called by several threads at once, at most <c>target.max-policy-calls</c>; further offers wait in order of arrival.
/// </summary>
public interface IOfferPolicy
{
    /// <summary>
    /// Decides on an offer. If it throws, or has not decided within <c>target.policy-timeout</c> of the offer's arrival, the offer is declined with a
    /// temporary error (<c>resource-constraint</c>) and a line in the log.
    /// </summary>
    /// <param name="offer">The offer; name and texts of the file are untrusted input.</param>
    /// <param name="ct">Cancelled when the time is over, or when the offer has ended: the decision is then ignored, and its destination disposed.</param>
    ValueTask<OfferDecision> DecideAsync(IncomingOffer offer, CancellationToken ct);

    /// <summary>An offer was accepted by this policy. Must not block. By default, does nothing.</summary>
    /// <param name="transfer">The transfer: its <see cref="ITransfer.Completion"/> has the outcome.</param>
    void Accepted(ITransfer transfer)
    {
    }
}

/// <summary>Decision of an <see cref="IOfferPolicy"/>.</summary>
public abstract record OfferDecision
{
    private OfferDecision()
    {
    }

    /// <summary>Accept the file.</summary>
    /// <param name="Destination">
    /// Where it goes, for this file only; disposed when the transfer has ended, if it is disposable. Null = as <see cref="IDestinationPolicy"/> chooses, and
    /// without one the folder given to <see cref="ActorTransferOptions.DownloadTo"/>.
    /// </param>
    /// <param name="Terms">How to receive; null = by any method.</param>
    public sealed record Accept(IIncomingDestination? Destination = null, AcceptTerms? Terms = null) : OfferDecision;

    /// <summary>Decline the file.</summary>
    /// <param name="Reason">For the peer's user; null = <c>declined</c>.</param>
    public sealed record Decline(string? Reason = null) : OfferDecision
    {
        /// <summary>
        /// True: the peer may offer it again later, and gets the condition <c>resource-constraint</c> (type wait). Default: false, <c>forbidden</c> (cancel).
        /// </summary>
        public bool IsTemporary { get; init; }
    }

    /// <summary>A reader of <see cref="IFileTransfers.IncomingAsync"/> decides.</summary>
    public sealed record LeaveToReader : OfferDecision;
}
