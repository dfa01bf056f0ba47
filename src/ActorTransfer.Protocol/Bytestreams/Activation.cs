using System.Diagnostics.CodeAnalysis;
using ActorTransfer.Protocol.Stanzas;
using ActorTransfer.Protocol.Xml;

namespace ActorTransfer.Protocol.Bytestreams;

/// <summary>The requester's request to the proxy to activate the bytestream. Source: XEP-0065 §6.3.5.</summary>
/// <param name="SessionId">The sid.</param>
/// <param name="Target">The target of the bytestream; the sender of the stanza is the requester.</param>
internal sealed record Activation(string SessionId, Jid Target)
{
    /// <summary>Maximum length in characters. A proxy accepts longer ids than an endpoint does, because the two peers choose the id.</summary>
    public const int MaxSessionIdLength = 1024;

    private const string Element = "activate";

    /// <summary>The target as written, without surrounding white space: some peers hash this instead of the prepared form.</summary>
    public string TargetText { get; init; } = Target.ToString();

    /// <summary>Whether the payload of an iq set to a proxy is an activation.</summary>
    public static bool IsActivation(XmlElement query) => Query.Is(query) && Find(query) is not null;

    /// <summary>Parses the payload of an iq set.</summary>
    /// <param name="query">The payload.</param>
    /// <param name="activation">The activation when the result is true.</param>
    /// <param name="refusal">The error to reply with when the result is false.</param>
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
