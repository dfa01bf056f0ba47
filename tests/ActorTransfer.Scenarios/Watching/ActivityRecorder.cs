using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace ActorTransfer.Scenarios.Watching;

/// <summary>Records the spans of all engines from its creation on.</summary>
internal sealed class ActivityRecorder : IDisposable
{
    /// <summary>Tests with a listener, and those that need that there is none, must not run at the same time.</summary>
    public const string Collection = "activities";

    private readonly ConcurrentQueue<Activity> _ended = [];
    private readonly ActivityListener _listener;

    public ActivityRecorder()
    {
        _listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name is Telemetry.ActivitySourceName or TracesSpec.Application,
            Sample = (ref _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = _ended.Enqueue,
        };
        ActivitySource.AddActivityListener(_listener);
    }

    /// <summary>The spans of a session, the transfer's first, then those of its states by time.</summary>
    public IReadOnlyList<Activity> Of(string role, string sessionId)
    {
        var name = role == "initiator" ? "send file" : "receive file";
        var transfer = _ended.SingleOrDefault(span =>
            span.OperationName == name && span.GetTagItem("actortransfer.session_id") is string session && session == sessionId);
        return transfer is null ? [] : [transfer, .. _ended.Where(span => span.ParentSpanId == transfer.SpanId).OrderBy(span => span.StartTimeUtc)];
    }

    /// <summary>The span of the transfer with this parent.</summary>
    public Activity ChildOf(Activity parent) => _ended.Single(span => span.ParentSpanId == parent.SpanId && span.TraceId == parent.TraceId);

    /// <summary>A trace as text.</summary>
    public static string Describe(IEnumerable<Activity> spans)
    {
        var text = new StringBuilder();
        foreach (var span in spans)
        {
            text.Append(CultureInfo.InvariantCulture, $"{span.OperationName,-22} {span.Duration.TotalMilliseconds,8:0.0} ms  {span.Status}");
            text.AppendLine(span.StatusDescription is { } why ? $": {why}" : "");
            foreach (var (name, value) in span.TagObjects)
            {
                text.AppendLine(CultureInfo.InvariantCulture, $"    {name} = {(value is string[] many ? string.Join(' ', many) : value)}");
            }

            foreach (var happened in span.Events)
            {
                text.AppendLine(CultureInfo.InvariantCulture, $"    * {happened.Name}: {string.Join(", ", happened.Tags.Select(tag => tag.Value))}");
            }
        }

        return text.ToString();
    }

    public void Dispose() => _listener.Dispose();
}
