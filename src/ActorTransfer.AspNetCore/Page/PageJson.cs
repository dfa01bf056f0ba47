using System.Collections.Immutable;
using System.Text.Json;
using ActorTransfer.Protocol;

namespace ActorTransfer.AspNetCore.Page;

/// <summary>The parts of the view as JSON. Text of peers and servers is escaped where it is not printable; times are milliseconds since 1970.</summary>
internal static class PageJson
{
    public static void Text(Utf8JsonWriter json, string name, string? text) => json.WriteString(name, PrintableText.Of(text));

    public static void Time(Utf8JsonWriter json, string name, DateTimeOffset at) => json.WriteNumber(name, at.ToUnixTimeMilliseconds());

    public static void Transfers<T>(Utf8JsonWriter json, string name, IEnumerable<T> transfers, Action<Utf8JsonWriter, T> write)
    {
        json.WriteStartArray(name);
        foreach (var transfer in transfers)
        {
            write(json, transfer);
        }

        json.WriteEndArray();
    }

    public static void Transfer(Utf8JsonWriter json, MonitoredTransfer transfer)
    {
        json.WriteStartObject();
        TransferMembers(json, transfer);
        json.WriteEndObject();
    }

    /// <summary>What can change.</summary>
    public static void Progress(Utf8JsonWriter json, MonitoredTransfer transfer)
    {
        json.WriteStartObject();
        json.WriteNumber("id", transfer.Id.Value);
        ProgressMembers(json, transfer);
        json.WriteEndObject();
    }

    public static void Ended(Utf8JsonWriter json, EndedTransfer ended)
    {
        json.WriteStartObject();
        TransferMembers(json, ended.Transfer);
        Time(json, "at", ended.At);
        switch (ended.Outcome)
        {
            case TransferOutcome.Refused refused:
                Text(json, "side", $"{refused.By}");
                Text(json, "detail", refused.Reason);
                break;
            case TransferOutcome.Cancelled cancelled:
                Text(json, "side", $"{cancelled.By}");
                Text(json, "phase", $"{cancelled.Phase}");
                break;
            case TransferOutcome.Failed failed:
                Text(json, "side", $"{failed.Side}");
                Text(json, "phase", $"{failed.Phase}");
                Text(json, "reason", $"{failed.Reason}");
                Text(json, "detail", failed.Detail);
                break;
        }

        Text(json, "outcome", $"{ended.Outcome.EndState}");
        json.WriteEndObject();
    }

