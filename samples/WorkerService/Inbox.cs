using ActorTransfer;

namespace WorkerService;

/// <summary>Accepts the files of known senders and hands each complete one on.</summary>
internal sealed class Inbox(IFileTransfers transfers, IConfiguration settings, ILogger<Inbox> log) : BackgroundService
{
    private readonly HashSet<Jid> _senders = [.. settings.GetRequiredSection("Senders").Get<string[]>()!.Select(Jid.Parse)];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await foreach (var offer in transfers.IncomingAsync(stoppingToken))
        {
            if (_senders.Contains(offer.From.Bare))
            {
                _ = ReceiveAsync(await offer.AcceptAsync(ct: stoppingToken)); // observes its own failures; the next offer does not wait for it
            }
            else
            {
                await offer.RejectAsync("You may not send files here.", stoppingToken);
            }
        }
    }

    private async Task ReceiveAsync(ITransfer transfer)
    {
        if (await transfer.Completion is TransferOutcome.Completed { Path: { } path })
        {
            log.LogInformation("{Peer} has sent {Path}", transfer.Peer, path); // the application's own work with the file begins here
        }
    }
}
