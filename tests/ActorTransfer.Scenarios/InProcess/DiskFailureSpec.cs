using System.Security.Cryptography;
using ActorTransfer.Extensibility;
using ActorTransfer.Testing.Files;
using ActorTransfer.Transports.Files;
using ActorTransfer.Transports.Stages;
using Microsoft.Win32.SafeHandles;

namespace ActorTransfer.Scenarios.InProcess;

/// <summary>Whole transfers with a disk that fails: the outcome on both sides, and what is left.</summary>
public sealed class DiskFailureSpec : IAsyncLifetime
{
    private const string Quick = "actor-transfer { files.offer-md5-up-to = 0, proxy.drain = 100ms, target.fallback = 1s, jingle.replacement = 1s }";

    private static readonly TimeSpan MaxWait = TimeSpan.FromSeconds(30);

    /// <summary>Calls, errors of Linux, and reasons; null = refused, before any byte was sent.</summary>
    private static readonly (DiskCall Call, int Errno, FailureReason? Reason)[] s_faults =
    [
        (DiskCall.CreateFolder, 13, null),
        (DiskCall.Create, 30, null),
        (DiskCall.Create, 24, null),
        (DiskCall.Write, 5, FailureReason.FileUnwritable),
        (DiskCall.Write, 28, FailureReason.NoSpace),
        (DiskCall.Write, 122, FailureReason.NoSpace),
        (DiskCall.Write, 30, FailureReason.FileUnwritable),
        (DiskCall.Write, 27, FailureReason.FileUnwritable),
        (DiskCall.Flush, 5, FailureReason.FileUnwritable),
        (DiskCall.Flush, 28, FailureReason.NoSpace),
        (DiskCall.Move, 2, FailureReason.FileUnwritable),
        (DiskCall.Move, 5, FailureReason.FileUnwritable),
        (DiskCall.FlushFolder, 5, FailureReason.FileUnwritable),
    ];

    private readonly byte[] _bytes = RandomNumberGenerator.GetBytes(3_000_000);
    private LocalDomainHost _host = null!;

    public async Task InitializeAsync() => _host = await LocalDomainHost.StartAsync(Quick);

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task Disk_that_fails_must_lead_to_its_reason_and_lose_no_whole_file()
    {
        foreach (var (call, errno, reason) in s_faults)
        {
            foreach (var signalling in Enum.GetValues<Signalling>())
            {
                var (sent, received) = await SendAsync(ScriptedDisk.Failing(call, errno), signalling);
                var outcomes = (await received.Completion.WaitAsync(MaxWait), await sent.Completion.WaitAsync(MaxWait));
                Assert.True(IsRight(call, reason, outcomes.Item1), $"{call} {errno} {signalling}: received {outcomes.Item1}");

                // Only Jingle has a receipt; with stream initiation the network may have taken all bytes.
                var mayComplete = signalling == Signalling.StreamInitiation && reason is not null;
                Assert.True(mayComplete || outcomes.Item2 is not TransferOutcome.Completed, $"{call} {errno} {signalling}: sent {outcomes.Item2}");
                Array.ForEach(Directory.GetFiles(_host.Folder), File.Delete);
            }
        }
    }

    [Fact]
    public async Task Disk_that_hangs_must_not_keep_a_transfer_from_its_end_nor_others_from_theirs()
    {
        var disk = new HangingDisk();
        var (sent, received) = await SendAsync(disk);
        await disk.Hangs.WaitAsync(MaxWait);
        var (_, other) = await SendAsync(Disk.Real);
        Assert.IsType<TransferOutcome.Completed>(await other.Completion.WaitAsync(MaxWait));
        Assert.IsType<TransferOutcome.Cancelled>(await received.CancelAsync().WaitAsync(MaxWait));
        Assert.IsNotType<TransferOutcome.Completed>(await sent.Completion.WaitAsync(MaxWait));
        disk.GoOn();
        Assert.IsType<TransferOutcome.Completed>(await other.Completion);
        Assert.Equal(_bytes, await File.ReadAllBytesAsync(Assert.Single(Directory.GetFiles(_host.Folder))));
    }