    public static void Accounts(Utf8JsonWriter json, ImmutableArray<MonitoredAccount> accounts)
    {
        json.WriteStartArray("accounts");
        foreach (var account in accounts)
        {
            json.WriteStartObject();
            Text(json, "name", account.Name);
            Status(json, account.Status);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    public static void Proxies(Utf8JsonWriter json, ImmutableArray<MonitoredProxy> proxies)
    {
        json.WriteStartArray("proxies");
        foreach (var proxy in proxies)
        {
            json.WriteStartObject();
            Text(json, "name", $"{proxy.Address}");
            Status(json, proxy.Connection);
            if (proxy.Status is { } status)
            {
                Pairs(json, status);
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    public static void Cluster(Utf8JsonWriter json, MonitoredCluster cluster)
    {
        json.WriteStartObject("cluster");
        Transfers(json, "nodes", cluster.Nodes, static (json, node) =>
        {
            json.WriteStartObject();
            Text(json, "name", node.Address);
            Text(json, "status", node.State.ToString().ToLowerInvariant());
            json.WriteBoolean("self", node.IsSelf);
            Text(json, "roles", string.Join(", ", node.Roles));
            Text(json, "connections", string.Join(", ", node.Connections));
            json.WriteNumber("accounts", node.Accounts);
            json.WriteNumber("moving", node.Moving);
            json.WriteEndObject();
        });
        Transfers(json, "accounts", cluster.Accounts, static (json, account) =>
        {
            json.WriteStartObject();
            Text(json, "name", account.Name);
            Text(json, "node", account.Node);
            json.WriteBoolean("moving", account.IsMoving);
            json.WriteEndObject();
        });
        json.WriteEndObject();
    }

    /// <summary>Each sample as [time, sent, received, relayed].</summary>
    public static void Throughput(Utf8JsonWriter json, ReadOnlySpan<ThroughputSample> samples)
    {
        json.WriteStartArray("throughput");
        foreach (var sample in samples)
        {
            json.WriteStartArray();
            json.WriteNumberValue(sample.At.ToUnixTimeMilliseconds());
            json.WriteNumberValue(sample.Sent);
            json.WriteNumberValue(sample.Received);
            json.WriteNumberValue(sample.Relayed);
            json.WriteEndArray();
        }

        json.WriteEndArray();
    }

    public static void Totals(Utf8JsonWriter json, MonitorTotals totals)
    {
        json.WriteStartObject("totals");
        json.WriteNumber("completed", totals.Completed);
        json.WriteNumber("refused", totals.Refused);
        json.WriteNumber("cancelled", totals.Cancelled);
        json.WriteNumber("failed", totals.Failed);
        json.WriteEndObject();
    }

    public static void Line(Utf8JsonWriter json, TraceEvent happened)
    {
        json.WriteStartObject();
        Time(json, "at", happened.At);
        switch (happened)
        {
            case TraceEvent.Stanza stanza:
                Text(json, "from", stanza.From?.ToString());
                Text(json, "to", stanza.To?.ToString());
                Text(json, "text", stanza.Summary);
                break;
            case TraceEvent.Entered entered:
                Text(json, "state", $"{entered.State}");
                Text(json, "self", $"{entered.Self}");
                break;
        }

        json.WriteEndObject();
    }

    private static void TransferMembers(Utf8JsonWriter json, MonitoredTransfer transfer)
    {
        json.WriteNumber("id", transfer.Id.Value);
        json.WriteBoolean("incoming", transfer.IsIncoming);
        Text(json, "account", transfer.Account);
        Text(json, "file", transfer.File.Name);
        if (!transfer.File.IsSizeUnknown)
        {
            json.WriteNumber("size", transfer.File.Size);
        }

        Time(json, "since", transfer.Since);
        ProgressMembers(json, transfer);
    }

    private static void ProgressMembers(Utf8JsonWriter json, MonitoredTransfer transfer)
    {
        Text(json, "peer", $"{transfer.Peer}");
        Text(json, "state", transfer.IsQueued ? "Queued" : $"{transfer.State}");
        if (transfer.Method is { } method)
        {
            Text(json, "method", $"{method.Method}");
            Text(json, "host", method.Host);
        }

        if (transfer.Signalling is { } signalling)
        {
            Text(json, "signalling", $"{signalling}");
        }

        json.WriteBoolean("paused", transfer.IsPaused);
        json.WriteNumber("bytes", transfer.Bytes);
        json.WriteNumber("rate", transfer.Rate);
        json.WriteNumber("lines", transfer.Lines);
    }

    private static void Status(Utf8JsonWriter json, AccountStatus? status)
    {
        switch (status)
        {
            case AccountStatus.Online online:
                json.WriteString("status", "online");
                Text(json, "self", $"{online.Self}");
                break;
            case AccountStatus.Offline offline:
                json.WriteString("status", offline.ForGood ? "refused" : "offline");
                Text(json, "reason", offline.Reason);
                break;
            default:
                json.WriteString("status", "connecting");
                break;
        }
    }

    private static void Pairs(Utf8JsonWriter json, BytestreamsProxy.Status status)
    {
        Text(json, "listen", string.Join(", ", status.EndPoints));
        json.WriteNumber("waiting", status.Waiting);
        json.WriteNumber("active", status.Active);
        json.WriteNumber("setUps", status.SetUps);
        json.WriteNumber("bytes", status.Bytes);
        json.WriteNumber("refusals", status.Refusals.Values.Sum());
        Text(json, "refused", string.Join(", ", status.Refusals.Select(refusal => $"{refusal.Key} {refusal.Value}")));
        json.WriteBoolean("draining", status.Draining);
    }
}
