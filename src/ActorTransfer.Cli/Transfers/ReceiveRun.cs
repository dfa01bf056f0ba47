using ActorTransfer.Cli.Accounts;
using ActorTransfer.Cli.Output;
using ActorTransfer.Cli.Page;
using ActorTransfer.Cli.Reports;

namespace ActorTransfer.Cli.Transfers;

/// <summary>One run of <c>actor-transfer receive</c>: a login, then incoming transfers, several at a time.</summary>
internal sealed class ReceiveRun(ReceiveRequest request, Terminal terminal)
{
    private readonly TimeProvider _time = TimeProvider.System;
    private readonly TaskCompletionSource<bool> _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<Task<ExitCode>> _running = [];
    private readonly Lock _gate = new();
    private ExitCode _first = ExitCode.Done;
    private int _taken;
    private int _ended;

    /// <returns>The exit code of the first failed transfer.</returns>
    /// <exception cref="CommandException">The login failed, or the folder is not writable.</exception>
    public async Task<ExitCode> RunAsync(CancellationToken interrupted)
    {
        TargetFolder.Prepare(request.Folder);
        await using var report = ReportChoice.Make(request.Account.Output, terminal, _time);
        await using var host = await AccountHost.StartAsync(request.Account, receives: true, interrupted, request.Exports, request.ReceivesHttp);
        await using var page = request.Page is { } at
            ? await PageServer.StartAsync(at, host.Services, address => report.Report(new TransferEvent.Page(address)), interrupted)
            : null;
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(interrupted);
        var receiving = ReceiveAsync(host, report, enough, interrupted);
        try
        {
            await StayAsync(host, report, receiving, enough.Token);
        }
        finally
        {
            await enough.CancelAsync();
            _ready.TrySetResult(false);
            await receiving;
        }

        return interrupted.IsCancellationRequested ? ExitCode.Interrupted : _first;
    }

    /// <summary>Logs in, and runs until the count is reached or the server refuses the account. The engine recovers from other losses.</summary>
    private async Task StayAsync(AccountHost host, IReport report, Task receiving, CancellationToken enough)
    {
        var self = await host.LoginAsync(keepTrying: false, enough);
        report.Report(new TransferEvent.Ready(self, request.Folder));
        _ready.TrySetResult(true);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(enough);
        var watching = WatchAsync(host, report, self, over.Token);
        await Task.WhenAny(watching, receiving);
        await over.CancelAsync();
        await watching;
    }

    private async Task WatchAsync(AccountHost host, IReport report, Jid self, CancellationToken over)
    {
        try
        {
            await foreach (var status in host.WatchAsync(over))
            {
                switch (status)
                {
                    case AccountStatus.Online online when online.Self != self:
                        self = online.Self;
                        report.Report(new TransferEvent.Ready(self, request.Folder));
                        break;
                    case AccountStatus.Offline { ForGood: true } offline:
                        throw new FailureException(LoginFailures.Of(offline));
                    case AccountStatus.Offline offline:
                        report.Remark($"{offline.Reason}; reconnecting");
                        break;
                }
            }
        }
        catch (OperationCanceledException) when (over.IsCancellationRequested)
        {
            // The count was reached, or the command was interrupted.
        }
    }

    /// <summary>Starts before the login: a peer may send an offer as soon as this side is online.</summary>
    private async Task ReceiveAsync(AccountHost host, IReport report, CancellationTokenSource enough, CancellationToken interrupted)
    {
        try
        {
            await foreach (var offer in host.Transfers.IncomingAsync(enough.Token))
            {
                if (await _ready.Task)
                {
                    await DecideAsync(offer, report, enough, interrupted);
                }
            }
        }
        catch (OperationCanceledException) when (enough.IsCancellationRequested)
        {
            // As above; active transfers are awaited.
        }

        await Task.WhenAll(_running);
    }

    private async Task DecideAsync(IIncomingOffer offer, IReport report, CancellationTokenSource enough, CancellationToken interrupted)
    {
        report.Report(new TransferEvent.Offer(offer.Id, offer.From, IsIncoming: true, offer.File.Name, offer.File.IsSizeUnknown ? null : offer.File.Size));
        if (Refusal(offer) is { } why)
        {
            await offer.RejectAsync(why, interrupted);
            var failure = new Failure("offer", "local", "refused", $"refused: {why}", ExitCode.Refused);
            report.Report(new TransferEvent.Failed(offer.Id, offer.File.Name, failure));
            return;
        }

        _taken++;
        _running.RemoveAll(transfer => transfer.IsCompletedSuccessfully);
        var terms = new AcceptTerms(request.Account.Methods) { KeepsPart = true, MaxSize = request.MaxSize };
        var transfer = await offer.AcceptAsync(request.Folder, terms: terms, ct: interrupted);
        _running.Add(FollowAsync(transfer, report, enough, interrupted));
    }

    private string? Refusal(IIncomingOffer offer) => offer switch
    {
        _ when !request.IsAllowed(offer.From) => $"files of {offer.From} are not accepted",
        _ when offer.File.Size > request.MaxSize => $"files above {ByteSize.Format(request.MaxSize.Value)} are not accepted",
        _ when _taken == request.Count => "no more files are accepted",
        _ => null,
    };

    private async Task<ExitCode> FollowAsync(ITransfer transfer, IReport report, CancellationTokenSource enough, CancellationToken interrupted)
    {
        var code = await new TransferWatch(transfer, report, _time).RunAsync(isIncoming: true, path: null, interrupted);
        bool isLast;
        lock (_gate)
        {
            if (_first == ExitCode.Done)
            {
                _first = code;
            }

            isLast = ++_ended == request.Count;
        }

        if (isLast)
        {
            await enough.CancelAsync();
        }

        return code;
    }
}
