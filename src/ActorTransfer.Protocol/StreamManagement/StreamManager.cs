using ActorTransfer.Protocol.ProxyService;
using ActorTransfer.Protocol.Xml;

namespace ActorTransfer.Protocol.StreamManagement;

using Step = Step<StreamManager, StreamManagementOutput>;

/// <summary>
/// Stream management of one client stream (XEP-0198): both sides count and acknowledge stanzas, so that a stream can be resumed over
/// another connection without losing or repeating any.
/// </summary>
/// <remarks>
/// Starts after resource binding and spans any number of resumptions. Must be passed every first-level element received and every stanza
/// sent. Counters wrap at 2^32.
/// </remarks>
internal sealed record StreamManager
{
    /// <summary>An acknowledgement is requested after this many stanzas.</summary>
    public const int StanzasPerRequest = 8;

    private StreamManager(int capacity, uint start) => (Stanzas, Received) = (SentStanzas.None(capacity, start), start);

    private enum Phase
    {
        Enabling,
        Counting,
        Resuming,
        Off,
    }

    /// <summary>Number of stanzas received from the server: sent to it as <c>h</c>.</summary>
    public uint Received { get; private init; }

    /// <summary>Number of stanzas sent and not acknowledged.</summary>
    public uint Unacknowledged => Stanzas.Unacknowledged;

    /// <summary>The stream can be resumed over a new connection.</summary>
    public bool MayResume => ResumptionId is not null && Current is Phase.Counting or Phase.Resuming;

    /// <summary>Where the stream is, for another process; null if it cannot be resumed, or stanzas are unacknowledged.</summary>
    public StreamPosition? Position => MayResume && Unacknowledged == 0 ? new(ResumptionId!, Received, Stanzas.Count) : null;

    /// <summary>
    /// The maximum number of stanzas is unacknowledged. Delay what can be delayed: above the capacity and <see cref="SentStanzas.Spare"/>,
    /// resumption is given up.
    /// </summary>
    public bool IsFull => MayResume && Stanzas.IsFull;

    private Phase Current { get; init; }

    private SentStanzas Stanzas { get; init; }

    private int SinceRequest { get; init; }

    private string? ResumptionId { get; init; }

    /// <summary>Whether the stream's features include it.</summary>
    public static bool IsOffered(XmlElement features)
    {
        ArgumentNullException.ThrowIfNull(features);
        return features.Child(Namespaces.StreamManagement, "sm") is not null;
    }

    /// <summary>Enables stream management, once after resource binding.</summary>
    /// <param name="capacity">How many stanzas are kept for retransmission, see <see cref="IsFull"/>.</param>
    /// <param name="max">How long the server should keep the stream after its connection is lost, in whole seconds.</param>
    /// <param name="start">Initial value of the counters: 0, except in tests of the wrap.</param>
    public static Step Begin(int capacity, TimeSpan max, uint start = 0) => new(
        new StreamManager(capacity, start),
        [new StreamManagementOutput.Send(StreamManagementElements.Enable(max))]);

    /// <summary>A stream of another process, whose connection is closed: <see cref="Resume"/> continues it here.</summary>
    /// <param name="position">Where it is.</param>
    /// <param name="capacity">As in <see cref="Begin"/>.</param>
    public static StreamManager At(StreamPosition position, int capacity)
    {
        ArgumentNullException.ThrowIfNull(position);
        return new(capacity, position.Sent) { Received = position.Received, ResumptionId = position.Id, Current = Phase.Counting };
    }

    /// <summary>Counts a sent stanza, any time after the stream began. Not for those in <see cref="StreamManagementOutput.Resumed"/>.</summary>
    /// <exception cref="InvalidOperationException">A resumption is pending: nothing may be sent until the response.</exception>
    public Step Sent(XmlElement stanza)
    {
        ArgumentNullException.ThrowIfNull(stanza);
        if (Current == Phase.Resuming)
        {
            throw new InvalidOperationException("Nothing can be sent while the resumption is pending.");
        }

        if (Current == Phase.Off)
        {
            return Step.Ignore(this);
        }

        var stanzas = Stanzas.Add(stanza);
        var next = this with
        {
            Stanzas = stanzas,
            SinceRequest = SinceRequest + 1,
            ResumptionId = stanzas.Kept is null ? null : ResumptionId,
        };
        return next.Current == Phase.Counting && next.SinceRequest >= StanzasPerRequest ? next.Request() : Step.Ignore(next);
    }

    /// <summary>Stops keeping stanzas, because the server acknowledges none. The stream continues.</summary>
    public StreamManager GiveUpResumption() => this with { Stanzas = Stanzas.Drop(), ResumptionId = null };

