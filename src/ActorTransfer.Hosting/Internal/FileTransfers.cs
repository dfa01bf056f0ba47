using System.Diagnostics;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using ActorTransfer.Actors.Files;
using ActorTransfer.Actors.Transfers;
using ActorTransfer.Extensibility;
using ActorTransfer.Protocol;
using ActorTransfer.Protocol.ProxyService;
using Akka.Actor;

namespace ActorTransfer.Hosting.Internal;

/// <summary>Implementation of <see cref="IFileTransfers"/>: sends messages to the engine's transfers and to the <see cref="TransferGateway"/>.</summary>
internal sealed class FileTransfers(ActorSystem system, EngineInstance instance) : IFileTransfers
{
    /// <summary>About as large as the chunks that are read from it.</summary>
    private static readonly StreamPipeReaderOptions s_reading = new(bufferSize: 256 * 1024);

    public Task ReadyAsync(CancellationToken ct = default) => ReadyAsync(keepTrying: true, ct);

    public async Task ReadyAsync(bool keepTrying, CancellationToken ct = default)
    {
        var ready = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        (await instance.Lifetime.GatewayAsync(ct).ConfigureAwait(false)).Tell(new TransferGateway.WaitReady(ready, keepTrying));
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
        var parts = await instance.Lifetime.RunningAsync(ct).ConfigureAwait(false);
        if (options is { Account: { } name }
            && instance.Remote is { } remote
            && (!parts.Connections.ContainsKey(name) || remote.IsMoving(name))
            && await remote.SendAsync(name, to, content, options, ct).ConfigureAwait(false) is { } elsewhere)
        {
            return elsewhere;
        }

        var transfers = parts.Transfers;
        var handle = new TransferHandle(system, transfers, instance.Lifetime, to, content.Description);
        var send = new Transfer.Send(options?.Account ?? DefaultAccount, options?.From, to, content, handle.Observer)
        {
            Parent = Activity.Current?.Context ?? default,
            Terms = options?.ToTerms() ?? new(),
        };
        transfers.Tell(send, handle.Observer);
        await handle.BegunAsync(ct).ConfigureAwait(false);
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
        await instance.Lifetime.RunningAsync(ct).ConfigureAwait(false);
        instance.Offers.Subscribe(system, await instance.Lifetime.GatewayAsync(ct).ConfigureAwait(false));
        await foreach (var offer in instance.Offers.ReadAllAsync(ct).ConfigureAwait(false))
        {
            yield return offer;
        }
    }

    public async Task<ITraceRecording> RecordAsync(int capacity = 10_000, CancellationToken ct = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(capacity);
        if (!instance.Settings.Connection.Trace)
        {
            throw new InvalidOperationException("Stanzas are not traced; call TraceStanzas in AddActorTransfer.");
        }

        var started = new TaskCompletionSource<ITraceRecording>(TaskCreationOptions.RunContinuationsAsynchronously);
        (await instance.Lifetime.GatewayAsync(ct).ConfigureAwait(false)).Tell(new TransferGateway.StartRecording(capacity, started));
        return await started.Task.WaitAsync(ct).ConfigureAwait(false);
    }

    public async Task<bool> DrainAsync(TimeSpan? within = null, CancellationToken ct = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(within ?? TimeSpan.Zero, TimeSpan.Zero, nameof(within));
        return !(await AskAsync<Transfer.Drained>(new Transfer.Drain(within), ct).ConfigureAwait(false)).IsInterrupted;
    }

    public Task EndDrainAsync(CancellationToken ct = default) => AskAsync<Transfer.Status>(new Transfer.EndDrain(), ct);

    private Task<T> AskAsync<T>(object request, CancellationToken ct) => instance.Lifetime.AskAsync<T>(parts => parts.Transfers, request, ct);

    private async Task<ITransfer> SendOwnedAsync<T>(Jid to, T content, SendOptions? options, CancellationToken ct)
        where T : IOutgoingContent, IDisposable
    {
        try
        {
            var transfer = await SendAsync(to, content, options, ct).ConfigureAwait(false);
            _ = Owned.ReleaseAsync(transfer, content);
            return transfer;
        }
        catch
        {
            content.Dispose();
            throw;
        }
    }

    private string DefaultAccount => instance.Options.Build().Accounts is [var first, ..]
        ? first.Name
        : throw new InvalidOperationException("The engine has no account; add one, for example with AddComponent.");
}
