using System.Buffers;
using System.Collections.Immutable;
using System.Text.Json;

namespace ActorTransfer.AspNetCore.Page;

/// <summary>The view as server-sent events (HTML Living Standard §9.2) with one line of JSON each, which <c>page.js</c> reads.</summary>
internal static class PageEvents
{
    /// <summary>Event <c>view</c>: everything.</summary>
    public static ReadOnlyMemory<byte> Whole(long version, MonitorSnapshot now) => Write("view"u8, json =>
    {
        Head(json, version, now);
        PageJson.Transfers(json, "active", now.Active, static (json, transfer) => PageJson.Transfer(json, transfer));
        PageJson.Transfers(json, "completed", now.Completed, PageJson.Ended);
        PageJson.Transfers(json, "failed", now.NotCompleted, PageJson.Ended);
        PageJson.Accounts(json, now.Accounts);
        PageJson.Proxies(json, now.Proxies);
        if (now.Cluster is { } cluster)
        {
            PageJson.Cluster(json, cluster);
        }

        PageJson.Throughput(json, now.Throughput.AsSpan());
    });

    /// <summary>Event <c>change</c>: the difference to the version before. Transfers that are no longer in it have ended.</summary>
    public static ReadOnlyMemory<byte> Change(long version, MonitorSnapshot before, MonitorSnapshot now) => Write("change"u8, json =>
    {
        Head(json, version, now);
        var (added, changed, removed) = Compare(before.Active, now.Active);
        PageJson.Transfers(json, "added", added, static (json, transfer) => PageJson.Transfer(json, transfer));
        PageJson.Transfers(json, "changed", changed, PageJson.Progress);
        PageJson.Transfers(json, "removed", removed, static (json, id) => json.WriteNumberValue(id.Value));
        PageJson.Transfers(json, "completed", New(before.Completed, now.Completed), PageJson.Ended);
        PageJson.Transfers(json, "failed", New(before.NotCompleted, now.NotCompleted), PageJson.Ended);
        if (before.Accounts != now.Accounts)
        {
            PageJson.Accounts(json, now.Accounts);
        }

        if (before.Proxies != now.Proxies)
        {
            PageJson.Proxies(json, now.Proxies);
        }

        if (now.Cluster is { } cluster && !ReferenceEquals(before.Cluster, cluster))
        {
            PageJson.Cluster(json, cluster);
        }

        var last = before.Throughput is [.., { At: var at }] ? at : DateTimeOffset.MinValue;
        PageJson.Throughput(json, [.. now.Throughput.Where(sample => sample.At > last)]);
    });

    /// <summary>Event <c>end</c>: the engine has stopped.</summary>
    public static ReadOnlyMemory<byte> End(string reason) => Write("end"u8, json => PageJson.Text(json, "reason", reason));

    private static void Head(Utf8JsonWriter json, long version, MonitorSnapshot now)
    {
        json.WriteNumber("version", version);
        PageJson.Time(json, "at", now.At);
        json.WriteBoolean("draining", now.IsDraining);
        PageJson.Totals(json, now.Totals);
    }

    /// <summary>Both are in the order of their ids, and an unchanged transfer is the same object.</summary>
    private static (List<MonitoredTransfer> Added, List<MonitoredTransfer> Changed, List<TransferId> Removed) Compare(
        ImmutableArray<MonitoredTransfer> before, ImmutableArray<MonitoredTransfer> now)
    {
        var (added, changed, removed) = (new List<MonitoredTransfer>(), new List<MonitoredTransfer>(), new List<TransferId>());
        var at = 0;
        foreach (var transfer in now)
        {
            for (; at < before.Length && before[at].Id.Value < transfer.Id.Value; at++)
            {
                removed.Add(before[at].Id);
            }

            if (at == before.Length || before[at].Id != transfer.Id)
            {
                added.Add(transfer);
            }
            else if (!ReferenceEquals(before[at++], transfer))
            {
                changed.Add(transfer);
            }
        }

        removed.AddRange(before.Skip(at).Select(transfer => transfer.Id));
        return (added, changed, removed);
    }

    /// <summary>Both have the last first.</summary>
    private static IEnumerable<EndedTransfer> New(ImmutableArray<EndedTransfer> before, ImmutableArray<EndedTransfer> now) =>
        before is [var last, ..] ? now.TakeWhile(ended => !ReferenceEquals(ended, last)) : now;

    private static ReadOnlyMemory<byte> Write(ReadOnlySpan<byte> name, Action<Utf8JsonWriter> content)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        buffer.Write("event: "u8);
        buffer.Write(name);
        buffer.Write("\ndata: "u8);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            content(json);
            json.WriteEndObject();
        }

        buffer.Write("\n\n"u8);
        return buffer.WrittenMemory;
    }
}
