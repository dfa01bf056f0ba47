using ActorTransfer.Actors.Files;
using ActorTransfer.Actors.Transfers;
using ActorTransfer.Cli.Accounts;
using ActorTransfer.Cli.Output;
using ActorTransfer.Cli.Reports;
using ActorTransfer.Protocol.ProxyService;

namespace ActorTransfer.Cli.Transfers;

/// <summary>One run of <c>actor-transfer send</c>: a login, then one file after the other.</summary>
internal sealed class SendRun(SendRequest request, Terminal terminal)
{
    private readonly TimeProvider _time = TimeProvider.System;
    private ExitCode _first = ExitCode.Done;

    /// <returns>The exit code of the first failure.</returns>
    /// <exception cref="CommandException">No file could be sent.</exception>
    public async Task<ExitCode> RunAsync(CancellationToken interrupted)
    {
        await using var report = ReportChoice.Make(request.Account.Output, terminal, _time);
        var files = request.Files.Select(path => Open(path, report)).OfType<FileInfo>().ToArray();
        if (files.Length == 0)
        {
            return _first;
        }

        await using var host = await AccountHost.StartAsync(request.Account, receives: false, interrupted);
        report.Report(new TransferEvent.Ready(await host.LoginAsync(keepTrying: false, interrupted)));
        foreach (var file in files)
        {
            await SendAsync(host, file, report, interrupted);
            if (interrupted.IsCancellationRequested)
            {
                return ExitCode.Interrupted;
            }
        }

        return _first;
    }

    /// <summary>Files are opened before the login, so that a mistyped name fails at once.</summary>
    private FileInfo? Open(string path, IReport report)
    {
        var file = new FileInfo(path);
        return TryOpen(file, report) is null ? null : file;
    }

    private FileContent? TryOpen(FileInfo file, IReport report)
    {
        try
        {
            return OutgoingFile.Open(file);
        }
        catch (CommandException failure)
        {
            Fail(failure.Code);
            var reason = Words.Hyphenated(failure.Code);
            report.Report(new TransferEvent.Failed(null, file.Name, new Failure("file", "local", reason, failure.Message, failure.Code)));
            return null;
        }
    }

    private async Task SendAsync(AccountHost host, FileInfo file, IReport report, CancellationToken interrupted)
    {
        await host.LoginAsync(keepTrying: true, interrupted);
        if (TryOpen(file, report) is not { } content)
        {
            return;
        }

        var options = new SendOptions(host.Account)
        {
            Methods = request.Account.Methods,
            Proxies = request.Account.Proxies,
            EncryptUpload = request.EncryptsUpload,
            Signalling = request.Signalling,
        };
        var transfer = await host.Transfers.SendAsync(request.To, content, options, interrupted);
        report.Report(new TransferEvent.Offer(transfer.Id, transfer.Peer, IsIncoming: false, transfer.File.Name, transfer.File.Size));
        Fail(await new TransferWatch(transfer, report, _time).RunAsync(isIncoming: false, file.FullName, interrupted));
    }

    private void Fail(ExitCode code)
    {
        if (_first == ExitCode.Done)
        {
            _first = code;
        }
    }
}
