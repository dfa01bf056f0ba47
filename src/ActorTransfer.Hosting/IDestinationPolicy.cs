namespace ActorTransfer.Extensibility;

/// <summary>
/// Chooses where accepted files go. Add one with <c>services.AddSingleton&lt;IDestinationPolicy, Mine&gt;()</c>; the last one added is used. It replaces the
/// folder given to <see cref="ActorTransferOptions.DownloadTo"/>, and is asked when an offer is accepted without a destination or folder.
/// </summary>
public interface IDestinationPolicy
{
    /// <summary>
    /// The destination of an accepted file. <see cref="FolderDestination.Below"/> makes a folder for each peer; a <see cref="StreamDestination"/> or
    /// another <see cref="IIncomingDestination"/> stores it elsewhere. An exception fails the call of <see cref="IIncomingOffer.AcceptAsync(string?, string?,
    /// AcceptTerms?, CancellationToken)"/> and leaves the offer pending; if an <see cref="IOfferPolicy"/> accepted it, the offer is declined.
    /// </summary>
    /// <param name="offer">The offer, with the name given to <c>AcceptAsync</c>, if any. Name and texts of the file are untrusted input.</param>
    /// <param name="ct">Of the call that accepts the offer.</param>
    /// <returns>A destination for this file only. It is disposed when the transfer has ended, if it is disposable.</returns>
    ValueTask<IIncomingDestination> ChooseAsync(IncomingOffer offer, CancellationToken ct);
}
