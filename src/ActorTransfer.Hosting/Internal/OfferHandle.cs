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
/// <param name="destinations">Chooses where accepted files go; null = <paramref name="folder"/>.</param>
/// <param name="folder">Default folder of accepted files; null = none.</param>
internal sealed class OfferHandle(
    Transfer.Offered offered, ActorSystem system, IActorRef transfers, EngineLifetime engine, IDestinationPolicy? destinations, string? folder) : IIncomingOffer
{
    private int _decided;

    public TransferId Id => offered.Id;

    public Jid From => offered.Peer;

    public Jid To => offered.Self;

    public FileDescription File => offered.File;

    /// <summary>The offer as policies and destinations see it.</summary>
    public IncomingOffer Description => new(From, To, File) { Id = Id };

    public async Task<ITransfer> AcceptAsync(
        string? folder = null, string? fileName = null, AcceptTerms? terms = null, CancellationToken ct = default)
    {
        var destination = await ChooseAsync(folder, fileName, ct).ConfigureAwait(false);
        try
        {
            return await AcceptAsync(destination, terms, ct).ConfigureAwait(false);
        }
        catch
        {
            (destination as IDisposable)?.Dispose();
            throw;
        }
    }

    /// <summary>The destination of a file that is accepted without one.</summary>
    /// <param name="folder">Target folder; null = that of the policy, or the default.</param>
    /// <param name="fileName">Name to use instead of the offered one; null = the offered one.</param>
    /// <param name="ct">Cancels the policy.</param>
    public async ValueTask<IIncomingDestination> ChooseAsync(string? folder, string? fileName, CancellationToken ct)
    {
        if (folder is not null || destinations is null)
        {
            return new FolderDestination(folder ?? DefaultFolder, fileName);
        }

        ct.ThrowIfCancellationRequested();
        var named = fileName is null ? Description : Description with { File = File with { Name = fileName } };
        return await destinations.ChooseAsync(named, ct).ConfigureAwait(false)
            ?? throw new InvalidOperationException($"{destinations.GetType().Name} returned null.");
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

    /// <summary>Declines with a temporary error, unless it was decided already.</summary>
    public void DeclineForNow(string? reason = null)
    {
        if (TryDecide())
        {
            transfers.Tell(new Transfer.Decline(Id, reason) { ForNow = true });
        }
    }

    private string DefaultFolder =>
        folder ?? throw new InvalidOperationException("No folder given; pass one, call DownloadTo, or add an IDestinationPolicy.");

    private bool TryDecide() => Interlocked.Exchange(ref _decided, 1) == 0;

    private InvalidOperationException Decided() => new($"The offer of {PrintableText.Of(File.Name)} by {From} has already been accepted or rejected.");
}
