using System.Text;

namespace ActorTransfer.Protocol.Xml;

/// <summary>
/// An immutable XML element. Every modification returns a new element. Names, attribute values and text are validated on creation, so every
/// element can be serialised. Namespace declarations are not attributes: they follow from <see cref="Namespace"/>.
/// </summary>
/// <remarks>
/// Two elements are equal when names, attributes (in any order), child elements and text (in order) are; white space between child elements
/// is ignored.
/// </remarks>
internal sealed class XmlElement : IEquatable<XmlElement>
{
    private readonly KeyValuePair<string, string>[] _attributes;

    // Strings and XmlElements in document order; no adjacent strings, none empty.
    private readonly object[] _content;
    private XmlElement[]? _children;
    private string? _text;

    /// <summary>An element without attributes and content.</summary>
    /// <param name="ns">Namespace; empty for none.</param>
    /// <param name="name">Name without prefix.</param>
    /// <exception cref="ArgumentException">The name is not a valid XML name, or the namespace cannot be declared.</exception>
    public XmlElement(string ns, string name)
        : this(ns, name, [], [])
    {
        ArgumentNullException.ThrowIfNull(ns);
        ArgumentNullException.ThrowIfNull(name);
        if (!XmlChars.IsLocalName(name))
        {
            throw new ArgumentException($"'{name}' is not a valid XML name; use letters, digits, '-', '_', '.' and no prefix.", nameof(name));
        }

        if (!XmlChars.IsText(ns) || ns is Namespaces.Xml or Namespaces.Xmlns)
        {
            throw new ArgumentException(
                "An element cannot be in a reserved namespace of XML or in one with characters that XML forbids.", nameof(ns));
        }
    }

    /// <summary>For the parser: the arguments are validated already and the arrays are not copied.</summary>
    internal XmlElement(string ns, string name, KeyValuePair<string, string>[] attributes, object[] content)
    {
        Namespace = ns;
        Name = name;
        _attributes = attributes;
        _content = content;
    }

    /// <summary>The namespace; empty for none.</summary>
    public string Namespace { get; }

    /// <summary>The name without prefix.</summary>
    public string Name { get; }

    /// <summary>The attributes, <c>xml:lang</c> with its prefix.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Attributes => _attributes;

    /// <summary>The child elements in document order.</summary>
    public IReadOnlyList<XmlElement> Children => _children ??= Elements();

    /// <summary>All character data directly inside this element, joined; empty when there is none.</summary>
    public string Text => _text ??= _content switch
    {
        [] or [XmlElement] => "",
        [string text] => text,
        _ => string.Concat(_content.OfType<string>()),
    };

    /// <summary>Strings and elements in document order.</summary>
    internal ReadOnlySpan<object> Content => _content;

    /// <summary>The value of an attribute, or null.</summary>
    public string? this[string attribute]
    {
        get
        {
            var at = IndexOf(_attributes, attribute);
            return at < 0 ? null : _attributes[at].Value;
        }
    }

    /// <summary>This element with an attribute set; null removes it.</summary>
    /// <exception cref="ArgumentException">
    /// The name is neither an unprefixed XML name nor one with the prefix <c>xml:</c>, or the value contains characters that XML forbids.
    /// </exception>
    public XmlElement With(string attribute, string? value)
    {
        CheckAttribute(attribute, value);
        var at = IndexOf(_attributes, attribute);
        if (value is null)
        {
            return at < 0 ? this : new XmlElement(Namespace, Name, [.. _attributes[..at], .. _attributes[(at + 1)..]], _content);
        }

        var pair = KeyValuePair.Create(attribute, value);
        return at < 0
            ? new XmlElement(Namespace, Name, [.. _attributes, pair], _content)
            : new XmlElement(Namespace, Name, [.. _attributes[..at], pair, .. _attributes[(at + 1)..]], _content);
    }

    /// <summary>This element with more attributes at the end, except for those whose value is null. One copy, whatever their number.</summary>
    /// <exception cref="ArgumentException">As above, or the element has an attribute of that name.</exception>
    public XmlElement With(params ReadOnlySpan<(string Name, string? Value)> attributes)
    {
        var all = new KeyValuePair<string, string>[_attributes.Length + attributes.Length];
        _attributes.CopyTo(all, 0);
        var count = _attributes.Length;
        foreach (var (name, value) in attributes)
        {
            CheckAttribute(name, value);
            if (IndexOf(all.AsSpan(0, count), name) >= 0)
            {
                throw new ArgumentException($"There is an attribute '{name}' already.", nameof(attributes));
            }

            if (value is not null)
            {
                all[count++] = KeyValuePair.Create(name, value);
            }
        }

        return new XmlElement(Namespace, Name, count == all.Length ? all : all[..count], _content);
    }

