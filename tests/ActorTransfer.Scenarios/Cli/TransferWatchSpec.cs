using System.Threading.Channels;
using ActorTransfer.Cli;
using ActorTransfer.Cli.Reports;
using ActorTransfer.Cli.Transfers;
using Microsoft.Extensions.Time.Testing;

namespace ActorTransfer.Scenarios.Cli;

/// <summary>The order of the events of a transfer.</summary>
public sealed class TransferWatchSpec
{
    private static readonly TransferMethod Proxy = new(StreamMethod.Proxy, "proxy:1");
    private static readonly TransferMethod InBand = new(StreamMethod.InBand, null);
    private readonly FakeTimeProvider _time = new();
    private readonly Recorded _report = new();

    [Fact]
    public async Task Very_fast_transfer_must_be_reported_completely()
    {
        var transfer = new Transfer(1000);

        var code = await EndAsync(transfer, new TransferOutcome.Completed(1000, "ab", "/in/a") { Method = StreamMethod.Direct });

        Assert.Equal(ExitCode.Done, code);
        Assert.Equal(["accepted", "method direct", "progress 1000/1000", "completed direct /in/a"], _report.Lines);
    }

    [Fact]
    public async Task Empty_file_must_be_reported_completely()
    {
        await EndAsync(new Transfer(0), new TransferOutcome.Completed(0, "ab", "/in/a") { Method = StreamMethod.InBand });

        Assert.Equal(["accepted", "method ibb", "progress 0/0", "completed ibb /in/a"], _report.Lines);
    }

    [Fact]
    public async Task Progress_must_be_reported_at_most_four_times_a_second_and_at_the_end()
    {
        var transfer = new Transfer(1000);
        var watching = Watch(transfer);
        await transfer.ReportAsync(new TransferProgress(TransferState.Accepted, 0, 1000));
        for (var step = 0; step < 10; step++)
        {
            await transfer.ReportAsync(new TransferProgress(TransferState.Streaming, step * 100, 1000) { Method = Proxy });
            _time.Advance(TimeSpan.FromMilliseconds(100));
        }

        transfer.End(new TransferOutcome.Completed(1000, "ab") { Method = StreamMethod.Proxy });

        Assert.Equal(ExitCode.Done, await watching);
        Assert.Equal(
            ["accepted", "method proxy", "progress 0/1000", "progress 300/1000", "progress 600/1000", "progress 900/1000", "progress 1000/1000",
                "completed proxy /home/a"],
            _report.Lines);
    }

    [Fact]
    public async Task Fallback_must_be_reported_as_another_method()
    {
        var transfer = new Transfer(1000);
        var watching = Watch(transfer);
        await transfer.ReportAsync(new TransferProgress(TransferState.Connected, 0, 1000) { Method = Proxy });
        await transfer.ReportAsync(new TransferProgress(TransferState.StreamhostSent, 0, 1000) { Method = InBand });
        transfer.End(new TransferOutcome.Failed(TransferState.Streaming, TransferSide.Peer, FailureReason.ConnectionLost, "gone"));

        Assert.Equal(ExitCode.TransferFailed, await watching);
        Assert.Equal(["accepted", "method proxy", "progress 0/1000", "method ibb", "failed streaming peer connection-lost 12"], _report.Lines);
    }

    [Fact]
    public async Task Refused_offer_must_not_be_reported_as_accepted()
    {
        var transfer = new Transfer(1000);
        var watching = Watch(transfer);
        await transfer.ReportAsync(new TransferProgress(TransferState.Offer, 0, 1000));
        transfer.End(new TransferOutcome.Refused(TransferSide.Peer, "no"));

        Assert.Equal(ExitCode.Refused, await watching);
        Assert.Equal(["failed offer peer refused 14"], _report.Lines);
    }

    private Task<ExitCode> Watch(Transfer transfer) => new TransferWatch(transfer, _report, _time).RunAsync(isIncoming: false, "/home/a");

    private async Task<ExitCode> EndAsync(Transfer transfer, TransferOutcome outcome)
    {
        transfer.End(outcome);
        return await new TransferWatch(transfer, _report, _time).RunAsync(isIncoming: true, path: null);
    }

    private sealed class Recorded : IReport
    {
        public List<string> Lines { get; } = [];

        public void Report(TransferEvent happened) => Lines.Add(happened switch
        {
            TransferEvent.Accepted => "accepted",
            TransferEvent.MethodSelected taken => $"method {taken.Method.Method.Name()}",
            TransferEvent.Progress progress => $"progress {progress.Bytes}/{progress.Size}",
            TransferEvent.Completed completed => $"completed {completed.Method!.Method.Name()} {completed.Path}",
            TransferEvent.Failed { Failure: var why } => $"failed {why.Phase} {why.Side} {why.Reason} {(int)why.Code}",
            _ => happened.ToString(),
        });

        public void Remark(string line) => Lines.Add(line);

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }

    /// <summary>A transfer whose reports are read one by one.</summary>
    private sealed class Transfer(long size) : ITransfer
    {
        private readonly Channel<TransferProgress> _progress = Channel.CreateBounded<TransferProgress>(1);
        private readonly TaskCompletionSource<TransferOutcome> _outcome = new();
        private readonly SemaphoreSlim _read = new(0);

        public TransferId Id => new(1);

        public Jid Peer { get; } = Jid.Parse("bob@example.org/desk");

        public FileDescription File { get; } = new("a", size);

        public TransferMethod? Method => null;

        public Signalling? Signalling => null;

        public Task<TransferOutcome> Completion => _outcome.Task;

        public Task PauseAsync(CancellationToken ct = default) => throw new NotSupportedException();

        public Task ResumeAsync(CancellationToken ct = default) => throw new NotSupportedException();

        public Task<TransferOutcome> CancelAsync(CancellationToken ct = default) => throw new NotSupportedException();

        public async Task ReportAsync(TransferProgress progress)
        {
            await _progress.Writer.WriteAsync(progress);
            await _read.WaitAsync();
        }

        public void End(TransferOutcome outcome)
        {
            _progress.Writer.Complete();
            _outcome.SetResult(outcome);
        }

        public async IAsyncEnumerable<TransferProgress> ProgressAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken ct = default)
        {
            await foreach (var progress in _progress.Reader.ReadAllAsync(ct))
            {
                yield return progress;
                _read.Release();
            }
        }

        public void Cancel()
        {
        }
    }
}
