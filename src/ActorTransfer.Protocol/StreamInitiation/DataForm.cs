using ActorTransfer.Protocol.Xml;

namespace ActorTransfer.Protocol.StreamInitiation;

/// <summary>An option of a list field.</summary>
/// <param name="Value">The value to submit.</param>
/// <param name="Label">The label to display.</param>
internal sealed record FormOption(string Value, string? Label = null);

/// <summary>A field of a form.</summary>
/// <param name="Var">Its name.</param>
/// <param name="Type">One of XEP-0004 §3.3; null when not written or unknown, which means text-single.</param>
/// <param name="Values">The values it has.</param>
/// <param name="Options">The options, for lists.</param>
internal sealed record FormField(string? Var, string? Type, IReadOnlyList<string> Values, IReadOnlyList<FormOption> Options);

/// <summary>A data form, the subset that negotiation needs: fields, their values and options. Source: XEP-0004 §3.</summary>
/// <param name="Type">"form", "submit", "result" or "cancel"; peers may omit it or write something else.</param>
/// <param name="Fields">In the order of the document.</param>
internal sealed record DataForm(string? Type, IReadOnlyList<FormField> Fields)
{
    private static readonly HashSet<string> FieldTypes = new(StringComparer.Ordinal)
    {
        "boolean", "fixed", "hidden", "jid-multi", "jid-single", "list-multi", "list-single", "text-multi", "text-private", "text-single",
    };

    /// <summary>The first field with that name.</summary>
    public FormField? Field(string var) => Fields.FirstOrDefault(field => field.Var == var);

    /// <summary>Parses a form without validating its values.</summary>
    public static DataForm Read(XmlElement x) =>
        new(x["type"], [.. x.ChildrenNamed(Namespaces.DataForms, "field").Select(ReadField)]);

    public XmlElement ToXml() =>
        new XmlElement(Namespaces.DataForms, "x").With("type", Type).Add(Fields.Select(WriteField));

    private static FormField ReadField(XmlElement field)
    {
        var type = field["type"];
        return new FormField(
            field["var"],
            type is not null && FieldTypes.Contains(type) ? type : null,
            [.. Values(field)],
            [.. field.ChildrenNamed(Namespaces.DataForms, "option").SelectMany(option => Values(option)
                .Select(value => new FormOption(value, option["label"])))]);
    }

    private static IEnumerable<string> Values(XmlElement parent) =>
        parent.ChildrenNamed(Namespaces.DataForms, "value").Select(value => value.Text);

    private static XmlElement WriteField(FormField field) => new XmlElement(Namespaces.DataForms, "field")
        .With(("var", field.Var), ("type", field.Type))
        .Add(field.Values.Select(WriteValue))
        .Add(field.Options.Select(option => new XmlElement(Namespaces.DataForms, "option")
            .With("label", option.Label)
            .Add(WriteValue(option.Value))));

    private static XmlElement WriteValue(string value) => new XmlElement(Namespaces.DataForms, "value").AddText(value);
}
