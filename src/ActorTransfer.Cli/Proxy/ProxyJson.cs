using System.Text.Json;
using ActorTransfer.Cli.Reports;

namespace ActorTransfer.Cli.Proxy;

/// <summary>One JSON object per line, flushed at once; remarks go to the error writer.</summary>
internal sealed class ProxyJson(Terminal terminal) : IProxyReport
{
    private readonly Lock _gate = new();
    private ProxyEvent.Status _shown = ProxyEvent.Status.Nothing;

    public TimeSpan Interval { get; } = TimeSpan.FromSeconds(1);

    /// <summary>The object, without line end.</summary>
    public static string Write(ProxyEvent happened) => JsonLine.Of(happened, Write);

    public void Report(ProxyEvent happened)
    {
        lock (_gate)
        {
            if (happened is ProxyEvent.Status status)
            {
                if (status.IsAs(_shown))
                {
                    return;
                }

                _shown = status;
            }

            terminal.WriteJson(Write(happened));
        }
    }

    public void Remark(string line) => terminal.WriteError(ProxyLines.Remark(line));

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static void Write(Utf8JsonWriter json, ProxyEvent happened)
    {
        switch (happened)
        {
            case ProxyEvent.Ready ready:
                json.WriteString("event", "ready");
                json.WriteString("jid", ready.Jid.ToString());
                Write(json, "listen", ready.Listen);
                Write(json, "public", ready.Public);
                Write(json, "allow", ready.Allow);
                break;
            case ProxyEvent.Page page:
                json.WriteString("event", "page");
                json.WriteString("address", page.Address);
                break;
            case ProxyEvent.Status status:
                Write(json, status);
                break;
            case ProxyEvent.Connection connection:
                json.WriteString("event", "connection");
                json.WriteString("state", connection.IsUp ? "up" : "lost");
                json.WriteString("reason", connection.Reason);
                break;
            case ProxyEvent.Nodes nodes:
                json.WriteString("event", "nodes");
                json.WriteNumber("up", nodes.Up);
                json.WriteNumber("unreachable", nodes.Unreachable);
                break;
            case ProxyEvent.Reloaded reloaded:
                json.WriteString("event", "reloaded");
                Write(json, "allow", reloaded.Allow);
                break;
            case ProxyEvent.Draining draining:
                json.WriteString("event", "draining");
                json.WriteNumber("pairs", draining.Pairs);
                break;
            case ProxyEvent.Stopped:
                json.WriteString("event", "stopped");
                break;
            case ProxyEvent.Failed { Failure: var failure }:
                Reports.JsonReport.Write(json, failure);
                break;
        }
    }

    private static void Write(Utf8JsonWriter json, ProxyEvent.Status status)
    {
        json.WriteString("event", "status");
        json.WriteNumber("pending", status.Pending);
        json.WriteNumber("active", status.Active);
        json.WriteNumber("bytesPerSecond", (long)Math.Round(status.BytesPerSecond));
        json.WriteNumber("setUpsPerSecond", Math.Round(status.SetUpsPerSecond, 1));
        json.WriteNumber("bytes", status.Bytes);
        json.WriteNumber("setUps", status.SetUps);
        json.WriteStartObject("refusals");
        foreach (var (reason, count) in status.Refusals)
        {
            json.WriteNumber(reason, count);
        }

        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, string name, IEnumerable<string> words)
    {
        json.WriteStartArray(name);
        foreach (var word in words)
        {
            json.WriteStringValue(word);
        }

        json.WriteEndArray();
    }
}
