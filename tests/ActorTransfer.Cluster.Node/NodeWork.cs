using System.Collections.Concurrent;
using System.Text.Json;

namespace ActorTransfer.Cluster.Node;

/// <summary>What the node does: accepts all offers, and sends one file after the other until the application stops.</summary>
internal sealed class NodeWork(IFileTransfers transfers, CancellationToken stopping)
{
    private static readonly Lock s_lock = new();
    private readonly ConcurrentBag<Task> _running = [];

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

    public async Task SendAsync(Jid to, FileInfo file)
    {
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                var transfer = await transfers.SendAsync(to, file, ct: stopping);
                var ended = ReportAsync("sent", transfer);
                _running.Add(ended);
                await ended;
            }
            catch (Exception exception) when (exception is OperationCanceledException or EngineException)
            {
                return;
            }
        }
    }

    private static async Task AcceptAsync(IIncomingOffer offer)
    {
        Write("offered", offer.Id.ToString());
        await ReportAsync("received", await offer.AcceptAsync());
    }

    private static async Task ReportAsync(string name, ITransfer transfer) =>
        Write(name, await transfer.Completion switch
        {
            TransferOutcome.Completed { Sha256: { } hash } => hash,
            var other => $"{other}",
        });
}
