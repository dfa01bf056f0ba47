using System.Diagnostics;
using ActorTransfer.Extensibility;
using ActorTransfer.Protocol;
using ActorTransfer.Protocol.FileTransfer;
using ActorTransfer.Protocol.Stanzas;

namespace ActorTransfer.Actors.Instrumentation;

/// <summary>The spans of a transfer's states, one after the other. Confined to the transfer's actor. Does nothing when the transfer is not traced.</summary>
/// <param name="transfer">The span of the transfer; default: it is not traced.</param>
internal sealed class StateSpans(ActivityContext transfer)
{
    private Activity? _span;

    private bool IsTraced => transfer != default;

    public void Entered(TransferState state)
    {
        if (IsTraced)
        {
            Stop();
            _span = TransferTrace.StartSpan(HyphenatedName.Of(state), ActivityKind.Internal, transfer);
        }
    }

    /// <summary>The id for a request of this state; null = any.</summary>
    public string? NewStanzaId()
    {
        if (_span is null)
        {
            return null;
        }

        var id = StanzaIds.Random();
        Stanza(id);
        return id;
    }

    /// <summary>Adds the id of a stanza that was sent or received in this state.</summary>
    public void Stanza(string id)
    {
        if (_span is { } span)
        {
            string[] before = span.GetTagItem(TraceAttributes.StanzaIds) as string[] ?? [];
            span.SetTag(TraceAttributes.StanzaIds, (string[])[.. before, PrintableText.Of(id)]);
        }
    }

    /// <param name="name">What happened to the candidate.</param>
    /// <param name="host">The candidate.</param>
    /// <param name="reason">Why it failed, or null.</param>
    public void Candidate(string name, StreamHost host, string? reason = null)
    {
        if (_span is { } span)
        {
            var tags = new ActivityTagsCollection { { TraceAttributes.Candidate, PrintableText.Of($"{host.Jid} at {host.Host}:{host.Port}") } };
            if (reason is not null)
            {
                tags.Add(MetricAttributes.Reason, PrintableText.Of(reason));
            }

            span.AddEvent(new ActivityEvent(name, tags: tags));
        }
    }

    /// <summary>The signalling was chosen by what the peer advertises.</summary>
    public void Features(Signalling signalling, PeerFeatures features) => _span?.AddEvent(new ActivityEvent("features of the peer", tags: new()
    {
        { TraceAttributes.Signalling, HyphenatedName.Of(signalling) },
        { TraceAttributes.Features, features.Describe() },
    }));

    public void Method(StreamMethod method, string? endPoint) =>
        _span?.SetTag(MetricAttributes.Method, method.Name()).SetTag(TraceAttributes.EndPoint, endPoint);

    public void Ended(TransferOutcome outcome)
    {
        if (_span is { } span && outcome is TransferOutcome.Failed failed)
        {
            TransferTrace.Fail(span, failed);
        }

        Stop();
    }

    /// <summary>Also after a crash.</summary>
    public void Stop()
    {
        if (_span is { } span)
        {
            _span = null;
            TransferTrace.StopSpan(span);
        }
    }
}
