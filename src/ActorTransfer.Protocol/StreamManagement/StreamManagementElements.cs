using System.Globalization;
using ActorTransfer.Protocol.Xml;

namespace ActorTransfer.Protocol.StreamManagement;

/// <summary>The elements of stream management (XEP-0198).</summary>
internal static class StreamManagementElements
{
    /// <summary>Requests an acknowledgement.</summary>
    public static XmlElement Request() => Element("r");

    /// <summary>Acknowledges stanzas.</summary>
    public static XmlElement Acknowledgement(uint received) => Element("a").With("h", Text(received));

    /// <summary>Enables stream management with resumption.</summary>
    public static XmlElement Enable(TimeSpan max) => Element("enable")
        .With(("resume", "true"), ("max", ((long)max.TotalSeconds).ToString(CultureInfo.InvariantCulture)));

    /// <summary>Requests the resumption of a stream.</summary>
    public static XmlElement Resume(uint received, string? id) => Element("resume").With("h", Text(received)).With("previd", id);

    /// <summary>The detail of the stream error for an acknowledgement of more stanzas than were sent.</summary>
    public static XmlElement CountTooHigh(uint handled, uint sent) =>
        Element("handled-count-too-high").With("h", Text(handled)).With("send-count", Text(sent));

    /// <summary>The number of handled stanzas; null when it is missing or invalid.</summary>
    public static uint? ReadCount(XmlElement element) =>
        uint.TryParse(element["h"], NumberStyles.None, CultureInfo.InvariantCulture, out var count) ? count : null;

    /// <summary>How long the server keeps the stream; null when it does not report it.</summary>
    public static TimeSpan? ReadMax(XmlElement enabled) =>
        uint.TryParse(enabled["max"], NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds > 0
            ? TimeSpan.FromSeconds(seconds)
            : null;

    /// <summary>The id for resumption; null when the stream cannot be resumed.</summary>
    public static string? ReadResumptionId(XmlElement enabled) =>
        enabled["resume"] is "true" or "1" && !string.IsNullOrEmpty(enabled["id"]) ? enabled["id"] : null;

    private static XmlElement Element(string name) => new(Namespaces.StreamManagement, name);

    private static string Text(uint count) => count.ToString(CultureInfo.InvariantCulture);
}
