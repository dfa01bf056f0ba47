using System.Text;

namespace ActorTransfer.Protocol.Xml;

/// <summary>
/// Builds items from tags and text: checks nesting, names, namespaces and the structural limits. Level 0 is the stream, level 1 a stanza.
/// </summary>
internal sealed class XmlTreeBuilder
{
    // Prefix lookup is linear in the number of declarations in scope. Real stanzas have a handful.
    private const int MaxDeclarations = 256;

    private readonly XmlLimits _limits;
    private readonly XmlNamespaceScope _scope = new();
    private readonly StringBuilder _text = new();

    // One frame per level, reused; the first _depth of them are open elements.
    private readonly List<XmlFrame> _frames = [];
    private readonly List<KeyValuePair<string, string>> _tagAttributes = [];
    private string _tagName = "";
    private int _depth;
    private int _elementsInStanza;
    private bool _isInTag;
    private ulong _tagSum;
    private XmlSkip? _skip;
    private XmlStreamItem? _following;

    internal XmlTreeBuilder(XmlLimits limits)
    {
        _limits = limits;
    }

    /// <summary>True when an item is ready; it must be taken before more input is read.</summary>
    internal bool HasItem => Item is not null;

    /// <summary>True within a stanza, where text is allowed.</summary>
    internal bool InStanza => _depth > 1 || IsSkipping;

    /// <summary>True between two stanzas.</summary>
    internal bool BetweenStanzas => _depth == 1 && !IsSkipping;

    /// <summary>True within a skipped stanza. Its text and attributes are dropped, its names are added to the checksum.</summary>
    internal bool IsSkipping => _skip is not null;

    /// <summary>True in the start tag of a stanza that is being skipped.</summary>
    internal bool IsInHead => _skip is { Depth: 0 };

    private XmlStreamItem? Item { get; set; }

    internal XmlStreamItem? TakeItem()
    {
        var item = Item;
        (Item, _following) = (_following, null);
        return item;
    }

    /// <summary>Ends the stream with an error.</summary>
    internal void Fail(string condition, string detail) => Item = new XmlStreamItem.Invalid(condition, detail);

    /// <summary>A stanza exceeds a limit: the rest of it is skipped. Other elements end the stream.</summary>
    internal void Exceed(string condition, string detail)
    {
        // Between two start tags the outermost open element is the stanza; in a start tag there may be none yet.
        var (ns, name, attributes) = _depth > 1 ? (_frames[1].Namespace, _frames[1].Name, _frames[1].Attributes)
            : _depth == 1 && _isInTag ? (_scope.Default, _tagName[(_tagName.IndexOf(':', StringComparison.Ordinal) + 1)..], [.. _tagAttributes])
            : ("", "", Array.Empty<KeyValuePair<string, string>>());
        if (ns is not (Namespaces.Client or Namespaces.Component or Namespaces.Server) || name is not ("iq" or "message" or "presence"))
        {
            Fail(condition, detail);
            return;
        }

        var answer = condition == StreamConditions.PolicyViolation ? condition : "not-acceptable";
        _skip = new XmlSkip(ns, name, attributes, answer, detail);
        _tagSum = _isInTag ? XmlSkip.Sum(_tagName) : 0;
        for (var level = 1; level < _depth; level++)
        {
            _skip.Open(XmlSkip.Sum(_frames[level].Tag));
            _frames[level].Clear();
        }

        if (_depth > 1)
        {
            _scope.Leave(_frames[1].Mark);
        }

        _depth = 1;
        _text.Clear();
        _tagAttributes.Clear();
    }

    internal void AddText(ReadOnlySpan<char> text)
    {
        if (!IsSkipping)
        {
            _text.Append(text);
        }
    }

    /// <summary>Starts an element. Its depth and number are checked before anything is stored.</summary>
    internal void BeginTag(string name)
    {
        _tagName = name;
        _isInTag = true;
        _tagAttributes.Clear();
        _elementsInStanza = _depth <= 1 ? 0 : _elementsInStanza + 1;
        if (_depth > _limits.MaxDepth)
        {
            Exceed(StreamConditions.PolicyViolation, $"elements nested deeper than {_limits.MaxDepth} levels");
        }
        else if (_elementsInStanza > _limits.MaxChildren)
        {
            Exceed(StreamConditions.PolicyViolation, $"more than {_limits.MaxChildren} elements in a stanza");
        }
    }

    /// <summary>Starts an element of a skipped stanza.</summary>
    internal void BeginSkippedTag(ulong name)
    {
        _tagSum = name;
        if (name == 0)
        {
            Fail(StreamConditions.NotWellFormed, "an element without a name");
        }
    }

    /// <summary>Starts an attribute; false when the stream ended because of it.</summary>
    internal bool BeginAttribute()
    {
        if (!IsSkipping && _tagAttributes.Count >= _limits.MaxAttributes)
        {
            Exceed(StreamConditions.PolicyViolation, $"more than {_limits.MaxAttributes} attributes of an element");
        }

        return !HasItem;
    }

