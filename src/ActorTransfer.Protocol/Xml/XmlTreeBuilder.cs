namespace ActorTransfer.Protocol.Xml;

/// <summary>
/// Builds items from tags and text: checks nesting, names, namespaces and the structural limits. Level 0 is the stream, level 1 a stanza.
/// </summary>
internal sealed class XmlTreeBuilder
{
    private readonly XmlLimits _limits;
    private readonly XmlElementStack _open = new();
    private readonly XmlStartTag _tag = new();
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
    internal bool InStanza => _open.Depth > 1 || IsSkipping;

    /// <summary>True between two stanzas.</summary>
    internal bool BetweenStanzas => _open.Depth == 1 && !IsSkipping;

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
        var (ns, name, attributes) = _open.Depth > 1 ? (_open.Stanza.Namespace, _open.Stanza.Name, _open.Stanza.Attributes)
            : _open.Depth == 1 && _isInTag ? (_open.Scope.Default, _tag.LocalName, [.. _tag.Attributes])
            : ("", "", Array.Empty<KeyValuePair<string, string>>());
        if (ns is not (Namespaces.Client or Namespaces.Component or Namespaces.Server) || name is not ("iq" or "message" or "presence"))
        {
            Fail(condition, detail);
            return;
        }

        var answer = condition == StreamConditions.PolicyViolation ? condition : "not-acceptable";
        _skip = new XmlSkip(ns, name, attributes, answer, detail);
        _tagSum = _isInTag ? XmlSkip.Sum(_tag.Name) : 0;
        _open.MoveTo(_skip);
        _tag.DropAttributes();
    }

    internal void AddText(ReadOnlySpan<char> text)
    {
        if (!IsSkipping)
        {
            _open.AddText(text);
        }
    }

    /// <summary>Starts an element. Its depth and number are checked before anything is stored.</summary>
    internal void BeginTag(string name)
    {
        _tag.Begin(name);
        _isInTag = true;
        _elementsInStanza = _open.Depth <= 1 ? 0 : _elementsInStanza + 1;
        if (_open.Depth > _limits.MaxDepth)
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
        if (!IsSkipping && _tag.Attributes.Count >= _limits.MaxAttributes)
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
        if (_skip is { } skip ? skip.Depth == 0 && !skip.Keep(name, value) : !_tag.TryAdd(name, value!))
        {
            Fail(StreamConditions.NotWellFormed, "an attribute given twice");
        }
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
            EndTag(_tag.Name);
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
        if (!_open.IsInnermost(name))
        {
            Fail(StreamConditions.NotWellFormed, "an end tag that matches no start tag");
        }
        else if (_open.Close() is { } stanza)
        {
            Produce(new XmlStreamItem.Stanza(stanza));
        }
        else if (_open.Depth == 0)
        {
            Produce(new XmlStreamItem.Closed());
        }
    }

    private void Push()
    {
        var mark = _open.Scope.Mark;
        if (_tag.Resolve(_open.Scope, out var ns, out var name, out var attributes) is var (condition, detail))
        {
            _open.Scope.Leave(mark);
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

        if (_open.Depth == 0)
        {
            Open(ns, name, attributes);
        }

        _open.Open(_tag.Name, ns, name, attributes, mark);
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
            Item = new XmlStreamItem.Opened(new XmlElement(ns, name, attributes, [])) { ContentNamespace = _open.Scope.Default };
        }
    }
}
