using System.Collections.Immutable;
using System.Globalization;
using ActorTransfer.Protocol.ProxyService;
using ActorTransfer.Protocol.Xml;

namespace ActorTransfer.Protocol.StreamManagement;

using Step = Step<StreamManager, StreamManagementOutput>;

/// <summary>
/// Stream management of one client stream (XEP-0198): both sides count stanzas and tell each other how many they have got, so that a
/// stream can go on over another connection and nothing is lost or said twice.
/// </summary>
/// <remarks>
/// Begins after the resource is bound and lives over any number of resumptions. It wants to see every first-level element that
/// arrives and every stanza that is sent. Counters wrap at 2^32.
/// </remarks>
internal sealed record StreamManager
{
    /// <summary>After so many stanzas the server is asked how many it has got.</summary>
    public const int StanzasPerRequest = 8;

    /// <summary>
    /// Room above the capacity for what the stream says by itself (answers to malformed stanzas, pings), which nobody can hold back.
    /// </summary>
    public const int Spare = 64;

    private StreamManager(int capacity, uint start) => (Capacity, SentCount, Acknowledged, Received) = (capacity, start, start, start);

    private enum Phase
    {
        Enabling,
        Counting,
        Resuming,
        Off,
    }

    /// <summary>Stanzas that came from the server: what it is told as <c>h</c>.</summary>
    public uint Received { get; private init; }

    /// <summary>How many stanzas were sent that the server has not acknowledged.</summary>
    public uint Unacknowledged => unchecked(SentCount - Acknowledged);

    /// <summary>The stream can be taken up again over a new connection.</summary>
    public bool MayResume => ResumptionId is not null && Current is Phase.Counting or Phase.Resuming;

    /// <summary>As many stanzas as may are unacknowledged. Whatever can wait must wait: above the capacity and <see cref="Spare"/> resumption is given up.</summary>
    public bool IsFull => MayResume && Unacknowledged >= Capacity;

    private int Capacity { get; }

    private Phase Current { get; init; }

    private uint SentCount { get; init; }

    private uint Acknowledged { get; init; }

    private int SinceRequest { get; init; }

    private string? ResumptionId { get; init; }

    /// <summary>What was sent and not acknowledged, in order; null when resumption was given up.</summary>
    private ImmutableQueue<XmlElement>? Kept { get; init; } = ImmutableQueue<XmlElement>.Empty;

    /// <summary>Whether the stream's features offer it.</summary>
    public static bool IsOffered(XmlElement features)
    {
        ArgumentNullException.ThrowIfNull(features);
        return features.Child(Namespaces.StreamManagement, "sm") is not null;
    }

    /// <summary>Asks the server to count, once after the resource is bound.</summary>
    /// <param name="capacity">How many stanzas are kept until the server acknowledges them, see <see cref="IsFull"/>.</param>
    /// <param name="max">How long the server should keep the stream after its connection broke, in whole seconds.</param>
    /// <param name="start">Where the counters start: 0, but for tests of their end.</param>
    public static Step Begin(int capacity, TimeSpan max, uint start = 0) => new(
        new StreamManager(capacity, start),
        [new StreamManagementOutput.Send(Say("enable")
            .With("resume", "true")
            .With("max", ((long)max.TotalSeconds).ToString(CultureInfo.InvariantCulture)))]);

    /// <summary>
    /// A stanza is sent, any time after the stream began. Not for what <see cref="StreamManagementOutput.Resumed"/> brought.
    /// </summary>
    /// <exception cref="InvalidOperationException">A resumption waits for its answer: nothing may be sent until then.</exception>
    public Step Sent(XmlElement stanza)
    {
        ArgumentNullException.ThrowIfNull(stanza);
        if (Current == Phase.Resuming)
        {
            throw new InvalidOperationException("Nothing can be sent until the server has answered the resumption.");
        }

        if (Current == Phase.Off)
        {
            return Step.Ignore(this);
        }

        var isFull = Kept is null || Unacknowledged >= Capacity + Spare;
        var next = this with
        {
            SentCount = unchecked(SentCount + 1),
            SinceRequest = SinceRequest + 1,
            Kept = isFull ? null : Kept!.Enqueue(stanza),
            ResumptionId = isFull ? null : ResumptionId,
        };
        return next.Current == Phase.Counting && next.SinceRequest >= StanzasPerRequest ? next.Request() : Step.Ignore(next);
    }

    /// <summary>Stops to keep stanzas: the server acknowledges nothing. The stream itself goes on.</summary>
    public StreamManager GiveUpResumption() => this with { Kept = null, ResumptionId = null };

