using System.Buffers;
using System.Text;

namespace ActorTransfer.Protocol.Xml;

/// <summary>
/// Finds tags and text in characters and passes them to a <see cref="XmlTreeBuilder"/>. Its memory is one state and the current token, so
/// input may be split after any character. Runs of plain text are processed at once.
/// </summary>
internal sealed class XmlTokenizer
{
    private const string Controls =
        "\u0000\u0001\u0002\u0003\u0004\u0005\u0006\u0007\u0008\u000B\u000C\u000D\u000E\u000F" +
        "\u0010\u0011\u0012\u0013\u0014\u0015\u0016\u0017\u0018\u0019\u001A\u001B\u001C\u001D\u001E\u001F\uFFFE\uFFFF";

    private static readonly SearchValues<char> SpecialInText = SearchValues.Create("<&]>" + Controls);
    private static readonly SearchValues<char> SpecialInValue = SearchValues.Create("<&'\"\t\n" + Controls);

    private readonly XmlTreeBuilder _builder;
    private readonly XmlStanzaSize _size;
    private readonly XmlTagLexer _tag;
    private readonly XmlMarkedSection _section;
    private readonly XmlReference _reference = new();
    private readonly XmlDeclaration _declaration = new();
    private State _state = State.Text;
    private State _afterReference;
    private int _brackets;
    private bool _afterReturn;
    private bool _started;

    internal XmlTokenizer(XmlLimits limits, XmlTreeBuilder builder)
    {
        _builder = builder;
        _size = new XmlStanzaSize(limits, builder);
        _tag = new XmlTagLexer(builder);
        _section = new XmlMarkedSection(builder);
    }

    private enum State
    {
        Text,
        TagOpen,
        Tag,
        MarkedSection,
        Reference,
        Declaration,
    }

    /// <summary>Reads until an item is ready or the input ends; returns the number of characters read.</summary>
    internal int Read(ReadOnlySpan<char> input)
    {
        var at = 0;
        while (at < input.Length && !_builder.HasItem)
        {
            if (PlainRun(input[at..]) is > 0 and var run)
            {
                TakeRun(input.Slice(at, run));
                at += run;
                continue;
            }

            var c = input[at++];
            if (Count(c))
            {
                var lineEnd = _afterReturn && c == '\n';
                _afterReturn = c == '\r';
                Take(c, lineEnd);
            }
        }

        return at;
    }

    // Number of characters from here that have no special meaning.
    private int PlainRun(ReadOnlySpan<char> input)
    {
        var special = _state switch
        {
            // An unpaired surrogate would be counted as three bytes.
            _ when _afterReturn || _brackets > 0 || char.IsLowSurrogate(input[0]) => null,
            State.Text when _builder.InStanza => SpecialInText,
            State.MarkedSection when _section.IsInPlainText => SpecialInText,
            State.Tag when _tag.InValue => SpecialInValue,
            _ => null,
        };
        return special is null ? 0 : input.IndexOfAny(special) is >= 0 and var length ? length : input.Length;
    }

    private void TakeRun(ReadOnlySpan<char> run)
    {
        if (_size.Add(Encoding.UTF8.GetByteCount(run)))
        {
            Append(run);
        }
    }

    private void Append(ReadOnlySpan<char> text)
    {
        if (_state == State.Tag)
        {
            _tag.AddValue(text);
        }
        else
        {
            _builder.AddText(text);
        }
    }

    private bool Count(char c)
    {
        if (_state == State.Text && _builder.BetweenStanzas)
        {
            _size.Restart();
        }

        return _size.Add(c);
    }

    private void Take(char c, bool lineEnd)
    {
        switch (_state)
        {
            case State.Text:
                TakeText(c, lineEnd);
                break;
            case State.Tag when c == '&' && _tag.InValue:
                BeginReference();
                break;
            case State.Tag:
                _tag.Take(c, lineEnd);
                ReturnToText(_tag.IsComplete);
                break;
            case State.TagOpen:
                TakeTagOpen(c);
                break;
            case State.MarkedSection:
                _section.Take(c, lineEnd);
                ReturnToText(_section.IsComplete);
                break;
            case State.Reference:
                TakeReference(c);
                break;
            default:
                TakeDeclaration(c);
                break;
        }
    }

    private void TakeText(char c, bool lineEnd)
    {
        if (c == '<')
        {
            (_state, _brackets) = (State.TagOpen, 0);
        }
        else if (!_builder.InStanza)
        {
            _started = true;
            if (!XmlChars.IsSpace(c))
            {
                Malformed("text outside of a stanza");
            }
        }
        else if (c == '&')
        {
            BeginReference();
        }
        else if ((c == '>' && _brackets == 2) || !XmlChars.MayBeInText(c))
        {
            Malformed("text with a character that XML forbids");
        }
        else if (!lineEnd)
        {
            _brackets = c == ']' ? Math.Min(_brackets + 1, 2) : 0;
            Append([c == '\r' ? '\n' : c]);
        }
    }

    private void TakeTagOpen(char c)
    {
        var isFirst = !_started;
        _started = true;
        switch (c)
        {
            case '!':
                _state = State.MarkedSection;
                _section.Begin();
                break;
            case '?' when isFirst:
                _state = State.Declaration;
                break;
            case '?':
                _builder.Fail(StreamConditions.RestrictedXml, "a processing instruction");
                break;
            default:
                _state = State.Tag;
                _tag.Begin(c);
                break;
        }
    }

    private void ReturnToText(bool isComplete)
    {
        if (isComplete)
        {
            _state = State.Text;
        }
    }

    private void BeginReference()
    {
        (_afterReference, _state, _brackets) = (_state, State.Reference, 0);
        _reference.Begin();
    }

    private void TakeReference(char c)
    {
        if (!_reference.Take(c))
        {
            return;
        }

        if (_reference.Fault is { } fault)
        {
            _builder.Fail(fault, "a reference to something other than a character");
            return;
        }

        _state = _afterReference;
        Append(_reference.Text);
    }

    private void TakeDeclaration(char c)
    {
        if (!_declaration.Take(c))
        {
            return;
        }

        _state = State.Text;
        if (_declaration.Fault is { } fault)
        {
            _builder.Fail(fault, "an XML declaration other than XML 1.0 in UTF-8");
        }
    }

    private void Malformed(string detail) => _builder.Fail(StreamConditions.NotWellFormed, detail);
}
