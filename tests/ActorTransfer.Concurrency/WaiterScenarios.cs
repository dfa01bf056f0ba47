using System.Reflection;
using ActorTransfer.Transports.Sockets.Linux;
using Microsoft.Coyote.Specifications;

namespace ActorTransfer.Concurrency;

/// <summary>The waits of one direction of a socket, between a stage, the thread of the poller and the thread that closes the socket.</summary>
internal static class WaiterScenarios
{
    private static readonly FieldInfo s_reading = typeof(LinuxChannel).GetField("_reading", BindingFlags.Instance | BindingFlags.NonPublic)!;
    private static readonly FieldInfo s_ticket = typeof(Waiter).GetField("_ticket", BindingFlags.Instance | BindingFlags.NonPublic)!;

    /// <summary>A wait that begins while the socket closes ends: by a call, or by an exception.</summary>
    public static async Task CloseAsync()
    {
        using var sockets = new Sockets();
        var (channel, calls, failed) = (sockets.Channel(), new Calls(), false);
        Prepare(channel);
        var waits = Task.Run(() => failed = !TryWait(channel, calls));
        var closes = Task.Run(channel.Close);
        await Task.WhenAll(waits, closes);
        Specification.Assert(calls.Count == 1 || (failed && calls.Count == 0), $"a wait did not end: {calls.Count} calls");
    }

    /// <summary>A watch and a stage begin to wait while the socket closes: where the first of them fails, the other one ends too.</summary>
    public static async Task BothAsync()
    {
        using var sockets = new Sockets();
        var (channel, stage, watch) = (sockets.Channel(), new Calls(), new Calls());
        Prepare(channel);
        Fire(channel); // nothing waits, and the poller does not watch
        var stageWaits = Task.Run(() => TryWait(channel, stage));
        var watchWaits = Task.Run(() => TryWait(channel, watch));
        var closes = Task.Run(channel.Close);
        await Task.WhenAll(stageWaits, watchWaits, closes);
        Specification.Assert(stage.Count <= 1 && watch.Count <= 1, "a wait was called twice");
        Specification.Assert(stageWaits.Result || !watchWaits.Result || watch.Count == 1, "the watch did not end");
        Specification.Assert(watchWaits.Result || !stageWaits.Result || stage.Count == 1, "the stage did not end");
        Specification.Assert(stage.Count + watch.Count > 0 || !(stageWaits.Result && watchWaits.Result), "no wait ended");
    }

    /// <summary>A wait replaces another one: the last one is called when the socket closes, none twice.</summary>
    public static async Task ReplaceAsync()
    {
        using var sockets = new Sockets();
        var (channel, first, second) = (sockets.Channel(), new Calls(), new Calls());
        Prepare(channel);
        channel.WaitReadable(first);
        var replaces = Task.Run(() => TryWait(channel, second));
        var closes = Task.Run(channel.Close);
        await Task.WhenAll(replaces, closes);
        Specification.Assert(first.Count <= 1 && second.Count <= 1, "a wait was called twice");
        Specification.Assert(first.Count + second.Count >= 1, "no wait ended");
        Specification.Assert(second.Count == 1 || !replaces.Result, "the wait that stands was not called");
    }

    /// <summary>A wait that was cancelled is not called; one that was not is.</summary>
    public static async Task CancelAsync()
    {
        using var sockets = new Sockets();
        var (channel, calls, isCancelled) = (sockets.Channel(), new Calls(), false);
        Prepare(channel);
        channel.WaitReadable(calls);
        var cancels = Task.Run(() => isCancelled = channel.CancelReading());
        var closes = Task.Run(channel.Close);
        await Task.WhenAll(cancels, closes);
        calls.MustBe(isCancelled ? 0 : 1, isCancelled ? "cancelled" : "not cancelled");
    }

    /// <summary>The watch of a link waits again after a call, while a stage begins to wait: the stage is not displaced.</summary>
    public static async Task AgainAsync()
    {
        using var sockets = new Sockets();
        var (channel, stage, watch) = (sockets.Channel(), new Calls(), new Calls());
        Prepare(channel);
        var waits = Task.Run(() => TryWait(channel, stage));
        var again = Task.Run(() => channel.WaitReadable(watch, yields: true));
        await Task.WhenAll(waits, again);
        channel.Close();
        stage.MustBe(1, "the stage");
        Specification.Assert(watch.Count <= 1, "the watch was called twice");
    }

    /// <summary>Creates what the poller knows of the channel: that takes a lock which Coyote does not control.</summary>
    internal static void Prepare(LinuxChannel channel)
    {
        channel.WaitReadable(new Calls());
        channel.CancelReading();
    }

    /// <summary>What the poller does when the socket is ready.</summary>
    internal static void Fire(LinuxChannel channel)
    {
        var waiter = (Waiter)s_reading.GetValue(channel)!;
        waiter.Fire((long)s_ticket.GetValue(waiter)!);
    }

    internal static bool TryWait(LinuxChannel channel, IReadiness ready)
    {
        try
        {
            channel.WaitReadable(ready);
            return true;
        }
        catch (ObjectDisposedException)
        {
            return false;
        }
    }
}
