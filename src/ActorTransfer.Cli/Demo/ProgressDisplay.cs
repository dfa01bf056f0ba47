using System.Globalization;
using ActorTransfer.Hosting;
using ActorTransfer.Protocol.Conversations;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace ActorTransfer.Cli.Demo;

/// <summary>Shows how far a transfer is: a bar for people, plain lines for files and pipes.</summary>
internal static class ProgressDisplay
{
    private static readonly TimeSpan BetweenLines = TimeSpan.FromSeconds(1);

    /// <summary>Returns when the transfer has ended.</summary>
    public static Task ShowAsync(ITransfer transfer, Terminal terminal, TimeProvider time) =>
        terminal.IsLive ? BarAsync(transfer, terminal, time) : LinesAsync(transfer, terminal, time);

    private static async Task LinesAsync(ITransfer transfer, Terminal terminal, TimeProvider time)
    {
        var meter = new RateMeter(transfer.File.Size, time);
        long? printed = null;
        await foreach (var progress in transfer.ProgressAsync())
        {
            meter.Report(progress.Bytes);
            var moves = progress.State is TransferState.Activated or TransferState.Streaming;
            if (moves && (printed is not { } last || time.GetElapsedTime(last) >= BetweenLines))
            {
                printed = time.GetTimestamp();
                var percent = progress.Total == 0 ? 100 : 100 * progress.Bytes / progress.Total;
                terminal.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{percent,3} %  {meter.Describe()}"));
            }
        }
    }

    private static async Task BarAsync(ITransfer transfer, Terminal terminal, TimeProvider time)
    {
        var meter = new RateMeter(transfer.File.Size, time);
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(terminal.Out) });
        await console.Progress()
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new MeterColumn(meter))
            .StartAsync(async context =>
            {
                // A bar of nothing has no length; an empty file gets one step.
                var bar = context.AddTask("Transfer", maxValue: Math.Max(1, transfer.File.Size));
                await foreach (var progress in transfer.ProgressAsync())
                {
                    meter.Report(progress.Bytes);
                    bar.Value = progress.Bytes;
                    bar.Description = progress.State.ToString();
                }

                if (await transfer.Completion is TransferOutcome.Completed done)
                {
                    meter.Report(done.Bytes);
                    bar.Value = bar.MaxValue;
                    bar.Description = nameof(TransferState.Completed);
                }
            });
    }

    private sealed class MeterColumn(RateMeter meter) : ProgressColumn
    {
        protected override bool NoWrap => true;

        public override IRenderable Render(RenderOptions options, ProgressTask task, TimeSpan deltaTime) => new Text(meter.Describe());
    }
}
