using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using ActorTransfer.Actors.Files;
using ActorTransfer.Actors.Settings;
using ActorTransfer.Actors.Transfers;
using ActorTransfer.Extensibility;
using ActorTransfer.Protocol;
using ActorTransfer.Protocol.ProxyService;
using Akka.Actor;
using Akka.Hosting;

namespace ActorTransfer.Hosting.Internal;

/// <summary>Implementation of <see cref="IFileTransfers"/>: turns calls into messages to the <see cref="TransferGateway"/>.</summary>
internal sealed class FileTransfers(ActorSystem system, IRequiredActor<TransferGateway> gateway, ActorTransferOptions options) : IFileTransfers
{
    /// <summary>About as large as the chunks that are read from it.</summary>
    private static readonly StreamPipeReaderOptions s_reading = new(bufferSize: 256 * 1024);

    private readonly OfferQueue _offers = new(EngineSettings.Read(options.Hocon).Transfers.MaxUndecidedOffers);
    private int _reading;

    public Task ReadyAsync(CancellationToken ct = default) => ReadyAsync(keepTrying: true, ct);

    public async Task ReadyAsync(bool keepTrying, CancellationToken ct = default)
    {
        var ready = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        (await GatewayAsync(ct).ConfigureAwait(false)).Tell(new TransferGateway.WaitReady(ready, keepTrying));
        await ready.Task.WaitAsync(ct).ConfigureAwait(false);
    }

    public async Task<ITransfer> SendAsync(Jid to, FileInfo file, SendOptions? options = null, CancellationToken ct = default)
    {
        ArgumentNullException.ThrowIfNull(file);
        return await SendAsync(to, new FileContent(file), options, ct).ConfigureAwait(false);
    }

    public async Task<ITransfer> SendAsync(Jid to, IOutgoingContent content, SendOptions? options = null, CancellationToken ct = default)
    {
        ArgumentNullException.ThrowIfNull(to);
        ArgumentNullException.ThrowIfNull(content);
        ct.ThrowIfCancellationRequested();
        var actor = await GatewayAsync(ct).ConfigureAwait(false);
        var handle = new TransferHandle(actor, system.WhenTerminated, to, content.Description);
        var order = new Transfer.Send(options?.Account ?? DefaultAccount, options?.From, to, content, ActorRefs.Nobody)
        {
            Terms = options is null ? new() : new(options.Methods) { Proxies = options.Proxies },
        };
        actor.Tell(new TransferGateway.StartSend(order, handle));
        try
        {
            await handle.Beginning.WaitAsync(ct).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            handle.Cancel();
            throw;
        }

        return handle;
    }

    public async Task<ITransfer> SendAsync(Jid to, Stream content, FileDescription file, SendOptions? options = null, CancellationToken ct = default)
    {
        ArgumentNullException.ThrowIfNull(content);
        ArgumentNullException.ThrowIfNull(file);
        return content.CanSeek
            ? await SendOwnedAsync(to, new SeekableContent(content, file), options, ct).ConfigureAwait(false)
            : await SendAsync(to, PipeReader.Create(content, s_reading), file, options, ct).ConfigureAwait(false);
    }

    public async Task<ITransfer> SendAsync(Jid to, PipeReader content, FileDescription file, SendOptions? options = null, CancellationToken ct = default)
    {
        ArgumentNullException.ThrowIfNull(content);
        ArgumentNullException.ThrowIfNull(file);
        return await SendOwnedAsync(to, new PipeContent(content, file), options, ct).ConfigureAwait(false);
    }

    public async IAsyncEnumerable<IIncomingOffer> IncomingAsync([EnumeratorCancellation] CancellationToken ct = default)
    {
        if (Interlocked.Exchange(ref _reading, 1) == 0)
        {
            var actor = await GatewayAsync(ct).ConfigureAwait(false);
            actor.Tell(new TransferGateway.ReadOffers(offered => _offers.TryAdd(new IncomingOffer(offered, actor, system.WhenTerminated, options)), _offers.Remove));
        }

        await foreach (var offer in _offers.ReadAllAsync(ct).ConfigureAwait(false))
        {
            yield return offer;
        }
    }

    public async Task<ITraceRecording> RecordAsync(int capacity = 10_000, CancellationToken ct = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(capacity);
        if (!EngineSettings.Read(options.Hocon).Connection.Trace)
        {
            throw new InvalidOperationException("Stanzas are not traced; call TraceStanzas in AddActorTransfer.");
        }

        var started = new TaskCompletionSource<ITraceRecording>(TaskCreationOptions.RunContinuationsAsynchronously);
        (await GatewayAsync(ct).ConfigureAwait(false)).Tell(new TransferGateway.StartRecording(capacity, started));
        return await started.Task.WaitAsync(ct).ConfigureAwait(false);
    }

    private async Task<ITransfer> SendOwnedAsync<T>(Jid to, T content, SendOptions? options, CancellationToken ct)
        where T : IOutgoingContent, IDisposable
    {
        try
        {
            var transfer = await SendAsync(to, content, options, ct).ConfigureAwait(false);
            _ = ReleaseAsync(transfer, content);
            return transfer;
        }
        catch
        {
            content.Dispose();
            throw;
        }
    }

    private static async Task ReleaseAsync(ITransfer transfer, IDisposable content)
    {
        await transfer.Completion.ConfigureAwait(false);
        content.Dispose();
    }

    private string DefaultAccount => options.Build().Accounts is [var first, ..]
        ? first.Name
        : throw new InvalidOperationException("The engine has no account; add one, for example with AddComponent.");

    private Task<IActorRef> GatewayAsync(CancellationToken ct) => gateway.GetAsync(ct);

    private sealed class IncomingOffer(Transfer.Offered offered, IActorRef gateway, Task stopped, ActorTransferOptions options) : IIncomingOffer
    {
        private int _decided;

        public TransferId Id => offered.Id;

        public Jid From => offered.Peer;

        public Jid To => offered.Self;

        public FileDescription File => offered.File;

        public async Task<ITransfer> AcceptAsync(
            string? folder = null, string? fileName = null, AcceptTerms? terms = null, CancellationToken ct = default)
        {
            folder ??= options.DownloadFolder ?? throw new InvalidOperationException("No folder given; pass one or call DownloadTo.");
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

            var handle = new TransferHandle(gateway, stopped, From, File);
            handle.Began(Id);
            var order = new Transfer.Accept(Id, destination, ActorRefs.Nobody) { Methods = terms?.Methods ?? StreamMethods.All, KeepsPart = terms?.KeepsPart ?? false, MaxSize = terms?.MaxSize };
            gateway.Tell(new TransferGateway.TakeOffer(order, handle));
            if (destination is IDisposable owned)
            {
                _ = ReleaseAsync(handle, owned);
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

            var rejected = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
            gateway.Tell(new TransferGateway.RejectOffer(Id, reason, rejected));
            if (await Task.WhenAny(rejected.Task, stopped).WaitAsync(ct).ConfigureAwait(false) != rejected.Task)
            {
                rejected.TrySetException(new EngineException("The application has stopped."));
            }

            return await rejected.Task.ConfigureAwait(false);
        }

        private bool TryDecide() => Interlocked.Exchange(ref _decided, 1) == 0;

        private InvalidOperationException Decided() => new($"The offer of {PrintableText.Of(File.Name)} by {From} has already been accepted or rejected.");
    }
}
