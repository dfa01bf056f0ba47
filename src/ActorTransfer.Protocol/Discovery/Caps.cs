using System.Security.Cryptography;
using System.Text;
using ActorTransfer.Protocol.Xml;

namespace ActorTransfer.Protocol.Discovery;

/// <summary>Entity capabilities (XEP-0115): presence carries a hash of the disco#info response, so that contacts query each hash only once.</summary>
internal static class Caps
{
    /// <summary>Identifies the software; with <c>#</c> and the hash it is a node that disco#info responds to.</summary>
    public const string Node = "urn:x-actor-transfer";

    /// <summary>Name of the child of <c>presence</c>.</summary>
    public const string ElementName = "c";

    private const string Sha1Name = "sha-1";

    /// <summary>Sorts as RFC 4790 §9.3.1 (<c>i;octet</c>) does, which differs from UTF-16 order beyond the BMP.</summary>
    private static readonly Comparer<string> ByOctets = Comparer<string>.Create(static (left, right) =>
        Encoding.UTF8.GetBytes(left).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(right)));

    /// <summary>The verification string of a disco#info response, in base64 (XEP-0115 §5.1).</summary>
    public static string Verification(DiscoInfo info)
    {
        ArgumentNullException.ThrowIfNull(info);
        return Verification(info.ToXml())
            ?? throw new ArgumentException("Identities and features must be unique.", nameof(info));
    }

    /// <summary>The child of <c>presence</c>.</summary>
    /// <param name="info">The disco#info response.</param>
    /// <param name="node">Identifies the software.</param>
    public static XmlElement ToXml(DiscoInfo info, string node = Node) => new XmlElement(Namespaces.Caps, ElementName)
        .With(("hash", Sha1Name), ("node", node), ("ver", Verification(info)));

    /// <summary>Whether a disco#info request with this node is about the engine as a whole.</summary>
    public static bool IsNodeOf(DiscoInfo info, string node) => node == Node || node == $"{Node}#{Verification(info)}";

    /// <summary>
    /// Whether a peer's response matches the hash in its presence. Only then may the response be reused for all entities with the same
    /// hash; otherwise it is valid for that peer alone.
    /// </summary>
    /// <param name="hash">The hash in the peer's presence.</param>
    /// <param name="query">Its response to disco#info.</param>
    public static bool Verify(CapsHash hash, XmlElement query)
    {
        ArgumentNullException.ThrowIfNull(hash);
        ArgumentNullException.ThrowIfNull(query);
        return string.Equals(hash.Algorithm, Sha1Name, StringComparison.OrdinalIgnoreCase) && Verification(query) == hash.Value;
    }

    /// <summary>Null when the response is ill-formed: duplicates could be regrouped into another response with the same hash (§5.4).</summary>
    private static string? Verification(XmlElement query)
    {
        var identities = query.ChildrenNamed(Namespaces.DiscoInfo, "identity")
            .Select(identity => $"{identity["category"]}/{identity["type"]}/{identity["xml:lang"]}/{identity["name"]}")
            .Order(ByOctets)
            .ToArray();
        var features = query.ChildrenNamed(Namespaces.DiscoInfo, "feature").Select(feature => feature["var"] ?? "").Order(ByOctets).ToArray();
        var forms = query.ChildrenNamed(Namespaces.DataForms, "x")
            .Select(form => (Type: FormType(form), Form: form))
            .Where(form => form.Type is not null)
            .OrderBy(form => form.Type!, ByOctets)
            .ToArray();
        if (HasTwice(identities) || HasTwice(features) || HasTwice([.. forms.Select(form => form.Type!)]))
        {
            return null;
        }

        var text = new StringBuilder();
        Append(text, identities);
        Append(text, features);
        foreach (var (type, form) in forms)
        {
            Append(text, [type!]);
            AppendFields(text, form);
        }

#pragma warning disable CA5350 // the hash that all software supports
        return Convert.ToBase64String(SHA1.HashData(Encoding.UTF8.GetBytes(text.ToString())));
#pragma warning restore CA5350
    }

    /// <summary>Forms without a hidden FORM_TYPE are ignored (§5.4, rule 3.6).</summary>
    private static string? FormType(XmlElement form) => form.ChildrenNamed(Namespaces.DataForms, "field")
        .FirstOrDefault(field => field["var"] == "FORM_TYPE" && field["type"] == "hidden")?.Child("value")?.Text;

    private static void AppendFields(StringBuilder text, XmlElement form)
    {
        var fields = form.ChildrenNamed(Namespaces.DataForms, "field").Where(field => field["var"] is not (null or "FORM_TYPE"));
        foreach (var field in fields.OrderBy(field => field["var"]!, ByOctets))
        {
            Append(text, [field["var"]!]);
            Append(text, field.ChildrenNamed(Namespaces.DataForms, "value").Select(value => value.Text).Order(ByOctets));
        }
    }

    private static void Append(StringBuilder text, IEnumerable<string> parts)
    {
        foreach (var part in parts)
        {
            text.Append(part).Append('<');
        }
    }

    private static bool HasTwice(string[] parts) => parts.Distinct(StringComparer.Ordinal).Count() < parts.Length;
}
