namespace ActorTransfer.Protocol.Xml;

/// <summary>The part of <see cref="XmlTokenizer"/> that reads start tags and end tags, one character at a time.</summary>
internal sealed class XmlTagLexer
{
    private readonly XmlTreeBuilder _builder;
    private readonly XmlNameBuffer _name = new();
    private readonly XmlAttributeValue _value;
    private State _state;
    private string _attribute = "";
    private char _quote;

    internal XmlTagLexer(XmlTreeBuilder builder)
    {
        _builder = builder;
        _value = new XmlAttributeValue(builder);
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
        _name.Clear();
        _state = c == '/' ? State.EndName : State.StartName;
        if (c != '/')
        {
            TakeNameChar(c);
        }
    }

    /// <summary>Appends literal text to an attribute value.</summary>
    internal void AddValue(ReadOnlySpan<char> text) => _value.Add(text);

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
                (_quote, _attribute, _state) = (c, AttributeName(), State.Value);
                _value.Begin();
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
            _builder.BeginSkippedTag(_name.Sum);
        }
        else
        {
            _builder.BeginTag(_name.Text);
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
            _name.Clear();
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
            _builder.AddAttribute(_attribute, _value.Take());
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
                _builder.EndSkippedTag(_name.Sum);
            }
            else
            {
                _builder.EndTag(_name.Text);
            }
        }
        else if (XmlChars.IsSpace(c) && !_name.IsEmpty)
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

    // Attribute names of skipped elements are not needed, except in the stanza's own tag.
    private string AttributeName() => _name.IsWhole && (!_builder.IsSkipping || _builder.IsInHead) ? _name.Text : "";

    private void TakeNameChar(char c)
    {
        if (!_name.TryAdd(c, _builder.IsSkipping))
        {
            _builder.Fail(StreamConditions.NotWellFormed, "a name that is not valid in XML");
        }
    }

    private void Malformed() => _builder.Fail(StreamConditions.NotWellFormed, "a tag that is not well-formed");
}