    /// <summary>Asks for an acknowledgement when one is missing: for a timer that runs while the stream is used little.</summary>
    public Step Remind() => Current == Phase.Counting && Unacknowledged > 0 ? Request() : Step.Ignore(this);

    /// <summary>The connection broke and another one is authenticated: asks to go on there instead of binding.</summary>
    /// <exception cref="InvalidOperationException">This stream cannot be resumed.</exception>
    public Step Resume() => MayResume
        ? new(
            this with { Current = Phase.Resuming, SinceRequest = 0 },
            [new StreamManagementOutput.Send(Say("resume").With("h", Text(Received)).With("previd", ResumptionId))])
        : throw new InvalidOperationException("The server does not keep this stream, or was not asked to.");

    /// <summary>Takes any first-level element that the server sent; stanzas are counted here and handled elsewhere.</summary>
    public Step Next(XmlElement element)
    {
        ArgumentNullException.ThrowIfNull(element);
        if (element.Namespace != Namespaces.StreamManagement)
        {
            return Step.Ignore(Current == Phase.Counting && IsStanza(element) ? this with { Received = unchecked(Received + 1) } : this);
        }

        return (element.Name, Current) switch
        {
            ("r", Phase.Counting) => Do(this, new StreamManagementOutput.Send(Say("a").With("h", Text(Received)))),
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
        var id = enabled["resume"] is "true" or "1" && Kept is not null && !string.IsNullOrEmpty(enabled["id"]) ? enabled["id"] : null;
        var max = uint.TryParse(enabled["max"], NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds > 0
            ? TimeSpan.FromSeconds(seconds)
            : (TimeSpan?)null;
        var next = this with { Current = Phase.Counting, ResumptionId = id };
        var output = new StreamManagementOutput.Enabled(id is not null, max, string.IsNullOrWhiteSpace(enabled["location"]) ? null : enabled["location"]);
        return next.SinceRequest >= StanzasPerRequest
            ? new Step(next with { SinceRequest = 0 }, [output, new StreamManagementOutput.Send(Say("r"))])
            : Do(next, output);
    }

    private static Step Resumed(StreamManager next) =>
        Do(next with { Current = Phase.Counting }, new StreamManagementOutput.Resumed([.. next.Kept!]));

    private Step Failed(XmlElement failed)
    {
        var condition = failed.Children.FirstOrDefault(child => child.Namespace == Namespaces.StanzaErrors && child.Name != "text")?.Name;
        return Do(
            this with { Current = Phase.Off, Kept = null, ResumptionId = null },
            new StreamManagementOutput.Failed(condition ?? "undefined-condition"));
    }

    /// <summary>An <c>h</c> that is no number says nothing: the next one will tell, and a resumption cannot go on from it.</summary>
    private Step Acknowledge(XmlElement element, Func<StreamManager, Step> then)
    {
        if (!uint.TryParse(element["h"], NumberStyles.None, CultureInfo.InvariantCulture, out var h))
        {
            return element.Name == "a" ? Step.Ignore(this) : Over(Error("bad-format"), "the server resumed the stream without saying where");
        }

        var fresh = unchecked(h - Acknowledged);
        if (fresh > Unacknowledged)
        {
            var detail = Say("handled-count-too-high").With("h", Text(h)).With("send-count", Text(SentCount));
            return Over(Error("undefined-condition").Add(detail), $"the server acknowledges {h} stanzas of {SentCount}");
        }

        var kept = Kept;
        for (var i = 0u; kept is not null && i < fresh; i++)
        {
            kept = kept.Dequeue();
        }

        return then(this with { Acknowledged = h, Kept = kept });
    }

    private Step Over(XmlElement error, string why) =>
        Do(this with { Current = Phase.Off, Kept = null, ResumptionId = null }, new StreamManagementOutput.Close(error, why));

    private Step Request() => Do(this with { SinceRequest = 0 }, new StreamManagementOutput.Send(Say("r")));

    private static bool IsStanza(XmlElement element) =>
        element.Namespace == Namespaces.Client && element.Name is "iq" or "message" or "presence";

    private static Step Do(StreamManager next, StreamManagementOutput output) => new(next, [output]);

    private static XmlElement Say(string name) => new(Namespaces.StreamManagement, name);

    private static XmlElement Error(string condition) => XmlStreamWriter.StreamError(condition, null);

    private static string Text(uint count) => count.ToString(CultureInfo.InvariantCulture);
}
