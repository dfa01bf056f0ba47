using System.Diagnostics.CodeAnalysis;
using ActorTransfer.Protocol.Xml;

namespace ActorTransfer.Protocol.Stanzas;

/// <summary>An iq request or response (RFC 6120 §8.2.3). Compared by value.</summary>
/// <param name="Type">Request or response.</param>
/// <param name="Id">Correlates a response with its request; never empty.</param>
/// <param name="From">The sender; null on a client stream means the user's account or server.</param>
/// <param name="To">The addressee; null means the receiver's account or server.</param>
/// <param name="Payload">The only child of a request; optional in a result; in an error the echoed request, if any.</param>
/// <param name="Error">The reason, in an error only.</param>
internal sealed record Iq(IqType Type, string Id, Jid? From, Jid? To, XmlElement? Payload, StanzaError? Error = null)
{
    /// <summary>
    /// Maximum length in characters. A request with a longer id gets no response, because the response could exceed the stanza size limit
    /// of the server.
    /// </summary>
    public const int MaxIdLength = XmlSkip.MaxKeptValue;

    private const string ElementName = "iq";

    /// <summary>The sender as received, if it differs from the prepared <see cref="From"/>: some peers hash this. Else null.</summary>
    public string? FromText { get; private init; }

    /// <summary>True for get and set, which require exactly one response.</summary>
    public bool IsRequest => Type is IqType.Get or IqType.Set;

    public static Iq Get(string id, Jid? to, XmlElement payload, Jid? from = null) => new(IqType.Get, id, from, to, payload);

    public static Iq Set(string id, Jid? to, XmlElement payload, Jid? from = null) => new(IqType.Set, id, from, to, payload);

    /// <summary>The result for this request: same id, addresses swapped.</summary>
    /// <exception cref="InvalidOperationException">This is a response itself.</exception>
    public Iq Result(XmlElement? payload = null) => Answer(IqType.Result, payload, null);

    /// <summary>The error for this request: same id, addresses swapped, the payload not echoed.</summary>
    /// <exception cref="InvalidOperationException">This is a response itself.</exception>
    public Iq Fail(StanzaError error) => Answer(IqType.Error, null, error);

    /// <summary>What is needed to respond to this request later: its payload can be as large as a stanza.</summary>
    public Iq WithoutPayload() => this with { Payload = null };

    /// <summary>The stanza in <c>jabber:client</c>; <see cref="XmlStreamWriter.StanzaText"/> writes it into any stream.</summary>
    public XmlElement ToXml() =>
        new XmlElement(Namespaces.Client, ElementName)
            .With(("type", Type.Name()), ("id", Id), ("from", From?.ToString()), ("to", To?.ToString()))
            .Add(Payload)
            .Add(Error?.ToXml());

    /// <summary>As <see cref="ToXml"/>, with the sender as received.</summary>
    public XmlElement ToXmlAsReceived() => FromText is { } from ? ToXml().With("from", from) : ToXml();

    /// <summary>Parses an <c>iq</c> of a client, component or server stream.</summary>
    /// <param name="stanza">Any stanza.</param>
    /// <param name="iq">The result when the stanza is a valid iq.</param>
    /// <param name="problem">
    /// Otherwise the error to send to its sender, see <see cref="Refusal"/>; null when no response is permitted: for other stanzas and for
    /// malformed results and errors.
    /// </param>
    public static bool TryRead(XmlElement stanza, [NotNullWhen(true)] out Iq? iq, out StanzaError? problem)
    {
        ArgumentNullException.ThrowIfNull(stanza);
        (iq, problem) = (null, null);
        if (!IsIq(stanza))
        {
            return false;
        }

        if (stanza["id"] is { Length: > MaxIdLength })
        {
            return false;
        }

        var type = IqTypes.Read(stanza["type"]);
        var isAnswer = type is IqType.Result or IqType.Error;
        if (!TryReadJid(stanza["from"], out var from) || !TryReadJid(stanza["to"], out var to))
        {
            problem = isAnswer ? null : StanzaError.JidMalformed;
            return false;
        }

        var id = stanza["id"];
        if (type is null || string.IsNullOrEmpty(id) || (!isAnswer && stanza.Children.Count != 1))
        {
            problem = isAnswer ? null : StanzaError.BadRequest;
            return false;
        }

        iq = type == IqType.Error ? ReadError(stanza, id, from, to)
            : new Iq(type.Value, id, from, to, stanza.Children.Count == 0 ? null : stanza.Children[0])
            {
                FromText = stanza["from"] is { } text && text != from!.ToString() ? text : null,
            };
        return true;
    }

    /// <summary>
    /// The error response to a stanza that <see cref="TryRead"/> rejected, or null when none is possible: the stanza is a response itself,
    /// has no id or no address to send to.
    /// </summary>
    public static XmlElement? Refusal(XmlElement stanza, StanzaError problem)
    {
        ArgumentNullException.ThrowIfNull(stanza);
        ArgumentNullException.ThrowIfNull(problem);
        if (!IsIq(stanza) || IqTypes.Read(stanza["type"]) is IqType.Result or IqType.Error || stanza["id"] is not { Length: > 0 and <= MaxIdLength }
            || !TryReadJid(stanza["from"], out var sender))
        {
            return null;
        }

        // A "to" that cannot be parsed cannot become the "from" of the response; the server then stamps its own.
        _ = TryReadJid(stanza["to"], out var addressee);
        return new Iq(IqType.Error, stanza["id"]!, addressee, sender, null, problem).ToXml();
    }

    /// <summary>This response when its content was not kept: the pending request gets an error with the reason.</summary>
    internal Iq WithoutContent(StanzaError why) => this with { Type = IqType.Error, Payload = null, Error = why };

    private static bool IsIq(XmlElement stanza) =>
        stanza.Name == ElementName && stanza.Namespace is Namespaces.Client or Namespaces.Component or Namespaces.Server;

    private static Iq ReadError(XmlElement stanza, string id, Jid? from, Jid? to)
    {
        var error = stanza.Child("error");
        var echo = stanza.Children.FirstOrDefault(child => !ReferenceEquals(child, error));
        return new Iq(IqType.Error, id, from, to, echo, error is null ? StanzaError.UndefinedCondition : StanzaError.Read(error));
    }

    private Iq Answer(IqType type, XmlElement? payload, StanzaError? error) =>
        IsRequest
            ? new Iq(type, Id, To, From, payload, error)
            : throw new InvalidOperationException($"An iq of type {Type.Name()} must not get a response (RFC 6120 §8.2.3).");

    private static bool TryReadJid(string? text, out Jid? jid)
    {
        jid = null;
        return text is null || Jid.TryParse(text, out jid);
    }
}
