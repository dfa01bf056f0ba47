using System.Diagnostics;
using System.Diagnostics.Metrics;
using ActorTransfer.Protocol;
using ActorTransfer.Protocol.Stanzas;

namespace ActorTransfer.Actors.Instrumentation;

/// <summary>Metrics of connections to XMPP servers.</summary>
internal sealed class ConnectionMetrics(Meter meter)
{
    /// <summary>From a request on a local network to an offer that a user decides on.</summary>
    private static readonly InstrumentAdvice<double> s_seconds =
        new() { HistogramBucketBoundaries = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 600] };

    private readonly UpDownCounter<long> _up =
        meter.CreateUpDownCounter<long>("actortransfer.connections.up", "{connection}", "Connections that are logged in, or wait for their resumption.");

    private readonly Counter<long> _reconnects =
        meter.CreateCounter<long>("actortransfer.connection.reconnects", "{attempt}", "Attempts to connect again after a connection was lost or refused.");

    private readonly Counter<long> _resumptionGivenUp = meter.CreateCounter<long>(
        "actortransfer.connection.resumption.given_up",
        "{session}",
        "Sessions that cannot be resumed because the server left too many stanzas unacknowledged.");

    private readonly UpDownCounter<long> _stanzasQueued =
        meter.CreateUpDownCounter<long>("actortransfer.stanzas.queued", "{stanza}", "Stanzas that wait for a slow server (connection.max-queued-stanzas).");

    private readonly Counter<long> _skipped = meter.CreateCounter<long>(
        "actortransfer.stanzas.skipped", "{stanza}", "Stanzas skipped because of a limit or invalid namespaces.");

    private readonly Counter<long> _ignored = meter.CreateCounter<long>(
        "actortransfer.iq.ignored", "{response}", "Responses to no pending request, or from another sender than its addressee.");

    private readonly UpDownCounter<long> _pending =
        meter.CreateUpDownCounter<long>("actortransfer.iq.pending", "{request}", "Requests that wait for their response (connection.max-pending-requests).");

    private readonly Histogram<double> _roundTrip = meter.CreateHistogram(
        "actortransfer.iq.duration",
        "s",
        "Time from an IQ request to its response, error or timeout.",
        advice: s_seconds);

    public void Up(string account, int more) => _up.Add(more, MetricAttributes.Of(MetricAttributes.Account, account));

    public void Reconnecting(string account) => _reconnects.Add(1, MetricAttributes.Of(MetricAttributes.Account, account));

    public void ResumptionGivenUp() => _resumptionGivenUp.Add(1);

    public void StanzasQueued(int more)
    {
        if (more != 0)
        {
            _stanzasQueued.Add(more);
        }
    }

    /// <param name="kind">iq, message or presence.</param>
    /// <param name="condition">The corresponding stanza error.</param>
    public void StanzaSkipped(string kind, string condition) =>
        _skipped.Add(1, MetricAttributes.Of(MetricAttributes.Stanza, kind), MetricAttributes.Of(MetricAttributes.Condition, condition));

    public void ResponseIgnored() => _ignored.Add(1);

    public void Asked() => _pending.Add(1);

    /// <param name="name">Namespace of the request's payload.</param>
    /// <param name="answer">The result.</param>
    /// <param name="took">Since the request.</param>
    public void Answered(string? name, Answer answer, TimeSpan took)
    {
        _pending.Add(-1);
        if (!_roundTrip.Enabled)
        {
            return;
        }

        var tags = new TagList { MetricAttributes.Of(MetricAttributes.Namespace, name) };
        if (answer is not Answer.Result)
        {
            tags.Add(MetricAttributes.Of(MetricAttributes.ErrorType, ErrorOf(answer)));
        }

        _roundTrip.Record(took.TotalSeconds, tags);
    }

    private static string ErrorOf(Answer answer) => answer switch
    {
        Answer.Error { Stanza.Condition: var condition } => condition,
        Answer.None { Reason: var reason } => HyphenatedName.Of(reason),
        _ => "other",
    };
}
