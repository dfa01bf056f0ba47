using System.Text;

namespace ActorTransfer.Protocol.Xml;

/// <summary>
/// Makes items of tags and text: checks nesting, names, namespaces and the limits on structure. Level 0 is the stream, level 1 a stanza.
/// </summary>
internal sealed class XmlTreeBuilder
{
    // Looking up a prefix takes time in proportion to the declarations in force. Real stanzas have a handful.
    private const int MaxDeclarations = 256;

    private readonly XmlLimits _limits;
    private readonly XmlNamespaceScope _scope = new();
    private readonly StringBuilder _text = new();

    // One frame a level, kept for reuse; the first _depth of them are open elements.
    private readonly List<Frame> _frames = [];
    private readonly List<KeyValuePair<string, string>> _tagAttributes = [];
    private string _tagName = "";
    private int _depth;
    private int _elementsInStanza;
    private XmlStreamItem? _following;

    internal XmlTreeBuilder(XmlLimits limits)
    {
        _limits = limits;
    }

    /// <summary>True when an item waits; nothing may be read before it is taken.</summary>
    internal bool HasItem => Item is not null;

    /// <summary>True within a stanza, where there may be text.</summary>
    internal bool InStanza => _depth > 1;

    /// <summary>True between two stanzas.</summary>
    internal bool BetweenStanzas => _depth == 1;

    private XmlStreamItem? Item { get; set; }

    internal XmlStreamItem? TakeItem()
    {
        var item = Item;
        (Item, _following) = (_following, null);
        return item;
    }

    /// <summary>Ends the stream with an error.</summary>
    internal void Fail(string condition, string detail) => Item = new XmlStreamItem.Invalid(condition, detail);

    internal void AddText(ReadOnlySpan<char> text) => _text.Append(text);

    /// <summary>A start tag begins. Its depth and number are checked here, before anything is kept of it.</summary>
    internal void BeginTag(string name)
    {
        _tagName = name;
        _tagAttributes.Clear();
        _elementsInStanza = _depth <= 1 ? 0 : _elementsInStanza + 1;
        if (_depth > _limits.MaxDepth)
        {
            Fail(StreamConditions.PolicyViolation, $"elements nested deeper than {_limits.MaxDepth} levels");
        }
        else if (_elementsInStanza > _limits.MaxChildren)
        {
            Fail(StreamConditions.PolicyViolation, $"more than {_limits.MaxChildren} elements in a stanza");
        }
    }

    /// <summary>An attribute begins; false when the element has too many.</summary>
    internal bool BeginAttribute()
    {
        if (_tagAttributes.Count < _limits.MaxAttributes)
        {
            return true;
        }

        Fail(StreamConditions.PolicyViolation, $"more than {_limits.MaxAttributes} attributes of an element");
        return false;
    }

    internal void AddAttribute(string name, string value)
    {
        foreach (var known in _tagAttributes)
        {
            if (known.Key == name)
            {
                Fail(StreamConditions.NotWellFormed, "an attribute given twice");
                return;
            }
        }

        _tagAttributes.Add(KeyValuePair.Create(name, value));
    }

    /// <summary>The start tag is complete.</summary>
    internal void CommitTag()
    {
        var mark = _scope.Mark;
        if (_scope.Declare(_tagAttributes) is { } badDeclaration)
        {
            Fail(badDeclaration, "a namespace declaration that is not allowed");
            return;
        }

        if (_scope.Mark > MaxDeclarations)
        {
            Fail(StreamConditions.PolicyViolation, $"more than {MaxDeclarations} namespace declarations in force");
            return;
        }

        if (_scope.Resolve(_tagName, _scope.Default, out var ns, out var name) is { } badName)
        {
            Fail(badName, "an element name that is none in XML or has no declaration");
            return;
        }

        if (ns == Namespaces.Xml)
        {
            Fail(StreamConditions.BadNamespacePrefix, "an element with the prefix xml");
            return;
        }

        if (_scope.ResolveAttributes(_tagAttributes, out var attributes) is { } badAttribute)
        {
            Fail(badAttribute, "an attribute name that is none in XML, has no declaration or comes twice");
            return;
        }

        if (_depth == 0)
        {
            Open(ns, name, attributes);
        }

        FlushText();
        if (_depth == _frames.Count)
        {
            _frames.Add(new Frame());
        }

        var frame = _frames[_depth++];
        (frame.Tag, frame.Namespace, frame.Name, frame.Attributes, frame.Mark) = (_tagName, ns, name, attributes, mark);
    }

    /// <summary>An empty-element tag is complete.</summary>
    internal void CommitEmptyTag()
    {
        CommitTag();
        if (Item is not XmlStreamItem.Invalid)
        {
            EndTag(_tagName);
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

    // An empty-element tag at the top is opened and closed at once: the one case of two items.
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

    private sealed class Frame
    {
        // A stanza of many elements leaves a long list behind; it is not kept for the next one.
        private const int LargestKeptList = 64;

        internal string Tag { get; set; } = "";

        internal string Namespace { get; set; } = "";

        internal string Name { get; set; } = "";

        internal KeyValuePair<string, string>[] Attributes { get; set; } = [];

        internal int Mark { get; set; }

        internal List<object> Content { get; private set; } = [];

        internal void Clear()
        {
            if (Content.Capacity > LargestKeptList)
            {
                Content = [];
            }
            else
            {
                Content.Clear();
            }

            Attributes = [];
        }
    }
}