    /// <summary>This element with one more child at the end; null changes nothing.</summary>
    public XmlElement Add(XmlElement? child) =>
        child is null ? this : new XmlElement(Namespace, Name, _attributes, [.. _content, child]);

    /// <summary>This element with more children at the end. One copy, whatever their number.</summary>
    public XmlElement Add(IEnumerable<XmlElement> children)
    {
        ArgumentNullException.ThrowIfNull(children);
        return new XmlElement(Namespace, Name, _attributes, [.. _content, .. children]);
    }

    /// <summary>This element with character data at the end.</summary>
    /// <exception cref="ArgumentException">The text contains characters that XML forbids.</exception>
    public XmlElement AddText(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        CheckText(text, nameof(text));
        return text.Length == 0 ? this
            : _content is [.. var head, string tail] ? new XmlElement(Namespace, Name, _attributes, [.. head, tail + text])
            : new XmlElement(Namespace, Name, _attributes, [.. _content, text]);
    }

    /// <summary>The first child of this name, or null.</summary>
    public XmlElement? Child(string ns, string name) => Find(ns, name);

    /// <summary>The first child of this name in the namespace of this element, or null.</summary>
    public XmlElement? Child(string name) => Child(Namespace, name);

    /// <summary>The first child of this name in any namespace, or null.</summary>
    public XmlElement? ChildInAnyNamespace(string name) => Find(null, name);

    /// <summary>All children of this name.</summary>
    public IEnumerable<XmlElement> ChildrenNamed(string ns, string name)
    {
        foreach (var node in _content)
        {
            if (node is XmlElement element && element.Name == name && element.Namespace == ns)
            {
                yield return element;
            }
        }
    }

    /// <summary>The element as XML text, on one line unless its text has line breaks; namespaces are declared where they change.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        XmlMarkup.Write(text, this, inherited: "");
        return text.ToString();
    }

    /// <summary>Parses one element, for constants and tests; use <see cref="XmlStreamParser"/> for bytes of peers.</summary>
    /// <exception cref="FormatException">The text is not one well-formed element of the XML subset of XMPP.</exception>
    public static XmlElement Parse(string xml) => XmlMarkup.Parse(xml);

    /// <inheritdoc/>
    public bool Equals(XmlElement? other) => XmlEquality.Same(this, other);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as XmlElement);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Namespace, Name, _attributes.Length);

    public static bool operator ==(XmlElement? left, XmlElement? right) => left is null ? right is null : left.Equals(right);

    public static bool operator !=(XmlElement? left, XmlElement? right) => !(left == right);

    private static int IndexOf(ReadOnlySpan<KeyValuePair<string, string>> attributes, string attribute)
    {
        for (var at = 0; at < attributes.Length; at++)
        {
            if (attributes[at].Key == attribute)
            {
                return at;
            }
        }

        return -1;
    }

    private XmlElement? Find(string? ns, string name)
    {
        foreach (var node in _content)
        {
            if (node is XmlElement element && element.Name == name && (ns is null || element.Namespace == ns))
            {
                return element;
            }
        }

        return null;
    }

    private XmlElement[] Elements()
    {
        var count = 0;
        foreach (var node in _content)
        {
            count += node is XmlElement ? 1 : 0;
        }

        if (count == 0)
        {
            return [];
        }

        var elements = new XmlElement[count];
        foreach (var node in _content)
        {
            if (node is XmlElement element)
            {
                elements[^count--] = element;
            }
        }

        return elements;
    }

    private static void CheckAttribute(string attribute, string? value)
    {
        ArgumentNullException.ThrowIfNull(attribute);
        var local = attribute.StartsWith("xml:", StringComparison.Ordinal) ? attribute.AsSpan(4) : attribute;
        if (!XmlChars.IsLocalName(local) || attribute == "xmlns")
        {
            throw new ArgumentException($"'{attribute}' cannot be an attribute here; use a plain name or xml:lang.", nameof(attribute));
        }

        CheckText(value, nameof(value));
    }

    private static void CheckText(string? text, string parameter)
    {
        if (text is not null && !XmlChars.IsText(text))
        {
            throw new ArgumentException("The text contains characters that XML forbids, such as control characters; remove them first.", parameter);
        }
    }
}