    [Fact]
    public async Task Disk_of_the_sender_that_fails_must_lead_to_its_reason_on_both_sides()
    {
        var accepting = _host.AcceptNextAsync();
        var file = new FileDescription("file.bin", _bytes.Length);
        var sent = await _host.Transfers.SendAsync(LocalDomainHost.Receiver, new FailingStream(_bytes), file, new SendOptions("iphone"));
        var received = await accepting.WaitAsync(MaxWait);
        var failed = Assert.IsType<TransferOutcome.Failed>(await sent.Completion.WaitAsync(MaxWait));
        Assert.Equal((TransferSide.Local, FailureReason.FileUnreadable), (failed.Side, failed.Reason));
        Assert.IsNotType<TransferOutcome.Completed>(await received.Completion.WaitAsync(MaxWait));
        Assert.Empty(Directory.GetFiles(_host.Folder));
    }

    /// <summary>The reason is given, and a whole file is kept.</summary>
    private bool IsRight(DiskCall call, FailureReason? reason, TransferOutcome received)
    {
        var left = Directory.GetFiles(_host.Folder);
        return received switch
        {
            TransferOutcome.Refused refused => reason is null && refused.By == TransferSide.Local && left.Length == 0,
            TransferOutcome.Failed { PartialFile: { } kept } failed => call is DiskCall.Flush or DiskCall.Move or DiskCall.FlushFolder
                && (failed.Side, failed.Reason) == (TransferSide.Local, reason) && left.Contains(kept)
                && File.ReadAllBytes(kept).AsSpan().SequenceEqual(_bytes),
            TransferOutcome.Failed failed => call == DiskCall.Write && (failed.Side, failed.Reason) == (TransferSide.Local, reason) && left.Length == 0,
            _ => false,
        };
    }

    private async Task<(ITransfer Sent, ITransfer Received)> SendAsync(Disk disk, Signalling signalling = Signalling.StreamInitiation)
    {
        var accepting = AcceptAsync(new DiskDestination(_host.Folder, disk));
        var file = new FileDescription("file.bin", _bytes.Length);
        var options = new SendOptions("iphone") { Signalling = signalling, Methods = StreamMethods.Proxy };
        var sent = await _host.Transfers.SendAsync(LocalDomainHost.Receiver, new MemoryStream(_bytes), file, options);
        return (sent, await accepting.WaitAsync(MaxWait));
    }

    private async Task<ITransfer> AcceptAsync(IIncomingDestination destination)
    {
        await foreach (var offer in _host.Transfers.IncomingAsync())
        {
            return await offer.AcceptAsync(destination);
        }

        throw new InvalidOperationException("The offers ended.");
    }

    /// <summary>As <see cref="FolderDestination"/>, on another disk.</summary>
    private sealed class DiskDestination(string folder, Disk disk) : IIncomingDestination
    {
        public Task<IIncomingContent> PrepareAsync(IncomingOffer offer, FileSettings settings, CancellationToken life) => Task.Run<IIncomingContent>(
            () =>
            {
                var options = new IncomingFileOptions { Durability = FileDurability.Folder, Disk = disk };
                var content = new Reception(IncomingFile.Create(folder, offer.File.Name, options), offer.Size, offer.File.Md5);
                life.Register(content.Dispose);
                return content;
            },
            life);
    }

    /// <summary>The first write does not return.</summary>
    private sealed class HangingDisk : Disk
    {
        private readonly TaskCompletionSource _hangs = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _goOn = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Hangs => _hangs.Task;

        public void GoOn() => _goOn.SetResult();

        public override async ValueTask WriteAsync(SafeFileHandle file, ReadOnlyMemory<byte> bytes, long position)
        {
            _hangs.TrySetResult();
            await _goOn.Task;
            await base.WriteAsync(file, bytes, position);
        }
    }

    /// <summary>A medium that cannot be read in the middle.</summary>
    private sealed class FailingStream(byte[] bytes) : MemoryStream(bytes)
    {
        public override int Read(byte[] buffer, int offset, int count) =>
            Position > Length / 2 ? throw new IOException("Input/output error", 5) : base.Read(buffer, offset, count);
    }
}
