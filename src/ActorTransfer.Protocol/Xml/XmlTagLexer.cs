using System.Runtime.InteropServices;
using System.Text;

namespace ActorTransfer.Protocol.Xml;

/// <summary>The part of <see cref="XmlTokenizer"/> that reads start tags and end tags, one character at a time.</summary>
internal sealed class XmlTagLexer
{
    // Buffer for characters of a skipped element's name before they are added to the checksum.
    private const int MaxSkippedName = 256;

    private readonly XmlTreeBuilder _builder;
    private readonly XmlNameCache _names = new();
    private readonly List<char> _name = [];
    private readonly StringBuilder _value = new();
    private State _state;
    private string _attribute = "";
    private ulong _nameSum;
    private bool _isValueLost;
    private char _quote;

    internal XmlTagLexer(XmlTreeBuilder builder)
    {
        _builder = builder;
    }

    private enum State
    {
        Complete,
        StartName,
        BeforeAttribute,
        AttributeName,
        AfterAttributeName,
        BeforeValue,
        Value,
        AfterValue,
        EmptyTag,
        EndName,
        AfterEndName,
    }

    /// <summary>True inside the quotes of an attribute value, which may contain references and text.</summary>
    internal bool InValue => _state == State.Value;

    /// <summary>True at the end of the tag.</summary>
    internal bool IsComplete => _state == State.Complete;

    /// <summary>Starts a tag; <paramref name="c"/> follows <c>&lt;</c>.</summary>
    internal void Begin(char c)
    {
        ClearName();
        _state = c == '/' ? State.EndName : State.StartName;
        if (c != '/')
        {
            TakeNameChar(c);
        }
    }

    /// <summary>Appends literal text to an attribute value.</summary>
    internal void AddValue(ReadOnlySpan<char> text)
    {
        if (!_builder.IsSkipping)
        {
            _value.Append(text);
        }
        else if (_builder.IsInHead && !_isValueLost && _value.Length + text.Length <= XmlSkip.MaxKeptValue)
        {
            _value.Append(text);
        }
        else
        {
            _value.Clear();
            _isValueLost = true;
        }
    }

    /// <summary>Takes one character; <paramref name="lineEnd"/> when it is the second half of a line end.</summary>
    internal void Take(char c, bool lineEnd)
    {
        switch (_state)
        {
            case State.Value:
                TakeValue(c, lineEnd);
                break;
            case State.StartName:
                TakeStartName(c);
                break;
            case State.AttributeName or State.AfterAttributeName:
                TakeAttributeName(c);
                break;
            case State.BeforeAttribute or State.AfterValue:
                TakeAfterItem(c);
                break;
            case State.BeforeValue when c is '\'' or '"':
                (_quote, _attribute, _state, _isValueLost) = (c, TakeAttributeName(), State.Value, false);
                break;
            case State.BeforeValue when XmlChars.IsSpace(c):
                break;
            case State.EmptyTag when c == '>':
                _state = State.Complete;
                _builder.CommitEmptyTag();
                break;
            case State.EndName or State.AfterEndName:
                TakeEndTag(c);
                break;
            default:
                Malformed();
                break;
        }
    }

    private void TakeStartName(char c)
    {
        if (!XmlChars.IsSpace(c) && c is not ('/' or '>'))
        {
            TakeNameChar(c);
            return;
        }

        if (_builder.IsSkipping)
        {
            _builder.BeginSkippedTag(TakeSum());
        }
        else
        {
            _builder.BeginTag(TakeName());
        }

        if (!_builder.HasItem)
        {
            _state = State.AfterValue;
            TakeAfterItem(c);
        }
    }

    // After the name of a start tag or an attribute, or in the following space.
    private void TakeAfterItem(char c)
    {
        if (c == '>')
        {
            _state = State.Complete;
            _builder.CommitTag();
        }
        else if (c == '/')
        {
            _state = State.EmptyTag;
        }
        else if (XmlChars.IsSpace(c))
        {
            _state = State.BeforeAttribute;
        }
        else if (_state != State.BeforeAttribute)
        {
            Malformed();
        }
        else if (_builder.BeginAttribute())
        {
            _state = State.AttributeName;
            ClearName();
            TakeNameChar(c);
        }
    }

    private void TakeAttributeName(char c)
    {
        if (c == '=')
        {
            _state = State.BeforeValue;
        }
        else if (XmlChars.IsSpace(c))
        {
            _state = State.AfterAttributeName;
        }
        else if (_state == State.AttributeName)
        {
            TakeNameChar(c);
        }
        else
        {
            Malformed();
        }
    }

    private void TakeValue(char c, bool lineEnd)
    {
        if (c == _quote)
        {
            _builder.AddAttribute(_attribute, _isValueLost ? null : _value.ToString());
            _value.Clear();
            _state = State.AfterValue;
        }
        else if (c == '<' || !XmlChars.MayBeInText(c))
        {
            _builder.Fail(StreamConditions.NotWellFormed, "an attribute value with a character that XML forbids");
        }
        else if (!lineEnd)
        {
            AddValue([XmlChars.IsSpace(c) ? ' ' : c]);
        }
    }

    private void TakeEndTag(char c)
    {
        if (c == '>')
        {
            _state = State.Complete;
            if (_builder.IsSkipping)
            {
                _builder.EndSkippedTag(TakeSum());
            }
            else
            {
                _builder.EndTag(TakeName());
            }
        }
        else if (XmlChars.IsSpace(c) && _name.Count > 0)
        {
            _state = State.AfterEndName;
        }
        else if (_state == State.AfterEndName)
        {
            Malformed();
        }
        else
        {
            TakeNameChar(c);
        }
    }

    private string TakeName() => _names.Get(CollectionsMarshal.AsSpan(_name));

    // Attribute names of skipped elements are not needed, except in the stanza's own tag.
    private string TakeAttributeName() => _nameSum == 0 && (!_builder.IsSkipping || _builder.IsInHead) ? TakeName() : "";

    private ulong TakeSum() => XmlSkip.Sum(CollectionsMarshal.AsSpan(_name), _nameSum);

    private void ClearName()
    {
        _name.Clear();
        _nameSum = 0;
    }

    // A preliminary check; the builder validates the complete name.
    private void TakeNameChar(char c)
    {
        if (XmlChars.MayBeInName(c) && (_name.Count > 0 || !(char.IsAsciiDigit(c) || c is '-' or '.')))
        {
            if (_builder.IsSkipping && _name.Count >= MaxSkippedName)
            {
                _nameSum = TakeSum();
                _name.Clear();
            }

            _name.Add(c);
        }
        else
        {
            _builder.Fail(StreamConditions.NotWellFormed, "a name that is not valid in XML");
        }
    }

    private void Malformed() => _builder.Fail(StreamConditions.NotWellFormed, "a tag that is not well-formed");
}