    /// <summary>Requests an acknowledgement if stanzas are unacknowledged: for a timer that runs while the stream is mostly idle.</summary>
    public Step Remind() => Current == Phase.Counting && Unacknowledged > 0 ? Request() : Step.Ignore(this);

    /// <summary>Requests resumption on a new, authenticated connection, instead of binding.</summary>
    /// <exception cref="InvalidOperationException">This stream cannot be resumed.</exception>
    public Step Resume() => MayResume
        ? new(
            this with { Current = Phase.Resuming, SinceRequest = 0 },
            [new StreamManagementOutput.Send(StreamManagementElements.Resume(Received, ResumptionId))])
        : throw new InvalidOperationException("The server does not keep this stream, or was not requested to.");

    /// <summary>Handles any first-level element of the server; stanzas are counted here and handled elsewhere.</summary>
    public Step Next(XmlElement element)
    {
        ArgumentNullException.ThrowIfNull(element);
        if (element.Namespace != Namespaces.StreamManagement)
        {
            return Step.Ignore(Current == Phase.Counting && IsStanza(element) ? this with { Received = unchecked(Received + 1) } : this);
        }

        return (element.Name, Current) switch
        {
            ("r", Phase.Counting) => Do(this, new StreamManagementOutput.Send(StreamManagementElements.Acknowledgement(Received))),
            ("a", Phase.Counting) => Acknowledge(element, next => Step.Ignore(next)),
            ("enabled", Phase.Enabling) => Enabled(element),
            ("resumed", Phase.Resuming) => Acknowledge(element, Resumed),
            ("failed", Phase.Enabling or Phase.Resuming) => Failed(element),
            _ => Step.Ignore(this),
        };
    }

    /// <inheritdoc/>
    public override string ToString() => $"stream management: {Current}, received {Received}, unacknowledged {Unacknowledged}";

    private Step Enabled(XmlElement enabled)
    {
        var id = Stanzas.Kept is null ? null : StreamManagementElements.ReadResumptionId(enabled);
        var max = StreamManagementElements.ReadMax(enabled);
        var next = this with { Current = Phase.Counting, ResumptionId = id };
        var output = new StreamManagementOutput.Enabled(id is not null, max, string.IsNullOrWhiteSpace(enabled["location"]) ? null : enabled["location"]);
        return next.SinceRequest >= StanzasPerRequest
            ? new Step(next with { SinceRequest = 0 }, [output, new StreamManagementOutput.Send(StreamManagementElements.Request())])
            : Do(next, output);
    }

    private static Step Resumed(StreamManager next) =>
        Do(next with { Current = Phase.Counting }, new StreamManagementOutput.Resumed([.. next.Stanzas.Kept!]));

    private Step Failed(XmlElement failed)
    {
        var condition = failed.Children.FirstOrDefault(child => child.Namespace == Namespaces.StanzaErrors && child.Name != "text")?.Name;
        return Do(
            TurnOff(),
            new StreamManagementOutput.Failed(condition ?? "undefined-condition"));
    }

    /// <summary>An invalid <c>h</c> is ignored, as a later one follows; a resumption fails on it.</summary>
    private Step Acknowledge(XmlElement element, Func<StreamManager, Step> then)
    {
        if (StreamManagementElements.ReadCount(element) is not { } handled)
        {
            return element.Name == "a" ? Step.Ignore(this) : Over(Error("bad-format"), "the server resumed the stream without a stanza count");
        }

        if (!Stanzas.TryAcknowledge(handled, out var rest))
        {
            var detail = StreamManagementElements.CountTooHigh(handled, Stanzas.Count);
            return Over(Error("undefined-condition").Add(detail), $"the server acknowledged {handled} stanzas, but {Stanzas.Count} were sent");
        }

        return then(this with { Stanzas = rest });
    }

    private Step Over(XmlElement error, string why) =>
        Do(TurnOff(), new StreamManagementOutput.Close(error, why));

    private StreamManager TurnOff() => GiveUpResumption() with { Current = Phase.Off };

    private Step Request() => Do(this with { SinceRequest = 0 }, new StreamManagementOutput.Send(StreamManagementElements.Request()));

    private static bool IsStanza(XmlElement element) =>
        element.Namespace == Namespaces.Client && element.Name is "iq" or "message" or "presence";

    private static Step Do(StreamManager next, StreamManagementOutput output) => new(next, [output]);

    private static XmlElement Error(string condition) => XmlStreamWriter.StreamError(condition, null);
}
