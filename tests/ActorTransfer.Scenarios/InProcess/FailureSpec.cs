using System.Net.Sockets;
using System.Security.Cryptography;
using ActorTransfer.Extensibility;
using ActorTransfer.Protocol.Stanzas;
using ActorTransfer.Scenarios.Cli;
using ActorTransfer.Testing.Links;
using ActorTransfer.Testing.Time;

namespace ActorTransfer.Scenarios.InProcess;

/// <summary>Failures during the transfer of bytes: the right outcome on both sides, and no leftovers.</summary>
public sealed class FailureSpec : IAsyncLifetime
{
    private const string Direct = LocalDomainHost.Direct;
    private const string Quick = "actor-transfer { progress-interval = 1ms, proxy.drain = 100ms, target.fallback = 1s, jingle.replacement = 1s }";

    private static readonly TimeSpan MaxWait = TimeSpan.FromSeconds(30);

    private readonly long _chunks = Chunk.Outstanding;
    private readonly int _sockets = CountSockets();
    private LocalDomainHost? _host;

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        if (_host is { } host)
        {
            await host.DisposeAsync();
        }

        await Eventually.HoldsAsync(() => Chunk.Outstanding == _chunks, () => $"{Chunk.Outstanding - _chunks} chunks are left");
        await Eventually.HoldsAsync(() => CountSockets() <= _sockets, () => $"{CountSockets() - _sockets} sockets are left");
    }

    [Fact]
    public async Task Cancel_by_the_receiver_must_be_reported_to_the_sender_over_a_direct_connection()
    {
        var (sent, received, content) = await StartTransferAsync(Direct);
        received.Cancel();
        content.Script.Send(new byte[100_000]);
        Assert.Equal(TransferSide.Local, Assert.IsType<TransferOutcome.Cancelled>(await received.Completion.WaitAsync(MaxWait)).By);
        Assert.Equal(TransferSide.Peer, ExpectFailure(await sent.Completion.WaitAsync(MaxWait)));
        ExpectEmptyFolder();
    }

    [Fact]
    public async Task Cancel_by_the_receiver_must_be_reported_to_the_sender_through_a_proxy()
    {
        var (sent, received, content) = await StartTransferAsync();
        received.Cancel();
        content.Script.Send(new byte[100_000]);
        Assert.Equal(TransferSide.Local, Assert.IsType<TransferOutcome.Cancelled>(await received.Completion.WaitAsync(MaxWait)).By);
        Assert.Equal(TransferSide.Peer, ExpectFailure(await sent.Completion.WaitAsync(MaxWait)));
        ExpectEmptyFolder();
    }

    [Theory]
    [InlineData("")]
    [InlineData(Direct)]
    public async Task Cancel_by_the_sender_must_leave_no_file_at_the_receiver(string hocon)
    {
        var (sent, received, _) = await StartTransferAsync(hocon);
        sent.Cancel();
        Assert.Equal(TransferSide.Local, Assert.IsType<TransferOutcome.Cancelled>(await sent.Completion.WaitAsync(MaxWait)).By);
        Assert.Equal(TransferSide.Peer, ExpectFailure(await received.Completion.WaitAsync(MaxWait)));
        ExpectEmptyFolder();
    }

    [Fact]
    public async Task Reset_during_the_transfer_must_fail_the_receiver()
    {
        var (received, socket) = await RawInitiatorAsync(1_000_000);
        await socket.WriteAsync(new byte[1000]);
        await ExpectProgressAsync(received);
        socket.LingerState = new LingerOption(enable: true, seconds: 0);
        socket.Dispose();
        var failed = Assert.IsType<TransferOutcome.Failed>(await received.Completion.WaitAsync(MaxWait));
        Assert.Equal(TransferSide.Peer, failed.Side);
        Assert.True(failed.Reason is FailureReason.ConnectionLost or FailureReason.WrongLength, failed.Reason.ToString());
        ExpectEmptyFolder();
    }

    [Theory]
    [InlineData(1000, 999)]
    [InlineData(1000, 1001)]
    [InlineData(1000, 0)]
    [InlineData(0, 1)]
    [InlineData(1000, 500_000)]
    public async Task Another_length_than_offered_must_leave_no_file(int offered, int sent)
    {
        var (received, socket) = await RawInitiatorAsync(offered);
        using (socket)
        {
            await socket.WriteAsync(new byte[sent]);
            socket.Shutdown(SocketShutdown.Send);
            var failed = Assert.IsType<TransferOutcome.Failed>(await received.Completion.WaitAsync(MaxWait));
            Assert.Equal((TransferSide.Peer, FailureReason.WrongLength), (failed.Side, failed.Reason));
        }

        ExpectEmptyFolder();
    }

    [Fact]
    public async Task Exactly_the_offered_length_must_be_a_complete_file()
    {
        var (received, socket) = await RawInitiatorAsync(1000);
        using (socket)
        {
            await socket.WriteAsync(new byte[1000]);
            socket.Shutdown(SocketShutdown.Send);
            Assert.IsType<TransferOutcome.Completed>(await received.Completion.WaitAsync(MaxWait));
        }
    }

    [Fact]
    public async Task Sender_whose_content_is_too_short_must_report_a_local_failure()
    {
        var (sent, received, content) = await StartTransferAsync();
        content.Script.Complete();
        var failed = Assert.IsType<TransferOutcome.Failed>(await sent.Completion.WaitAsync(MaxWait));
        Assert.Equal((TransferSide.Local, FailureReason.WrongLength), (failed.Side, failed.Reason));
        Assert.Equal(TransferSide.Peer, ExpectFailure(await received.Completion.WaitAsync(MaxWait)));
        ExpectEmptyFolder();
    }

    [SmallDiskFact]
    public async Task Full_disk_must_fail_the_receiver_with_no_space() => Assert.Empty(await FillAsync(768));

    [SmallDiskFact]
    public async Task Full_disk_must_keep_the_bytes_up_to_the_last_checkpoint() =>
        Assert.Equal([".part", ".state"], (await FillAsync(3072)).Select(Path.GetExtension).Order());

    [Fact]
    public async Task Offer_must_be_refused_when_the_folder_is_not_writable()
    {
        var host = await HostAsync();
        var noFolder = Path.Combine(host.Folder, "a-file");
        await File.WriteAllTextAsync(noFolder, "");
        var accepting = AcceptAsync(host, noFolder);
        var sent = await host.Transfers.SendAsync(LocalDomainHost.Receiver, new ScriptedContent(), new SendOptions("iphone"));
        var refused = Assert.IsType<TransferOutcome.Refused>(await (await accepting).Completion.WaitAsync(MaxWait));
        Assert.Equal(TransferSide.Local, refused.By);
        Assert.Equal(TransferSide.Peer, ExpectFailure(await sent.Completion.WaitAsync(MaxWait)));
        Assert.Equal([noFolder], Directory.EnumerateFileSystemEntries(host.Folder));
    }

    [Fact]
    public async Task Fifty_concurrent_transfers_must_all_complete()
    {
        const int count = 50;
        var host = await HostAsync("actor-transfer.transfers.max-offers-per-peer = 100");
        var original = Path.Combine(host.Folder, "original.bin");
        var bytes = RandomNumberGenerator.GetBytes(300_000);
        await File.WriteAllBytesAsync(original, bytes);
        var folder = Path.Combine(host.Folder, "in");
        var accepting = AcceptAsync(host, folder, count);
        var sending = Enumerable.Range(0, count).Select(_ =>
            host.Transfers.SendAsync(LocalDomainHost.Receiver, new FileInfo(original), new SendOptions("iphone")));
        var sent = await Task.WhenAll(sending);
        var received = await accepting;
        var hash = Convert.ToHexStringLower(SHA256.HashData(bytes));
        foreach (var transfer in sent.Concat(received))
        {
            Assert.Equal(hash, Assert.IsType<TransferOutcome.Completed>(await transfer.Completion.WaitAsync(MaxWait)).Sha256);
        }

        var files = Directory.GetFileSystemEntries(folder);
        Assert.Equal(count, files.Length);
        Assert.All(files, file => Assert.Equal(bytes, File.ReadAllBytes(file)));
    }

    [Fact]
    public async Task Application_that_stops_must_cancel_both_sides_after_the_drain_timeout_and_leave_no_file()
    {
        var (sent, received, _) = await StartTransferAsync("actor-transfer.transfers.drain-timeout = 200ms");
        await _host!.StopAsync();
        Assert.Equal(TransferSide.Local, Assert.IsType<TransferOutcome.Cancelled>(await sent.Completion.WaitAsync(MaxWait)).By);
        Assert.Equal(TransferSide.Local, Assert.IsType<TransferOutcome.Cancelled>(await received.Completion.WaitAsync(MaxWait)).By);
        await Eventually.HoldsAsync(() => !Directory.EnumerateFileSystemEntries(_host.Folder).Any(), () => "a file is left");
    }

    private static TransferSide ExpectFailure(TransferOutcome outcome) => outcome switch
    {
        TransferOutcome.Cancelled cancelled => cancelled.By,
        TransferOutcome.Failed failed => failed.Side,
        TransferOutcome.Refused refused => refused.By,
        _ => throw new InvalidOperationException($"{outcome} is not a failure."),
    };

    private static async Task ExpectProgressAsync(ITransfer transfer)
    {
        await foreach (var progress in transfer.ProgressAsync())
        {
            if (progress.Bytes > 0)
            {
                return;
            }
        }

        Assert.Fail($"The transfer ended early: {await transfer.Completion}");
    }

    private static async Task<ITransfer> AcceptAsync(LocalDomainHost host, string? folder) => (await AcceptAsync(host, folder, 1))[0];

    private static async Task<List<ITransfer>> AcceptAsync(LocalDomainHost host, string? folder, int count)
    {
        var accepted = new List<ITransfer>();
        await foreach (var offer in host.Transfers.IncomingAsync())
        {
            accepted.Add(await offer.AcceptAsync(folder));
            if (accepted.Count == count)
            {
                break;
            }
        }

        return accepted;
    }

    private static int CountSockets() => Directory.EnumerateFileSystemEntries("/proc/self/fd")
        .Count(entry => new FileInfo(entry).LinkTarget?.StartsWith("socket:", StringComparison.Ordinal) == true);

    /// <summary>Transfers a file to a disk that is too small for it.</summary>
    private async Task<string[]> FillAsync(int kibibytes)
    {
        var host = await HostAsync();
        var folder = Directory.CreateDirectory(Path.Combine(host.Folder, "small")).FullName;
        await using var disk = await SmallDisk.MountAsync(folder, kibibytes);
        var original = Path.Combine(host.Folder, "large.bin");

        // More than the buffers of the kernel: a sender that has handed over everything cannot fail.
        await File.WriteAllBytesAsync(original, new byte[64_000_000]);
        var accepting = AcceptAsync(host, folder);
        var sent = await host.Transfers.SendAsync(LocalDomainHost.Receiver, new FileInfo(original), new SendOptions("iphone"));
        var received = await accepting;
        var failed = Assert.IsType<TransferOutcome.Failed>(await received.Completion.WaitAsync(MaxWait));
        Assert.Equal((TransferSide.Local, FailureReason.NoSpace), (failed.Side, failed.Reason));
        Assert.Equal(TransferSide.Peer, ExpectFailure(await sent.Completion.WaitAsync(MaxWait)));
        return Directory.GetFileSystemEntries(folder);
    }

    private async Task<LocalDomainHost> HostAsync(string hocon = "") =>
        _host = await LocalDomainHost.StartAsync(configure: options => options.WithHocon(Quick).WithHocon(hocon));

    /// <summary>Both sides of a transfer whose first bytes have arrived.</summary>
    private async Task<(ITransfer Sent, ITransfer Received, ScriptedContent Content)> StartTransferAsync(string hocon = "")
    {
        var host = await HostAsync(hocon);
        var content = new ScriptedContent();
        var accepting = AcceptAsync(host, null);
        var sent = await host.Transfers.SendAsync(LocalDomainHost.Receiver, content, new SendOptions("iphone"));
        var received = await accepting;
        var moves = ExpectProgressAsync(received);
        await content.Opened.WaitAsync(MaxWait);
        await Eventually.HoldsAsync(
            () =>
            {
                content.Script.Send(new byte[10]);
                return moves.IsCompleted;
            },
            () => "no byte arrives");
        await moves;
        return (sent, received, content);
    }

    private async Task<(ITransfer Received, Socket Socket)> RawInitiatorAsync(long offered)
    {
        var host = await HostAsync();
        var accepting = AcceptAsync(host, null);
        var raw = new RawInitiator(host);
        Assert.Equal(IqType.Result, (await raw.OfferAsync(offered)).Type);
        var received = await accepting;
        return (received, await raw.ConnectAsync());
    }

    private void ExpectEmptyFolder() => Assert.Empty(Directory.EnumerateFileSystemEntries(_host!.Folder));
}
