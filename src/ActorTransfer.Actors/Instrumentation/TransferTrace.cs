using System.Diagnostics;
using System.Reflection;
using ActorTransfer.Protocol;
using ActorTransfer.Protocol.FileTransfer;
using ActorTransfer.Protocol.StreamInitiation;

namespace ActorTransfer.Actors.Instrumentation;

/// <summary>
/// The span of a transfer, from the application's call or the peer's offer to the outcome; its children are the spans of its states
/// (<see cref="StateSpans"/>). Confined to the transfers actor. Null without a listener.
/// </summary>
internal sealed class TransferTrace
{
    private static readonly ActivitySource s_source = new(
        Telemetry.ActivitySourceName,
        typeof(TransferTrace).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0]);

    private readonly Activity _activity;

    private TransferTrace(Activity activity) => _activity = activity;

    /// <summary>The parent of the spans of the states.</summary>
    public ActivityContext Context => _activity.Context;

    /// <param name="sends">True: the initiator.</param>
    /// <param name="parent">The application's current activity when it called; default: none.</param>
    public static TransferTrace? Start(bool sends, ActivityContext parent)
    {
        if (!s_source.HasListeners())
        {
            return null;
        }

        var kind = sends ? ActivityKind.Client : ActivityKind.Server;
        return StartSpan(sends ? "send file" : "receive file", kind, parent) is { } activity ? new TransferTrace(activity) : null;
    }

    /// <summary>Starts a span that is not the current one of this thread: actors share threads.</summary>
    public static Activity? StartSpan(string name, ActivityKind kind, ActivityContext parent)
    {
        var current = Activity.Current;
        Activity.Current = null;
        var activity = s_source.StartActivity(name, kind, parent);
        Activity.Current = current;
        return activity;
    }

    public static void StopSpan(Activity activity)
    {
        var current = Activity.Current;
        activity.Stop();
        Activity.Current = current;
    }

    /// <summary>Sets the attributes that identify the transfer; again when its session changes.</summary>
    public void Identify(TransferId id, string account, Jid peer, string sessionId) => _activity
        .SetTag(TraceAttributes.TransferId, id.Node == 0 ? id.Value : id.ToString())
        .SetTag(MetricAttributes.Account, account)
        .SetTag(TraceAttributes.Peer, PrintableText.Of(peer.ToString()))
        .SetTag(TraceAttributes.SessionId, PrintableText.Of(SessionIds.Shorten(sessionId)));

    /// <summary>The signalling of the offer.</summary>
    public void Offered(Signalling signalling) => _activity.SetTag(TraceAttributes.Signalling, HyphenatedName.Of(signalling));

    /// <summary>Adds the id of the stanza that began it.</summary>
    public void Stanza(string id) => _activity.SetTag(TraceAttributes.StanzaIds, new[] { PrintableText.Of(id) });

    public void Queued(AdmissionLimit limit) =>
        _activity.AddEvent(new ActivityEvent("queued", tags: new() { { MetricAttributes.Limit, HyphenatedName.Of(limit) } }));

    /// <summary>Its last act.</summary>
    public void Ended(TransferOutcome outcome, StreamMethod? method)
    {
        _activity.SetTag(MetricAttributes.Outcome, HyphenatedName.Of(outcome.EndState));
        if (method is { } used)
        {
            _activity.SetTag(MetricAttributes.Method, used.Name());
        }

        switch (outcome)
        {
            case TransferOutcome.Completed completed:
                _activity.SetTag(TraceAttributes.Bytes, completed.Bytes);
                break;
            case TransferOutcome.Failed failed:
                Fail(_activity, failed);
                break;
        }

        StopSpan(_activity);
    }

    public static void Fail(Activity activity, TransferOutcome.Failed failed) => activity
        .SetTag(MetricAttributes.Side, HyphenatedName.Of(failed.Side))
        .SetTag(MetricAttributes.ErrorType, HyphenatedName.Of(failed.Reason))
        .SetStatus(ActivityStatusCode.Error, PrintableText.Of(failed.Detail));
}
