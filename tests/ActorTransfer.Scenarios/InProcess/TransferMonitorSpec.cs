using System.IO.Pipelines;
using Microsoft.Extensions.DependencyInjection;

namespace ActorTransfer.Scenarios.InProcess;

/// <summary>What <see cref="ITransferMonitor"/> shows of a running engine.</summary>
public sealed class TransferMonitorSpec
{
    private const int Size = 300_000;
    private const int First = 1000;

    [Fact]
    public async Task Active_transfers_must_be_shown_from_both_sides_also_if_they_began_before_the_monitor()
    {
        await using var host = await LocalDomainHost.StartAsync();
        var (sent, received, content) = await SendAsync(host, "early.bin");
        await content.WriteAsync(new byte[(Size / 2) - First]);
        var view = await ViewAsync(host, view => view.Active is [{ Bytes: Size / 2 }, { Bytes: Size / 2 }]);
        Assert.Equal([sent.Id, received.Id], view.Active.Select(transfer => transfer.Id));
        Assert.Equal([LocalDomainHost.Receiver, LocalDomainHost.Sender], view.Active.Select(transfer => transfer.Peer));
        Assert.Equal([false, true], view.Active.Select(transfer => transfer.IsIncoming));
        Assert.All(view.Active, transfer => Assert.Equal(TransferState.Streaming, transfer.State));
        Assert.All(view.Active, transfer => Assert.Equal(StreamMethod.Proxy, transfer.Method!.Method));

        await content.WriteAsync(new byte[Size - (Size / 2)]);
        await content.CompleteAsync();
        await sent.Completion;
        await received.Completion;
        view = await ViewAsync(host, view => view.Completed.Length == 2);
        Assert.Empty(view.Active);
        Assert.Equal(2, view.Totals.Completed);
        Assert.All(view.Completed, ended => Assert.Equal(Size, ended.Transfer.Bytes));
    }

    [Fact]
    public async Task Accounts_proxies_and_throughput_must_be_shown()
    {
        await using var host = await LocalDomainHost.StartAsync();
        await ViewAsync(host, _ => true);
        var (sent, _, content) = await SendAsync(host, "a.bin");
        await content.WriteAsync(new byte[Size - First]);
        await content.CompleteAsync();
        await sent.Completion;
        var view = await ViewAsync(host, view => view.Proxies is [{ Status.Bytes: >= Size }] && view.Throughput.Sum(sample => sample.Received) == Size);
        Assert.Equal(Size, view.Throughput.Sum(sample => sample.Sent));
        Assert.All(view.Accounts, account => Assert.IsType<AccountStatus.Online>(account.Status));
        Assert.Equal(2, view.Accounts.Length);
        Assert.Equal(1, view.Proxies[0].Status!.SetUps);
    }

    [Theory]
    [InlineData("si", "iq set: SI offer")]
    [InlineData("jingle", "iq set: Jingle session-initiate:")]
    public async Task Conversation_must_have_the_stanzas_and_states_of_its_transfer_only(string signalling, string offer)
    {
        await using var host = await LocalDomainHost.StartAsync($"actor-transfer.initiator.signalling = {signalling}");
        var monitor = host.Services.GetRequiredService<ITransferMonitor>();
        await monitor.SnapshotAsync();
        var (first, _, one) = await SendAsync(host, "one.bin");
        var (second, _, other) = await SendAsync(host, "other.bin");
        await one.CompleteAsync(new IOException("broken"));
        await first.Completion;
        await ViewAsync(host, view => view.NotCompleted.Any(ended => ended.Transfer.Id == first.Id));
        var lines = await monitor.ConversationAsync(first.Id);
        var stanzas = lines.OfType<TraceEvent.Stanza>().Select(stanza => stanza.Summary).ToList();
        Assert.StartsWith($"{offer} one.bin, 300000 bytes", stanzas[0], StringComparison.Ordinal);
        Assert.Contains("iq set: activate", stanzas);
        Assert.DoesNotContain(stanzas, stanza => stanza.Contains("other.bin", StringComparison.Ordinal));
        Assert.Single(stanzas, stanza => stanza.StartsWith(offer, StringComparison.Ordinal));
        Assert.Equal(TransferState.Failed, lines.OfType<TraceEvent.Entered>().Last().State);
        Assert.Equal(lines.Select(line => line.At).Order(), lines.Select(line => line.At));
        Assert.Empty(await monitor.ConversationAsync(new TransferId(long.MaxValue)));
        await second.CancelAsync();
        await other.CompleteAsync();
    }

    [Fact]
    public async Task Ended_transfers_must_be_kept_up_to_the_limit_the_last_first()
    {
        await using var host = await LocalDomainHost.StartAsync("actor-transfer.monitor.max-ended = 2");
        await ViewAsync(host, _ => true);
        var ids = new List<TransferId>();
        for (var count = 0; count < 3; count++)
        {
            var (sent, received, content) = await SendAsync(host, $"{count}.bin");
            await sent.CancelAsync();
            await received.Completion;
            await content.CompleteAsync();
            ids.Add(received.Id);
        }

        var view = await ViewAsync(host, view => view.Totals.Cancelled + view.Totals.Failed == 6);
        Assert.Equal(2, view.NotCompleted.Length);
        Assert.Contains(ids[2], view.NotCompleted.Select(ended => ended.Transfer.Id));
    }

    [Fact]
    public async Task Transfer_must_be_cancelled_by_its_id()
    {
        await using var host = await LocalDomainHost.StartAsync();
        var monitor = host.Services.GetRequiredService<ITransferMonitor>();
        var (sent, _, content) = await SendAsync(host, "a.bin");
        Assert.True(await monitor.CancelAsync(sent.Id));
        Assert.IsType<TransferOutcome.Cancelled>(await sent.Completion);
        await ViewAsync(host, view => view.Active.IsEmpty);
        Assert.False(await monitor.CancelAsync(sent.Id));
        await content.CompleteAsync();
    }

    /// <summary>The first bytes have arrived.</summary>
    private static async Task<(ITransfer Sent, ITransfer Received, PipeWriter Content)> SendAsync(LocalDomainHost host, string name)
    {
        var pipe = new Pipe();
        var accepting = host.AcceptNextAsync();
        var sent = await host.Transfers.SendAsync(LocalDomainHost.Receiver, pipe.Reader, new FileDescription(name, Size));
        await pipe.Writer.WriteAsync(new byte[First]);
        var received = await accepting;
        await foreach (var progress in received.ProgressAsync())
        {
            if (progress.Bytes > 0)
            {
                break;
            }
        }

        return (sent, received, pipe.Writer);
    }

    private static async Task<MonitorSnapshot> ViewAsync(LocalDomainHost host, Func<MonitorSnapshot, bool> isRight)
    {
        var monitor = host.Services.GetRequiredService<ITransferMonitor>();
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (true)
        {
            var view = await monitor.SnapshotAsync(limit.Token);
            if (isRight(view))
            {
                return view;
            }

            await timer.WaitForNextTickAsync(limit.Token);
        }
    }
}
