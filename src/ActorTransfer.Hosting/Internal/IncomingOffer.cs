using ActorTransfer.Actors.Files;
using ActorTransfer.Actors.Transfers;
using ActorTransfer.Extensibility;
using ActorTransfer.Protocol;
using Akka.Actor;

namespace ActorTransfer.Hosting.Internal;

/// <summary>An offer of a peer; decided once.</summary>
/// <param name="offered">The offer.</param>
/// <param name="system">The engine's actor system.</param>
/// <param name="transfers">The parent of the transfer.</param>
/// <param name="engine">Ends the transfer if the engine ends first.</param>
/// <param name="folder">Default folder of accepted files; null = none.</param>
internal sealed class IncomingOffer(Transfer.Offered offered, ActorSystem system, IActorRef transfers, EngineLifetime engine, string? folder) : IIncomingOffer
{
    private int _decided;

    public TransferId Id => offered.Id;

    public Jid From => offered.Peer;

    public Jid To => offered.Self;

    public FileDescription File => offered.File;

    public async Task<ITransfer> AcceptAsync(
        string? folder = null, string? fileName = null, AcceptTerms? terms = null, CancellationToken ct = default)
    {
        folder ??= DefaultFolder;
        return await AcceptAsync(new FolderDestination(folder, fileName), terms, ct).ConfigureAwait(false);
    }

    public Task<ITransfer> AcceptAsync(IIncomingDestination destination, AcceptTerms? terms = null, CancellationToken ct = default)
    {
        if (destination is null)
        {
            return Task.FromException<ITransfer>(new ArgumentNullException(nameof(destination)));
        }

        if (ct.IsCancellationRequested)
        {
            return Task.FromCanceled<ITransfer>(ct);
        }

        if (!TryDecide())
        {
            return Task.FromException<ITransfer>(Decided());
        }

        var handle = new TransferHandle(system, transfers, engine, From, File, Id);
        var accept = new Transfer.Accept(Id, destination, handle.Observer)
        {
            Methods = terms?.Methods ?? StreamMethods.All,
            KeepsPart = terms?.KeepsPart ?? false,
            MaxSize = terms?.MaxSize,
        };
        transfers.Tell(accept, handle.Observer);
        if (destination is IDisposable owned)
        {
            _ = Owned.ReleaseAsync(handle, owned);
        }

        return Task.FromResult<ITransfer>(handle);
    }

    public async Task<bool> RejectAsync(string? reason = null, CancellationToken ct = default)
    {
        ct.ThrowIfCancellationRequested();
        if (!TryDecide())
        {
            throw Decided();
        }

        using var waiting = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var declined = transfers.Ask<Transfer.Declined>(
            replyTo => new Transfer.Decline(Id, reason) { ReplyTo = replyTo }, Timeout.InfiniteTimeSpan, waiting.Token);
        if (await Task.WhenAny(declined, engine.Ended).ConfigureAwait(false) != declined)
        {
            await waiting.CancelAsync().ConfigureAwait(false);
            throw new EngineException((await engine.Ended.ConfigureAwait(false)).Reason);
        }

        return (await declined.ConfigureAwait(false)).IsDone;
    }

    private string DefaultFolder => folder ?? throw new InvalidOperationException("No folder given; pass one or call DownloadTo.");

    private bool TryDecide() => Interlocked.Exchange(ref _decided, 1) == 0;

    private InvalidOperationException Decided() => new($"The offer of {PrintableText.Of(File.Name)} by {From} has already been accepted or rejected.");
}
