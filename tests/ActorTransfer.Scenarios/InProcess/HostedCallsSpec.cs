using System.IO.Pipelines;
using ActorTransfer.Protocol;
using ActorTransfer.Protocol.ProxyService;
using ActorTransfer.Scenarios.Prosody;
using Akka.Actor;
using Akka.Event;
using Microsoft.Extensions.DependencyInjection;

namespace ActorTransfer.Scenarios.InProcess;

/// <summary>Effects of cancellation tokens, decisions and the end of the application on transfers.</summary>
public sealed class HostedCallsSpec
{
    private static readonly TimeSpan MaxWait = TimeSpan.FromSeconds(30);
    private static readonly SendOptions FromIphone = new("iphone");

    [Fact]
    public async Task Token_of_a_completed_call_must_not_affect_the_transfer()
    {
        await using var host = await LocalDomainHost.StartAsync();
        using var request = new CancellationTokenSource();
        var pipe = new Pipe();
        var sent = await host.Transfers.SendAsync(LocalDomainHost.Receiver, pipe.Reader, new FileDescription("a.bin", 4), FromIphone, request.Token);
        var received = await (await NextAsync(host)).AcceptAsync(ct: request.Token);
        await request.CancelAsync();
        await pipe.Writer.WriteAsync("abcd"u8.ToArray());
        await pipe.Writer.CompleteAsync();
        Assert.IsType<TransferOutcome.Completed>(await sent.Completion.WaitAsync(MaxWait));
        Assert.IsType<TransferOutcome.Completed>(await received.Completion.WaitAsync(MaxWait));
    }

    [Fact]
    public async Task Cancelled_start_must_send_nothing_and_keep_the_offer()
    {
        await using var host = await LocalDomainHost.StartAsync();
        var cancelled = new CancellationToken(canceled: true);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => SendAsync(host, cancelled));
        var sent = await SendAsync(host);
        var offer = await NextAsync(host);
        Assert.Equal(sent.File.Name, offer.File.Name);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => offer.AcceptAsync(ct: cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => offer.RejectAsync(ct: cancelled));
        Assert.IsType<TransferOutcome.Completed>(await (await offer.AcceptAsync()).Completion.WaitAsync(MaxWait));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Cancel_must_end_both_sides_and_return_the_outcome(bool bySender)
    {
        await using var host = await LocalDomainHost.StartAsync();
        var pipe = new Pipe();
        var sent = await host.Transfers.SendAsync(LocalDomainHost.Receiver, pipe.Reader, new FileDescription("a.bin", 400_000), FromIphone);
        var received = await (await NextAsync(host)).AcceptAsync();
        await pipe.Writer.WriteAsync(new byte[200_000]);
        await ExpectProgressAsync(received);
        var (own, other) = bySender ? (sent, received) : (received, sent);
        var outcome = Assert.IsType<TransferOutcome.Cancelled>(await own.CancelAsync().WaitAsync(MaxWait));
        Assert.Equal(TransferSide.Local, outcome.By);
        Assert.True(own.Completion.IsCompleted);
        Assert.IsNotType<TransferOutcome.Completed>(await other.Completion.WaitAsync(MaxWait));
        Assert.Equal(outcome, await own.CancelAsync());
    }

    [Fact]
    public async Task Invalid_arguments_must_fail_the_task()
    {
        await using var host = await LocalDomainHost.StartAsync();
        var (transfers, to) = (host.Transfers, LocalDomainHost.Receiver);
        var file = new FileDescription("a", 1);
        Task<ITransfer>[] calls =
        [
            transfers.SendAsync(to, new FileInfo(Path.Combine(host.Folder, "missing"))),
            transfers.SendAsync(to, new FileInfo(host.Folder)),
            transfers.SendAsync(to, (FileInfo)null!),
            transfers.SendAsync(null!, new MemoryStream([1]), file),
            transfers.SendAsync(to, (Stream)null!, file),
            transfers.SendAsync(to, new MemoryStream([1]), new FileDescription("a", 2)),
            transfers.SendAsync(to, new Pipe().Reader, new FileDescription("a", -1)),
        ];
        foreach (var call in calls)
        {
            Assert.NotNull(await Record.ExceptionAsync(() => call));
        }
    }

    [Fact]
    public async Task Rejection_must_complete_when_it_is_sent_and_be_the_only_decision()
    {
        await using var host = await LocalDomainHost.StartAsync();
        var sent = await SendAsync(host);
        var offer = await NextAsync(host);
        Assert.True(await offer.RejectAsync("not now").WaitAsync(MaxWait));
        var refused = Assert.IsType<TransferOutcome.Refused>(await sent.Completion.WaitAsync(MaxWait));
        Assert.Equal((TransferSide.Peer, "not now"), (refused.By, refused.Reason));
        var (again, late) = (offer.RejectAsync(), offer.AcceptAsync());
        await Assert.ThrowsAsync<InvalidOperationException>(() => again);
        await Assert.ThrowsAsync<InvalidOperationException>(() => late);
    }

    [Fact]
    public async Task Rejection_of_an_offer_that_has_ended_must_return_false()
    {
        await using var host = await LocalDomainHost.StartAsync("actor-transfer.target.offer = 50ms");
        var sent = await SendAsync(host);
        var offer = await NextAsync(host);
        Assert.IsType<TransferOutcome.Refused>(await sent.Completion.WaitAsync(MaxWait));
        Assert.False(await offer.RejectAsync().WaitAsync(MaxWait));
    }

