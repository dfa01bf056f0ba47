using System.Diagnostics.CodeAnalysis;
using ActorTransfer.Protocol.Stanzas;
using ActorTransfer.Protocol.Xml;

namespace ActorTransfer.Protocol.Bytestreams;

/// <summary>The requester's word to the proxy that bytes may flow. Source: XEP-0065 §6.3.5.</summary>
/// <param name="SessionId">The sid.</param>
/// <param name="Target">The other end of the stream; the sender of the stanza is the first end.</param>
internal sealed record Activation(string SessionId, Jid Target)
{
    /// <summary>In characters. A proxy is more patient than an endpoint: the id is the business of two others.</summary>
    public const int MaxSessionIdLength = 1024;

    private const string Element = "activate";

    /// <summary>The target as it was written, without the white space around it: some peers hash this, not the prepared form.</summary>
    public string TargetText { get; init; } = Target.ToString();

    /// <summary>Whether the payload of an iq set to a proxy is an activation at all.</summary>
    public static bool IsActivation(XmlElement query) => Query.Is(query) && Find(query) is not null;

    /// <summary>Reads the payload of an iq set.</summary>
    /// <param name="query">The payload.</param>
    /// <param name="activation">The activation when the answer is true.</param>
    /// <param name="refusal">What to answer when it is false.</param>
    public static bool TryRead(
        XmlElement query, [NotNullWhen(true)] out Activation? activation, [NotNullWhen(false)] out StanzaError? refusal)
    {
        activation = null;
        refusal = null;
        if (!IsActivation(query) || query["sid"] is not { Length: > 0 and <= MaxSessionIdLength } sid)
        {
            refusal = StanzaError.BadRequest.WithText($"An activation needs a sid of 1 to {MaxSessionIdLength} characters and a target.");
            return false;
        }

        var text = Find(query)!.Text.Trim();
        if (!Jid.TryParse(text, out var target))
        {
            refusal = StanzaError.JidMalformed.WithText("The target of the activation is not a JID.");
            return false;
        }

        activation = new Activation(sid, target) { TargetText = text };
        return true;
    }

    public XmlElement ToXml() => Query.Of(SessionId).Add(new XmlElement(Namespaces.Bytestreams, Element).AddText(Target.ToString()));

    private static XmlElement? Find(XmlElement query) => query.Child(Namespaces.Bytestreams, Element);
}
