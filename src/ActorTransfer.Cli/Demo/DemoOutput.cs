using System.Diagnostics;
using System.Globalization;
using ActorTransfer.Cli.Reports;

namespace ActorTransfer.Cli.Demo;

/// <summary>Prints the messages and the result of a demonstration.</summary>
internal sealed class DemoOutput(DemoRequest request, Terminal terminal)
{
    public void PrintTrace(DemoHost host, RecordedTrace conversation)
    {
        var names = new Dictionary<Jid, string> { [host.Sender] = "sender", [host.Receiver] = "receiver", [host.Server] = "server" };
        terminal.WriteLine("");
        foreach (var line in new Ladder(names, host.Server).Lines(conversation.Events))
        {
            terminal.WriteLine(line);
        }

        terminal.WriteLine("");
    }

    /// <summary>Duration from the activation to the completed file.</summary>
    public static TimeSpan Flowed(RecordedTrace conversation, Jid receiver)
    {
        var entered = conversation.Events.OfType<TraceEvent.Entered>().ToArray();
        var activated = entered.FirstOrDefault(step => step.State == TransferState.Activated);
        var completed = entered.LastOrDefault(step => step.State == TransferState.Completed && step.Self == receiver);
        return activated is null || completed is null ? TimeSpan.Zero : completed.At - activated.At;
    }

    public void PrintResult(TransferOutcome.Completed sent, TransferOutcome.Completed received, TimeSpan flowed)
    {
        using var self = Process.GetCurrentProcess();
        var rate = flowed > TimeSpan.Zero ? received.Bytes / flowed.TotalSeconds / 1e6 : 0;
        string[] lines =
        [
            string.Create(CultureInfo.InvariantCulture, $"size      {received.Bytes} bytes"),
            string.Create(CultureInfo.InvariantCulture, $"rate      {rate:0.0} MB/s ({flowed.TotalSeconds:0.000} s)"),
            $"sent      SHA-256 {sent.Sha256}",
            $"received  SHA-256 {received.Sha256}",
            $"memory    {ByteSize.Format(self.PeakWorkingSet64)} at most",
            request.Into is null
                ? $"file      was in {Path.GetDirectoryName(received.Path)}, removed with that temporary folder (--into DIR keeps it)"
                : $"file      {received.Path}",
        ];
        foreach (var line in lines)
        {
            terminal.WriteLine(line);
        }
    }
}