    [Fact]
    public async Task Rejection_must_fail_when_the_application_has_stopped()
    {
        await using var host = await LocalDomainHost.StartAsync();
        await SendAsync(host);
        var offer = await NextAsync(host);
        await host.StopAsync();
        await Assert.ThrowsAsync<EngineException>(() => offer.RejectAsync().WaitAsync(MaxWait));
    }

    [Fact]
    public async Task Offers_must_wait_for_the_first_reader()
    {
        await using var host = await LocalDomainHost.StartAsync();
        var sent = new[] { await SendAsync(host), await SendAsync(host), await SendAsync(host) };
        foreach (var transfer in sent)
        {
            await PendingAsync(transfer);
        }

        var read = 0;
        await foreach (var offer in host.Transfers.IncomingAsync())
        {
            Assert.IsType<TransferOutcome.Completed>(await (await offer.AcceptAsync()).Completion.WaitAsync(MaxWait));
            if (++read == sent.Length)
            {
                break;
            }
        }

        foreach (var transfer in sent)
        {
            Assert.IsType<TransferOutcome.Completed>(await transfer.Completion.WaitAsync(MaxWait));
        }
    }

    [Fact]
    public async Task Application_that_stops_must_wait_for_active_transfers_until_the_drain_timeout()
    {
        await using var host = await LocalDomainHost.StartAsync(configure: options => options.DrainTimeout = TimeSpan.FromMinutes(5));
        var pipe = new Pipe();
        var sent = await host.Transfers.SendAsync(LocalDomainHost.Receiver, pipe.Reader, new FileDescription("a.bin", 4), FromIphone);
        var received = await (await NextAsync(host)).AcceptAsync();
        Assert.True(Shutdown(host).Timeout(CoordinatedShutdown.PhaseServiceRequestsDone) > TimeSpan.FromMinutes(5));
        var stopping = host.StopAsync();
        Assert.IsType<TransferOutcome.Failed>(await (await SendAsync(host)).Completion.WaitAsync(MaxWait));
        Assert.False(stopping.IsCompleted);
        await pipe.Writer.WriteAsync("abcd"u8.ToArray());
        await pipe.Writer.CompleteAsync();
        await stopping.WaitAsync(MaxWait);
        Assert.IsType<TransferOutcome.Completed>(await sent.Completion.WaitAsync(MaxWait));
        Assert.IsType<TransferOutcome.Completed>(await received.Completion.WaitAsync(MaxWait));
    }

    [Fact]
    public async Task Standard_output_must_be_left_to_the_application()
    {
        await using var host = await LocalDomainHost.StartAsync();
        var settings = host.Services.GetRequiredService<ActorSystem>().Settings;
        Assert.Equal("OFF", settings.StdoutLogLevel);

        // Akka prints events that its loggers have not handled at their end.
        var (console, output) = (Console.Out, new StringWriter());
        Console.SetOut(TextWriter.Synchronized(output));
        settings.StdoutLogger.Tell(new Info("test", typeof(HostedCallsSpec), "a late line"));
        Console.SetOut(console);
        Assert.DoesNotContain("a late line", output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Names_of_peers_must_not_forge_lines_or_values_of_the_log()
    {
        const string name = "a\n[12:00:00 ERR] forged\u061C\u202Egnp.exe";
        using var log = new LogLines();
        await using (var host = await LocalDomainHost.StartAsync(logs: log))
        {
            var content = new MemoryStream([1]);
            var sent = await host.Transfers.SendAsync(LocalDomainHost.Receiver, content, new FileDescription(name, 1), FromIphone);
            var offer = await NextAsync(host);
            await offer.RejectAsync("no\nyes\u202E");
            await sent.Completion.WaitAsync(MaxWait);
            await log.HasAsync("forged", MaxWait);
            await log.HasAsync("yes", MaxWait);
        }

        Assert.All(log.Lines, line => Assert.True(PrintableText.IsPrintable(line, int.MaxValue), line));
    }

    private static CoordinatedShutdown Shutdown(LocalDomainHost host) => CoordinatedShutdown.Get(host.Services.GetRequiredService<ActorSystem>());

    private static Task<ITransfer> SendAsync(LocalDomainHost host, CancellationToken ct = default) =>
        host.Transfers.SendAsync(LocalDomainHost.Receiver, new MemoryStream(new byte[1000]), new FileDescription("a.bin", 1000), FromIphone, ct)
            .WaitAsync(MaxWait, CancellationToken.None);

    /// <summary>Waits until the offer was routed: the in-process domain handles requests in order, so a later one is answered after it.</summary>
    private static async Task PendingAsync(ITransfer transfer)
    {
        await foreach (var progress in transfer.ProgressAsync())
        {
            Assert.Equal(TransferState.Offer, progress.State);
            return;
        }

        Assert.Fail($"The transfer ended: {await transfer.Completion}");
    }

    private static async Task ExpectProgressAsync(ITransfer transfer)
    {
        await foreach (var progress in transfer.ProgressAsync())
        {
            if (progress.Bytes > 0)
            {
                return;
            }
        }

        Assert.Fail($"The transfer ended: {await transfer.Completion}");
    }

    private static async Task<IIncomingOffer> NextAsync(LocalDomainHost host)
    {
        using var patience = new CancellationTokenSource(MaxWait);
        await foreach (var offer in host.Transfers.IncomingAsync(patience.Token))
        {
            return offer;
        }

        throw new InvalidOperationException("The offers ended.");
    }
}
