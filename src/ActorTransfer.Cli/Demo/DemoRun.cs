using System.Diagnostics;
using ActorTransfer.Actors.Files;
using ActorTransfer.Cli.Output;
using ActorTransfer.Cli.Reports;
using ActorTransfer.Cli.Transfers;
using ActorTransfer.Protocol.ProxyService;

namespace ActorTransfer.Cli.Demo;

/// <summary>One run of <c>actor-transfer demo</c>: a file, a host, a transfer and its trace.</summary>
internal sealed class DemoRun(DemoRequest request, Terminal terminal)
{
    private readonly Terminal _terminal = request.Output.On(terminal);
    private readonly TimeProvider _time = TimeProvider.System;

    /// <exception cref="CommandException">It failed.</exception>
    /// <exception cref="OperationCanceledException">Interrupted; both sides have ended and cleaned up.</exception>
    public async Task<ExitCode> RunAsync(CancellationToken interrupted)
    {
        using var workspace = new Workspace();
        var named = request.File is { } path ? OutgoingFile.Open(new FileInfo(path)) : null;
        await using var host = await DemoHost.StartAsync(request, interrupted);
        await BeReadyAsync(host, interrupted);
        var content = named ?? OutgoingFile.Open(await GenerateAsync(workspace, interrupted));
        var recording = await host.Transfers.RecordAsync(ct: interrupted);
        var file = content.Description;
        _terminal.WriteLine($"{host.Sender} sends {file.Name}, {ByteSize.Format(file.Size)}, to {host.Receiver}");

        var (sent, received) = await TransferAsync(host, content, request.Into ?? workspace.Path("received"), interrupted);

        var conversation = await recording.StopAsync();
        var output = new DemoOutput(request, _terminal);
        output.PrintTrace(host, conversation);
        interrupted.ThrowIfCancellationRequested();
        if (BothOutcomes.FailureOf(sent, received) is { } failure)
        {
            throw failure;
        }

        output.PrintResult((TransferOutcome.Completed)sent, (TransferOutcome.Completed)received!, DemoOutput.Flowed(conversation, host.Receiver));
        return ExitCode.Done;
    }

    private async Task<FileInfo> GenerateAsync(Workspace workspace, CancellationToken interrupted)
    {
        _terminal.WriteLine($"Generating {ByteSize.Format(request.Size)} of pseudo-random bytes");
        return await GeneratedFile.CreateAsync(workspace.Path("generated.bin"), request.Size, interrupted);
    }

    private async Task BeReadyAsync(DemoHost host, CancellationToken interrupted)
    {
        try
        {
            await host.Transfers.ReadyAsync(keepTrying: false, interrupted);
        }
        catch (EngineException failure) when (request.Server is not null)
        {
            throw new CommandException(failure.ForGood ? ExitCode.ServerRefused : ExitCode.ServerUnreachable, failure.Message, failure);
        }
    }

    private async Task<(TransferOutcome Sent, TransferOutcome? Received)> TransferAsync(
        DemoHost host, FileContent content, string folder, CancellationToken interrupted)
    {
        using var waiting = CancellationTokenSource.CreateLinkedTokenSource(interrupted);
        var accepting = AcceptAsync(host, folder, waiting.Token);
        var options = new SendOptions(host.SendingAccount, host.Sender) { Methods = StreamMethods.Socks5, Signalling = request.Signalling };
        var sending = await host.Transfers.SendAsync(host.Receiver, content, options, interrupted);
        using var endSending = interrupted.Register(sending.Cancel);
        await Task.WhenAny(accepting, sending.Completion);
        await waiting.CancelAsync();
        ITransfer receiving;
        try
        {
            receiving = await accepting;
        }
        catch (OperationCanceledException)
        {
            return (await sending.Completion, null); // The offer never arrived; the sender's outcome has the reason.
        }

        using var endReceiving = interrupted.Register(receiving.Cancel);
        await Task.WhenAll(
            ShowAsync(receiving),
            EndWithAsync(sending, receiving),
            EndWithAsync(receiving, sending));
        return (await sending.Completion, await receiving.Completion);
    }

    /// <summary>Prints progress. The result is printed from both outcomes.</summary>
    private async Task ShowAsync(ITransfer transfer)
    {
        await using var report = ReportChoice.Make(request.Output, _terminal, _time);
        report.Report(new TransferEvent.Offer(transfer.Id, transfer.Peer, IsIncoming: true, transfer.File.Name, transfer.File.Size));
        await new TransferWatch(transfer, report, _time).FollowAsync(isIncoming: true);
    }

    /// <summary>
    /// A receiver is not notified when its sender finds no proxy: it would wait for its own timeout. A broken stream, in contrast, is seen at
    /// the other end, which may know the reason.
    /// </summary>
    private static async Task EndWithAsync(ITransfer first, ITransfer other)
    {
        if (await first.Completion is not (TransferOutcome.Completed or TransferOutcome.Failed { Reason: FailureReason.ConnectionLost }))
        {
            other.Cancel();
        }
    }

    /// <summary>Accepts only the sender's offer: a component may get offers of others.</summary>
    /// <param name="host">The host.</param>
    /// <param name="folder">Target folder.</param>
    /// <param name="waiting">Cancels the wait for an offer.</param>
    private static async Task<ITransfer> AcceptAsync(DemoHost host, string folder, CancellationToken waiting)
    {
        await foreach (var offer in host.Transfers.IncomingAsync(waiting))
        {
            if (offer.From == host.Sender && offer.To == host.Receiver)
            {
                return await offer.AcceptAsync(folder, ct: waiting);
            }

            await offer.RejectAsync("this is a demonstration", waiting);
        }

        throw new OperationCanceledException(waiting);
    }
}
