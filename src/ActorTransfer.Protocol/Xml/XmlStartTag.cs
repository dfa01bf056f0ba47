namespace ActorTransfer.Protocol.Xml;

/// <summary>A start tag that is being read, with names as written. Reused.</summary>
internal sealed class XmlStartTag
{
    // Prefix lookup is linear in the number of declarations in scope. Real stanzas have a handful.
    private const int MaxDeclarations = 256;

    private readonly List<KeyValuePair<string, string>> _attributes = [];

    /// <summary>The name.</summary>
    internal string Name { get; private set; } = "";

    /// <summary>The name without its prefix.</summary>
    internal string LocalName => Name[(Name.IndexOf(':', StringComparison.Ordinal) + 1)..];

    /// <summary>The attributes so far.</summary>
    internal IReadOnlyList<KeyValuePair<string, string>> Attributes => _attributes;

    internal void Begin(string name)
    {
        Name = name;
        _attributes.Clear();
    }

    /// <summary>False when there is an attribute of this name.</summary>
    internal bool TryAdd(string name, string value)
    {
        foreach (var known in _attributes)
        {
            if (known.Key == name)
            {
                return false;
            }
        }

        _attributes.Add(KeyValuePair.Create(name, value));
        return true;
    }

    internal void DropAttributes() => _attributes.Clear();

    /// <summary>Adds its declarations to the scope and resolves its names, or returns the error.</summary>
    internal (string Condition, string Detail)? Resolve(XmlNamespaceScope scope, out string ns, out string name, out KeyValuePair<string, string>[] attributes)
    {
        (ns, name, attributes) = ("", "", []);
        if (scope.Declare(_attributes) is { } badDeclaration)
        {
            return (badDeclaration, "a namespace declaration that is not allowed");
        }

        if (scope.Mark > MaxDeclarations)
        {
            return (StreamConditions.PolicyViolation, $"more than {MaxDeclarations} namespace declarations in force");
        }

        if (scope.Resolve(Name, scope.Default, out ns, out name) is { } badName)
        {
            return (badName, "an element name that is invalid or has an undeclared prefix");
        }

        if (ns == Namespaces.Xml)
        {
            return (StreamConditions.BadNamespacePrefix, "an element with the prefix xml");
        }

        return scope.ResolveAttributes(_attributes, out attributes) is { } badAttribute
            ? (badAttribute, "an attribute name that is invalid, has an undeclared prefix or occurs twice")
            : null;
    }
}
