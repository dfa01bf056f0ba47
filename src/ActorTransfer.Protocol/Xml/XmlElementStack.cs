using System.Text;

namespace ActorTransfer.Protocol.Xml;

/// <summary>
/// The open elements of a stream with their content and the namespace declarations in scope. Level 0 is the stream, level 1 a stanza. One
/// frame per level, reused.
/// </summary>
internal sealed class XmlElementStack
{
    private readonly List<XmlFrame> _frames = [];
    private readonly StringBuilder _text = new();

    /// <summary>Number of open elements.</summary>
    internal int Depth { get; private set; }

    /// <summary>The namespace declarations in scope.</summary>
    internal XmlNamespaceScope Scope { get; } = new();

    /// <summary>The open stanza; only above level 1.</summary>
    internal XmlFrame Stanza => _frames[1];

    /// <summary>Adds character data to the innermost element.</summary>
    internal void AddText(ReadOnlySpan<char> text) => _text.Append(text);

    /// <summary>Opens an element.</summary>
    /// <param name="tag">The name as written.</param>
    /// <param name="ns">The namespace.</param>
    /// <param name="name">The local name.</param>
    /// <param name="attributes">Not copied.</param>
    /// <param name="mark">The point of <see cref="Scope"/> before its declarations.</param>
    internal void Open(string tag, string ns, string name, KeyValuePair<string, string>[] attributes, int mark)
    {
        FlushText();
        if (Depth == _frames.Count)
        {
            _frames.Add(new XmlFrame());
        }

        var frame = _frames[Depth++];
        (frame.Tag, frame.Namespace, frame.Name, frame.Attributes, frame.Mark) = (tag, ns, name, attributes, mark);
    }

    /// <summary>Whether an end tag of this name closes the innermost element.</summary>
    internal bool IsInnermost(string tag) => Depth > 0 && _frames[Depth - 1].Tag == tag;

    /// <summary>Closes the innermost element. Returns it when it is a stanza; an element within a stanza is added to its parent.</summary>
    internal XmlElement? Close()
    {
        FlushText();
        var frame = _frames[--Depth];
        Scope.Leave(frame.Mark);
        if (Depth == 0)
        {
            return null;
        }

        var element = new XmlElement(frame.Namespace, frame.Name, frame.Attributes, [.. frame.Content]);
        frame.Clear();
        if (Depth == 1)
        {
            return element;
        }

        _frames[Depth - 1].Content.Add(element);
        return null;
    }

    /// <summary>Drops the open stanza, whose rest is skipped, with the elements in it.</summary>
    internal void MoveTo(XmlSkip skip)
    {
        for (var level = 1; level < Depth; level++)
        {
            skip.Open(XmlSkip.Sum(_frames[level].Tag));
            _frames[level].Clear();
        }

        if (Depth > 1)
        {
            Scope.Leave(_frames[1].Mark);
        }

        Depth = 1;
        _text.Clear();
    }

    private void FlushText()
    {
        if (_text.Length > 0)
        {
            _frames[Depth - 1].Content.Add(_text.ToString());
            _text.Clear();
        }
    }
}
