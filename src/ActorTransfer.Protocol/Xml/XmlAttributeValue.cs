using System.Text;

namespace ActorTransfer.Protocol.Xml;

/// <summary>The attribute value that is being read. In a skipped stanza only values of its own tag are kept, up to a limit.</summary>
internal sealed class XmlAttributeValue(XmlTreeBuilder builder)
{
    private readonly StringBuilder _text = new();
    private bool _isDropped;

    internal void Begin() => _isDropped = false;

    internal void Add(ReadOnlySpan<char> text)
    {
        if (!builder.IsSkipping || (builder.IsInHead && !_isDropped && _text.Length + text.Length <= XmlSkip.MaxKeptValue))
        {
            _text.Append(text);
        }
        else
        {
            _text.Clear();
            _isDropped = true;
        }
    }

    /// <summary>The complete value; null when it was not kept.</summary>
    internal string? Take()
    {
        var value = _isDropped ? null : _text.ToString();
        _text.Clear();
        return value;
    }
}
