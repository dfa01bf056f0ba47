using System.Diagnostics.Metrics;
using ActorTransfer.Protocol.FileTransfer;
using ActorTransfer.Protocol.ProxyService;
using ActorTransfer.Transports.Sockets;

namespace ActorTransfer;

/// <summary>
/// Metrics of all engines in the process, in the meter <see cref="MeterName"/>, for OpenTelemetry and <c>dotnet-counters</c>.
/// </summary>
public static class Telemetry
{
    /// <summary>Name of the meter.</summary>
    public const string MeterName = "ActorTransfer";

    private static readonly Meter s_meter = new(MeterName);

    private static readonly UpDownCounter<long> s_active =
        s_meter.CreateUpDownCounter<long>("actortransfer.transfers.active", "{transfer}", "Active transfers, by role.");

    private static readonly UpDownCounter<long> s_queued =
        s_meter.CreateUpDownCounter<long>("actortransfer.transfers.queued", "{transfer}", "Queued transfers, by role.");

    private static readonly Counter<long> s_transfersRefused =
        s_meter.CreateCounter<long>("actortransfer.transfers.refused", "{transfer}", "Transfers refused because of a limit, by role and limit.");

    private static readonly Counter<long> s_ended =
        s_meter.CreateCounter<long>("actortransfer.transfers.ended", "{transfer}", "Transfers that ended, by role, state, and for failures side and reason.");

    private static readonly Counter<long> s_resumptionGivenUp = s_meter.CreateCounter<long>(
        "actortransfer.connection.resumption.given_up",
        "{session}",
        "Sessions that cannot be resumed because the server left too many stanzas unacknowledged.");

    private static readonly Counter<long> s_bytes =
        s_meter.CreateCounter<long>("actortransfer.transfers.bytes", "By", "Bytes of files transferred, by role.");

    private static readonly UpDownCounter<long> s_inBandMemory = s_meter.CreateUpDownCounter<long>(
        "actortransfer.in_band.receive_memory", "By", "Bytes of in-band.receive-memory that receiving sessions have reserved.");

    private static readonly Counter<long> s_inBandOrderLost = s_meter.CreateCounter<long>(
        "actortransfer.in_band.order_lost", "{session}", "In-band sessions with several unacknowledged blocks whose peer did not handle them in order.");

    private static readonly UpDownCounter<long> s_pairs =
        s_meter.CreateUpDownCounter<long>("actortransfer.proxy.pairs.open", "{pair}", "Pairs of connections at the proxy, by state: waiting or active.");

    private static readonly Counter<long> s_setUps =
        s_meter.CreateCounter<long>("actortransfer.proxy.setups", "{pair}", "Pairs that were activated.");

    private static readonly Counter<long> s_pairsEnded =
        s_meter.CreateCounter<long>("actortransfer.proxy.pairs.ended", "{pair}", "Pairs that ended, by reason.");

    private static readonly Counter<long> s_refused =
        s_meter.CreateCounter<long>("actortransfer.proxy.refusals", "{refusal}", "What the proxy refused, by reason.");

    private static readonly Counter<long> s_handshakes =
        s_meter.CreateCounter<long>("actortransfer.proxy.connections", "{connection}", "Connections that the proxy accepted, before their handshakes.");

    private static readonly Counter<long> s_relayed =
        s_meter.CreateCounter<long>("actortransfer.proxy.bytes", "By", "Bytes relayed, both directions together.");

    private static readonly Counter<long> s_failures =
        s_meter.CreateCounter<long>("actortransfer.actors.failures", "{failure}", "Messages that an actor of the engine failed to handle; each is logged.");

    internal static ObservableCounter<long> SocketFaulted { get; } = s_meter.CreateObservableCounter(
        "actortransfer.sockets.faults", () => PollerFaults.Count, "{fault}", "Unexpected exceptions on socket threads; each is logged.");

    internal static void ActorFailed() => s_failures.Add(1);

    private static readonly Counter<long> s_skipped =
        s_meter.CreateCounter<long>(
            "actortransfer.stanzas.skipped", "{stanza}", "Stanzas skipped because of a limit or invalid namespaces, by kind and condition.");

    /// <param name="kind">iq, message or presence.</param>
    /// <param name="condition">The corresponding stanza error.</param>
    internal static void StanzaSkipped(string kind, string condition) =>
        s_skipped.Add(1, KeyValuePair.Create<string, object?>("kind", kind), KeyValuePair.Create<string, object?>("condition", condition));

    internal static void TransferBegan(bool sends) => s_active.Add(1, Role(sends));

    /// <param name="sends">Role.</param>
    /// <param name="more">1: one was queued; -1: one has left the queue.</param>
    internal static void TransferQueued(bool sends, int more) => s_queued.Add(more, Role(sends));

    internal static void TransferRefused(bool sends, AdmissionLimit limit) =>
        s_transfersRefused.Add(1, Role(sends), KeyValuePair.Create<string, object?>("limit", limit));

    /// <param name="sends">Role.</param>
    /// <param name="outcome">Its outcome.</param>
    /// <param name="began">False: it was only queued.</param>
    internal static void TransferEnded(bool sends, TransferOutcome outcome, bool began)
    {
        if (began)
        {
            s_active.Add(-1, Role(sends));
        }

        var state = KeyValuePair.Create<string, object?>("state", outcome.EndState);
        if (outcome is TransferOutcome.Failed failed)
        {
            s_ended.Add(
                1,
                Role(sends),
                state,
                KeyValuePair.Create<string, object?>("side", failed.Side),
                KeyValuePair.Create<string, object?>("reason", failed.Reason));
        }
        else
        {
            s_ended.Add(1, Role(sends), state);
        }
    }

    internal static void ResumptionGivenUp() => s_resumptionGivenUp.Add(1);

    internal static void BytesMoved(bool sends, long bytes) => s_bytes.Add(bytes, Role(sends));

    /// <param name="more">Bytes reserved; negative when they are returned.</param>
    internal static void InBandMemoryReserved(long more) => s_inBandMemory.Add(more);

    internal static void InBandOrderLost() => s_inBandOrderLost.Add(1);

    internal static void PairBegan() => s_pairs.Add(1, State("waiting"));

    internal static void PairActivated()
    {
        s_pairs.Add(-1, State("waiting"));
        s_pairs.Add(1, State("active"));
        s_setUps.Add(1);
    }

    internal static void PairEnded(PairEnd why, bool wasActive)
    {
        s_pairs.Add(-1, State(wasActive ? "active" : "waiting"));
        if (s_pairsEnded.Enabled)
        {
            s_pairsEnded.Add(1, KeyValuePair.Create<string, object?>("reason", why));
        }
    }

    internal static void ProxyRefused(ProxyRefusal why, long times) => s_refused.Add(times, KeyValuePair.Create<string, object?>("reason", why.Name()));

    internal static void ProxyAccepted(long connections) => s_handshakes.Add(connections);

    internal static void Relayed(long bytes) => s_relayed.Add(bytes);

    private static KeyValuePair<string, object?> State(string state) => new("state", state);

    private static KeyValuePair<string, object?> Role(bool sends) => new("role", sends ? "initiator" : "target");
}
