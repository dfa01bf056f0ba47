using ActorTransfer.Protocol.Xml;

namespace ActorTransfer.Protocol.StreamInitiation;

/// <summary>The negotiation of the stream method in stream initiation: a form within a feature. Source: XEP-0020 §3, XEP-0095 §3.</summary>
internal static class StreamMethodForm
{
    private const string FieldName = "stream-method";

    /// <summary>Of a form of a peer, which is kept as long as its offer is pending.</summary>
    private const int MaxMethods = 32;

    /// <summary>In characters; longer than any namespace of a stream method.</summary>
    private const int MaxMethodLength = 255;

    /// <summary>The feature of an offer.</summary>
    /// <param name="methods">Namespaces of stream methods, the preferred one first.</param>
    public static XmlElement Offer(IReadOnlyList<string> methods) =>
        Feature("form", new FormField(FieldName, "list-single", [], [.. methods.Select(method => new FormOption(method))]));

    /// <summary>The feature of an acceptance: exactly one method.</summary>
    public static XmlElement Choose(string method) => Feature("submit", new FormField(FieldName, null, [method], []));

    /// <summary>
    /// The methods of an offer in its order, which is not necessarily a preference. Null when there is no form with the field; empty when
    /// the field has no options. The type of the field is ignored: old Smack sends list-multi.
    /// </summary>
    public static IReadOnlyList<string>? ReadOffered(XmlElement? feature) =>
        Find(feature) is { } field ? Clean(field.Options.Select(option => option.Value)) : null;

    /// <summary>
    /// The methods of an acceptance. One is required; Smack up to 4.3 sends several, meaning "try them in this order". Types of form and
    /// field are ignored and empty values are skipped. Empty when nothing was chosen.
    /// </summary>
    public static IReadOnlyList<string> ReadChosen(XmlElement? feature) =>
        Find(feature) is { } field ? Clean(field.Values) : [];

    private static XmlElement Feature(string type, FormField field) =>
        new XmlElement(Namespaces.FeatureNegotiation, "feature").Add(new DataForm(type, [field]).ToXml());

    private static FormField? Find(XmlElement? feature) => feature?
        .ChildrenNamed(Namespaces.DataForms, "x")
        .Select(form => DataForm.Read(form).Field(FieldName))
        .FirstOrDefault(field => field is not null);

    private static List<string> Clean(IEnumerable<string> methods) =>
    [
        .. methods.Select(method => method.Trim())
            .Where(method => method.Length is > 0 and <= MaxMethodLength)
            .Distinct(StringComparer.Ordinal)
            .Take(MaxMethods),
    ];
}
