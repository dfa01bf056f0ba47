using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Net;
using System.Net.Sockets;
using ActorTransfer.Protocol.FileTransfer;

namespace ActorTransfer.Actors.Instrumentation;

/// <summary>Metrics of transfers.</summary>
internal sealed class TransferMetrics(Meter meter)
{
    /// <summary>From a negotiation on a local network to a large file on a slow line or an offer that a user decides on.</summary>
    private static readonly InstrumentAdvice<double> s_seconds =
        new() { HistogramBucketBoundaries = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 600, 1800, 3600] };

    private static readonly InstrumentAdvice<double> s_rates =
        new() { HistogramBucketBoundaries = [1e4, 3e4, 1e5, 3e5, 1e6, 3e6, 1e7, 3e7, 1e8, 3e8, 1e9, 3e9] };

    private readonly Counter<long> _started =
        meter.CreateCounter<long>("actortransfer.transfers.started", "{transfer}", "Transfers that began.");

    private readonly UpDownCounter<long> _active =
        meter.CreateUpDownCounter<long>("actortransfer.transfers.active", "{transfer}", "Active transfers.");

    private readonly UpDownCounter<long> _queued = meter.CreateUpDownCounter<long>(
        "actortransfer.transfers.queued", "{transfer}", "Transfers that wait because of a limit or for their account's connection.");

    private readonly Counter<long> _refused =
        meter.CreateCounter<long>("actortransfer.transfers.refused", "{transfer}", "Transfers refused because of a limit.");

    private readonly Counter<long> _ended =
        meter.CreateCounter<long>("actortransfer.transfers.ended", "{transfer}", "Transfers that ended.");

    private readonly Counter<long> _io =
        meter.CreateCounter<long>("actortransfer.transfers.io", "By", "Bytes of files sent (initiator) or received (target).");

    private readonly Histogram<double> _duration = meter.CreateHistogram(
        "actortransfer.transfer.duration", "s", "Time from the begin of a transfer to its end.", advice: s_seconds);

    private readonly Histogram<double> _stateDuration = meter.CreateHistogram(
        "actortransfer.transfer.state.duration", "s", "Time that a transfer spent in a state.", advice: s_seconds);

    private readonly Histogram<double> _firstByte = meter.CreateHistogram(
        "actortransfer.transfer.time_to_first_byte", "s", "Time from the acceptance of an offer to the first byte of the file.", advice: s_seconds);

    private readonly Histogram<double> _rate = meter.CreateHistogram(
        "actortransfer.transfer.rate", "By/s", "Bytes per second of a completed transfer, from its first byte on.", advice: s_rates);

    private readonly Counter<long> _candidatesWon =
        meter.CreateCounter<long>("actortransfer.candidates.won", "{candidate}", "Streamhosts that were connected and used.");

    private readonly Counter<long> _candidatesFailed =
        meter.CreateCounter<long>("actortransfer.candidates.failed", "{candidate}", "Streamhosts that could not be used.");

    public void Began(bool sends)
    {
        _started.Add(1, MetricAttributes.RoleOf(sends));
        _active.Add(1, MetricAttributes.RoleOf(sends));
    }

    /// <param name="sends">Role.</param>
    /// <param name="more">1: one was queued; -1: one has left the queue.</param>
    public void Queued(bool sends, int more) => _queued.Add(more, MetricAttributes.RoleOf(sends));

    public void Refused(bool sends, AdmissionLimit limit)
    {
        if (_refused.Enabled)
        {
            _refused.Add(1, MetricAttributes.RoleOf(sends), MetricAttributes.Of(MetricAttributes.Limit, limit));
        }
    }

    /// <param name="sends">Role.</param>
    /// <param name="outcome">Its outcome.</param>
    /// <param name="method">The method that was used last.</param>
    /// <param name="took">Since its begin; null: it was only queued.</param>
    public void Ended(bool sends, TransferOutcome outcome, StreamMethod? method, TimeSpan? took)
    {
        if (took is not null)
        {
            _active.Add(-1, MetricAttributes.RoleOf(sends));
        }

        if (!_ended.Enabled && !_duration.Enabled)
        {
            return;
        }

        var tags = Tags(sends, outcome, method);
        _ended.Add(1, tags);
        if (took is { } time)
        {
            _duration.Record(time.TotalSeconds, tags);
        }
    }

    public void Moved(bool sends, StreamMethod? method, long bytes)
    {
        if (bytes > 0 && _io.Enabled)
        {
            _io.Add(bytes, MetricAttributes.RoleOf(sends), MethodOf(method));
        }
    }

    public void StateLeft(bool sends, TransferState state, TimeSpan after)
    {
        if (_stateDuration.Enabled)
        {
            _stateDuration.Record(after.TotalSeconds, MetricAttributes.RoleOf(sends), MetricAttributes.Of(MetricAttributes.State, state));
        }
    }

    public void FirstByte(bool sends, StreamMethod? method, TimeSpan after)
    {
        if (_firstByte.Enabled)
        {
            _firstByte.Record(after.TotalSeconds, MetricAttributes.RoleOf(sends), MethodOf(method));
        }
    }

    public void Rate(bool sends, StreamMethod? method, double bytesPerSecond)
    {
        if (_rate.Enabled)
        {
            _rate.Record(bytesPerSecond, MetricAttributes.RoleOf(sends), MethodOf(method));
        }
    }

    /// <summary>A streamhost was used.</summary>
    public void CandidateWon(bool sends, StreamMethod method, EndPoint? remote)
    {
        if (_candidatesWon.Enabled)
        {
            _candidatesWon.Add(
                1, MetricAttributes.RoleOf(sends), MethodOf(method), MetricAttributes.Of(MetricAttributes.NetworkType, NetworkType(remote)));
        }
    }

    public void CandidateFailed(bool sends, StreamMethod method)
    {
        if (_candidatesFailed.Enabled)
        {
            _candidatesFailed.Add(1, MetricAttributes.RoleOf(sends), MethodOf(method));
        }
    }

    private static TagList Tags(bool sends, TransferOutcome outcome, StreamMethod? method)
    {
        var tags = new TagList { MetricAttributes.RoleOf(sends), MetricAttributes.Of(MetricAttributes.Outcome, outcome.EndState) };
        if (method is not null)
        {
            tags.Add(MethodOf(method));
        }

        if (outcome is TransferOutcome.Failed failed)
        {
            tags.Add(MetricAttributes.Of(MetricAttributes.Side, failed.Side));
            tags.Add(MetricAttributes.Of(MetricAttributes.ErrorType, failed.Reason));
        }

        return tags;
    }

    private static KeyValuePair<string, object?> MethodOf(StreamMethod? method) => MetricAttributes.Of(MetricAttributes.Method, method?.Name());

    private static string? NetworkType(EndPoint? remote) => remote is not IPEndPoint { Address: var address } ? null
        : address.AddressFamily == AddressFamily.InterNetwork || address.IsIPv4MappedToIPv6 ? "ipv4"
        : "ipv6";
}
