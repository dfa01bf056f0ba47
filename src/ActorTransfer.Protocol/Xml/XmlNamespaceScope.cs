namespace ActorTransfer.Protocol.Xml;

/// <summary>
/// The namespace declarations in scope and the resolution of names (Namespaces in XML 1.0). Methods that can fail return the stream error,
/// or null.
/// </summary>
internal sealed class XmlNamespaceScope
{
    private const string XmlPrefix = "xml";
    private const string DeclarationPrefix = "xmlns";

    private readonly List<(string Prefix, string Uri)> _declared = [];

    /// <summary>A point to return to with <see cref="Leave"/>.</summary>
    internal int Mark => _declared.Count;

    /// <summary>The namespace of unprefixed names; empty for none.</summary>
    internal string Default => Find("") ?? "";

    /// <summary>Removes the declarations since the mark.</summary>
    internal void Leave(int mark) => _declared.RemoveRange(mark, _declared.Count - mark);

    /// <summary>Adds the declarations among the attributes of a start tag.</summary>
    internal string? Declare(List<KeyValuePair<string, string>> attributes)
    {
        foreach (var (name, uri) in attributes)
        {
            if (!IsDeclaration(name))
            {
                continue;
            }

            var hasPrefix = name.Length > DeclarationPrefix.Length;
            var prefix = hasPrefix ? name[(DeclarationPrefix.Length + 1)..] : "";
            if (hasPrefix && !XmlChars.IsLocalName(prefix))
            {
                return StreamConditions.NotWellFormed;
            }

            if (!MayDeclare(prefix, uri))
            {
                return StreamConditions.BadNamespacePrefix;
            }

            _declared.Add((prefix, uri));
        }

        return null;
    }

    /// <summary>Resolves a qualified name to namespace and local name.</summary>
    internal string? Resolve(string tagName, string unprefixed, out string ns, out string name)
    {
        (ns, name) = (unprefixed, tagName);
        var colon = tagName.IndexOf(':', StringComparison.Ordinal);
        if (colon < 0)
        {
            return XmlChars.IsLocalName(name) ? null : StreamConditions.NotWellFormed;
        }

        name = tagName[(colon + 1)..];
        var prefix = tagName[..colon];
        if (!XmlChars.IsLocalName(prefix) || !XmlChars.IsLocalName(name))
        {
            return StreamConditions.NotWellFormed;
        }

        ns = Find(prefix) ?? "";
        return ns.Length == 0 ? StreamConditions.BadNamespacePrefix : null;
    }

    /// <summary>
    /// The attributes to keep: unprefixed ones and those with the prefix <c>xml</c>. Attributes in other namespaces are never used; they
    /// are checked and dropped.
    /// </summary>
    internal string? ResolveAttributes(List<KeyValuePair<string, string>> attributes, out KeyValuePair<string, string>[] kept)
    {
        var result = new List<KeyValuePair<string, string>>(attributes.Count);
        HashSet<(string, string)>? foreign = null;
        kept = [];
        foreach (var attribute in attributes)
        {
            if (IsDeclaration(attribute.Key))
            {
                continue;
            }

            if (Resolve(attribute.Key, "", out var ns, out var name) is { } fault)
            {
                return fault;
            }

            if (ns.Length == 0 || attribute.Key.StartsWith("xml:", StringComparison.Ordinal))
            {
                result.Add(attribute);
            }
            else if (!(foreign ??= []).Add((ns, name)))
            {
                // One name under two prefixes; identical qualified names were found before.
                return StreamConditions.NotWellFormed;
            }
        }

        kept = [.. result];
        return null;
    }

    private static bool IsDeclaration(string name) =>
        name.StartsWith(DeclarationPrefix, StringComparison.Ordinal)
        && (name.Length == DeclarationPrefix.Length || name[DeclarationPrefix.Length] == ':');

    private static bool MayDeclare(string prefix, string uri) => prefix switch
    {
        DeclarationPrefix => false,
        XmlPrefix => uri == Namespaces.Xml,
        _ => uri is not (Namespaces.Xml or Namespaces.Xmlns) && (prefix.Length == 0 || uri.Length > 0),
    };

    private string? Find(string prefix)
    {
        for (var i = _declared.Count - 1; i >= 0; i--)
        {
            if (_declared[i].Prefix == prefix)
            {
                return _declared[i].Uri;
            }
        }

        return prefix == XmlPrefix ? Namespaces.Xml : null;
    }
}
