using System.Collections.Concurrent;
using System.Text.Json;

namespace ActorTransfer.Cluster.Node;

/// <summary>
/// What the node does: accepts all offers, and sends one file after the other until the application stops. The value of an event about a transfer is the name
/// of its file and the SHA-256, or the outcome if it has not completed.
/// </summary>
internal sealed class NodeWork(IFileTransfers transfers, IClusterAccounts accounts, CancellationToken stopping)
{
    private static readonly Lock s_lock = new();
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(100);
    private readonly ConcurrentBag<Task> _running = [];
    private volatile bool _isResting;

    /// <summary>All transfers have ended and were reported.</summary>
    public Task Completed => Task.WhenAll(_running);

    public static void Write(string name, string value)
    {
        lock (s_lock)
        {
            Console.Out.WriteLine(JsonSerializer.Serialize(new Dictionary<string, string> { ["event"] = name, ["value"] = value }));
        }
    }

    public async Task ReceiveAsync()
    {
        await foreach (var offer in transfers.IncomingAsync())
        {
            _running.Add(AcceptAsync(offer));
        }
    }

    /// <param name="to">The receiver.</param>
    /// <param name="file">The file.</param>
    /// <param name="through">Accounts, in turn; empty = the shared component.</param>
    /// <param name="sent">Name of the event for each transfer.</param>
    public async Task SendAsync(Jid to, FileInfo file, IReadOnlyCollection<string> through, string sent)
    {
        _isResting = false;
        for (var number = 0; !stopping.IsCancellationRequested && !_isResting; number++)
        {
            try
            {
                var options = through.Count > 0 ? new SendOptions(through.ElementAt(number % through.Count)) : null;
                var transfer = await transfers.SendAsync(to, file, options, stopping);
                var ended = ReportAsync(sent, transfer, stopping);
                _running.Add(ended);
                await ended;
                await Task.Delay(s_pause, stopping);
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (EngineException exception)
            {
                if (stopping.IsCancellationRequested)
                {
                    return;
                }

                Write(sent, $"{file.Name} {exception.Message}");
            }
        }
    }

    /// <summary>No new transfers of this node; writes when those that it has begun have ended.</summary>
    public async Task RestAsync()
    {
        _isResting = true;
        await Completed;
        Write("rested", "");
    }

    /// <summary>Writes where each account lives.</summary>
    public async Task LocateAsync(IReadOnlyCollection<string> names)
    {
        var located = await Task.WhenAll(names.Select(name => accounts.LocateAsync(name, stopping)));
        Write("accounts", string.Join(' ', names.Zip(located, (name, at) => $"{name}={(at?.Status is AccountStatus.Online ? at.Node : "")}")));
    }

    private static async Task AcceptAsync(IIncomingOffer offer)
    {
        Write("offered", offer.File.Name);
        await ReportAsync("received", await offer.AcceptAsync(), CancellationToken.None);
    }

    /// <summary>
    /// An offer that another node gets, because this one drains, is refused here. A transfer that the application begins while it stops is refused, too.
    /// </summary>
    private static async Task ReportAsync(string name, ITransfer transfer, CancellationToken stopping)
    {
        var outcome = await transfer.Completion;
        var isReturned = outcome is TransferOutcome.Refused { By: TransferSide.Local }
            || (stopping.IsCancellationRequested && outcome is TransferOutcome.Failed { Phase: TransferState.Offer, Side: TransferSide.Local });
        Write(isReturned ? "returned" : name, $"{transfer.File.Name} " + outcome switch
        {
            TransferOutcome.Completed { Sha256: { } hash } => hash,
            var other => $"{other}",
        });
    }
}