    /// <summary>An attribute is complete.</summary>
    /// <param name="name">As written.</param>
    /// <param name="value">Null when it was not kept.</param>
    internal void AddAttribute(string name, string? value)
    {
        if (_skip is { } skip)
        {
            if (skip.Depth == 0 && !skip.Keep(name, value))
            {
                Fail(StreamConditions.NotWellFormed, "an attribute given twice");
            }

            return;
        }

        foreach (var known in _tagAttributes)
        {
            if (known.Key == name)
            {
                Fail(StreamConditions.NotWellFormed, "an attribute given twice");
                return;
            }
        }

        _tagAttributes.Add(KeyValuePair.Create(name, value!));
    }

    /// <summary>The start tag is complete.</summary>
    internal void CommitTag()
    {
        if (!IsSkipping)
        {
            Push();
        }

        if (!HasItem)
        {
            _skip?.Open(_tagSum);
        }

        _isInTag = false;
    }

    /// <summary>An empty-element tag is complete.</summary>
    internal void CommitEmptyTag()
    {
        CommitTag();
        if (Item is XmlStreamItem.Invalid)
        {
            return;
        }

        if (IsSkipping)
        {
            EndSkippedTag(_tagSum);
        }
        else
        {
            EndTag(_tagName);
        }
    }

    /// <summary>An end tag is complete in a stanza that is skipped.</summary>
    internal void EndSkippedTag(ulong name)
    {
        var skip = _skip!;
        skip.Close(name);
        if (skip.Depth == 0)
        {
            _skip = null;
            Produce(skip.IsNested ? skip.Item : new XmlStreamItem.Invalid(StreamConditions.NotWellFormed, "an end tag that matches no start tag"));
        }
    }

    /// <summary>An end tag is complete.</summary>
    internal void EndTag(string name)
    {
        if (_depth == 0 || _frames[_depth - 1].Tag != name)
        {
            Fail(StreamConditions.NotWellFormed, "an end tag that matches no start tag");
            return;
        }

        FlushText();
        var frame = _frames[--_depth];
        _scope.Leave(frame.Mark);
        if (_depth == 0)
        {
            Produce(new XmlStreamItem.Closed());
            return;
        }

        var element = new XmlElement(frame.Namespace, frame.Name, frame.Attributes, [.. frame.Content]);
        frame.Clear();
        if (_depth == 1)
        {
            Produce(new XmlStreamItem.Stanza(element));
        }
        else
        {
            _frames[_depth - 1].Content.Add(element);
        }
    }

    private void Push()
    {
        var mark = _scope.Mark;
        if (Judge(out var ns, out var name, out var attributes) is var (condition, detail))
        {
            _scope.Leave(mark);
            if (condition == StreamConditions.NotWellFormed)
            {
                Fail(condition, detail);
            }
            else
            {
                Exceed(condition, detail);
            }

            return;
        }

        if (_depth == 0)
        {
            Open(ns, name, attributes);
        }

        FlushText();
        if (_depth == _frames.Count)
        {
            _frames.Add(new XmlFrame());
        }

        var frame = _frames[_depth++];
        (frame.Tag, frame.Namespace, frame.Name, frame.Attributes, frame.Mark) = (_tagName, ns, name, attributes, mark);
    }

    // Resolves the names of a start tag, or returns the error.
    private (string Condition, string Detail)? Judge(out string ns, out string name, out KeyValuePair<string, string>[] attributes)
    {
        (ns, name, attributes) = ("", "", []);
        if (_scope.Declare(_tagAttributes) is { } badDeclaration)
        {
            return (badDeclaration, "a namespace declaration that is not allowed");
        }

        if (_scope.Mark > MaxDeclarations)
        {
            return (StreamConditions.PolicyViolation, $"more than {MaxDeclarations} namespace declarations in force");
        }

        if (_scope.Resolve(_tagName, _scope.Default, out ns, out name) is { } badName)
        {
            return (badName, "an element name that is invalid or has an undeclared prefix");
        }

        if (ns == Namespaces.Xml)
        {
            return (StreamConditions.BadNamespacePrefix, "an element with the prefix xml");
        }

        return _scope.ResolveAttributes(_tagAttributes, out attributes) is { } badAttribute
            ? (badAttribute, "an attribute name that is invalid, has an undeclared prefix or occurs twice")
            : null;
    }

    // A top-level empty-element tag opens and closes the stream: the only case of two items.
    private void Produce(XmlStreamItem item)
    {
        if (Item is null)
        {
            Item = item;
        }
        else
        {
            _following = item;
        }
    }

    private void Open(string ns, string name, KeyValuePair<string, string>[] attributes)
    {
        if (ns != Namespaces.Streams)
        {
            Fail(StreamConditions.InvalidNamespace, $"a stream that is not in the namespace {Namespaces.Streams}");
        }
        else if (name != "stream")
        {
            Fail(StreamConditions.BadFormat, "a first element other than stream");
        }
        else
        {
            Item = new XmlStreamItem.Opened(new XmlElement(ns, name, attributes, [])) { ContentNamespace = _scope.Default };
        }
    }

    private void FlushText()
    {
        if (_text.Length > 0)
        {
            _frames[_depth - 1].Content.Add(_text.ToString());
            _text.Clear();
        }
    }
}
