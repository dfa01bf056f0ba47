using System.Text.Json;
using ActorTransfer.Protocol.ProxyService;

namespace ActorTransfer.Cli.Reports;

/// <summary>One JSON object per line, flushed at once.</summary>
internal sealed class JsonReport(TextWriter output) : IReport
{
    private readonly Lock _gate = new();

    /// <summary>The object, without line end.</summary>
    public static string Write(TransferEvent happened) => JsonLine.Of(happened, Write);

    public void Report(TransferEvent happened)
    {
        var line = Write(happened);
        lock (_gate)
        {
            output.WriteLine(line);
            output.Flush();
        }
    }

    public void Remark(string line)
    {
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static void Write(Utf8JsonWriter json, TransferEvent happened)
    {
        switch (happened)
        {
            case TransferEvent.Ready ready:
                json.WriteString("event", "ready");
                json.WriteString("jid", ready.Jid.ToString());
                break;
            case TransferEvent.Page page:
                json.WriteString("event", "page");
                json.WriteString("address", page.Address);
                break;
            case TransferEvent.Offer offer:
                json.WriteString("event", "offer");
                json.WriteString(offer.IsIncoming ? "from" : "to", offer.Peer.ToString());
                json.WriteString("name", offer.Name);
                WriteSize(json, offer.Size);
                Write(json, offer.Id);
                break;
            case TransferEvent.Accepted accepted:
                json.WriteString("event", "accepted");
                Write(json, accepted.Id);
                break;
            case TransferEvent.MethodSelected taken:
                json.WriteString("event", "method");
                json.WriteString("method", taken.Method.Method.Name());
                json.WriteString("host", taken.Method.Host);
                json.WriteString("signalling", taken.Signalling is { } signalling ? Words.Name(signalling) : null);
                Write(json, taken.Id);
                break;
            case TransferEvent.Progress progress:
                json.WriteString("event", "progress");
                json.WriteNumber("bytes", progress.Bytes);
                WriteSize(json, progress.Size);
                json.WriteNumber("bytesPerSecond", (long)Math.Round(progress.Rate));
                Write(json, progress.Id);
                break;
            case TransferEvent.Completed completed:
                Write(json, completed);
                break;
            case TransferEvent.Failed failed:
                Write(json, failed);
                break;
        }
    }

    private static void Write(Utf8JsonWriter json, TransferEvent.Completed completed)
    {
        json.WriteString("event", "completed");
        json.WriteString("name", completed.Name);
        json.WriteNumber("size", completed.Size);
        json.WriteString("sha256", completed.Sha256);
        json.WriteString("method", completed.Method is { } method ? method.Method.Name() : null);
        json.WriteNumber("seconds", Math.Round(completed.Took.TotalSeconds, 3));
        json.WriteString("path", completed.Path);
        json.WriteString("delivery", Words.Hyphenated(completed.Delivery));
        Write(json, completed.Id);
    }

    /// <summary>The properties of <c>failed</c>, of any command.</summary>
    public static void Write(Utf8JsonWriter json, Failure failure)
    {
        json.WriteString("event", "failed");
        json.WriteString("phase", failure.Phase);
        json.WriteString("side", failure.Side);
        json.WriteString("reason", failure.Reason);
        json.WriteString("detail", failure.Detail);
        json.WriteNumber("exitCode", (int)failure.Code);
        if (failure.PartialFile is { } path)
        {
            json.WriteString("partialFile", path);
        }
    }

    private static void Write(Utf8JsonWriter json, TransferEvent.Failed failed)
    {
        Write(json, failed.Failure);
        if (failed.Name is { } name)
        {
            json.WriteString("name", name);
        }

        if (failed.Id is { } id)
        {
            Write(json, id);
        }
    }

    private static void WriteSize(Utf8JsonWriter json, long? size)
    {
        if (size is { } known)
        {
            json.WriteNumber("size", known);
        }
        else
        {
            json.WriteNull("size");
        }
    }

    private static void Write(Utf8JsonWriter json, TransferId id) => json.WriteNumber("transfer", id.Value);
}
