namespace ActorTransfer.Protocol.Xml;

/// <summary>
/// Markup that begins with <c>&lt;!</c>: a CDATA section within a stanza. Comments and document type declarations are refused (RFC 6120
/// §11.1).
/// </summary>
internal sealed class XmlMarkedSection
{
    private const string CdataMark = "CDATA[";

    private readonly XmlTreeBuilder _builder;
    private State _state;
    private int _matched;
    private int _brackets;

    internal XmlMarkedSection(XmlTreeBuilder builder)
    {
        _builder = builder;
    }

    private enum State
    {
        Complete,
        Bang,
        CdataMark,
        Text,
    }

    /// <summary>True within the text of a CDATA section, unless brackets are held back that may begin its end.</summary>
    internal bool IsInPlainText => _state == State.Text && _brackets == 0;

    /// <summary>True at the end of the section.</summary>
    internal bool IsComplete => _state == State.Complete;

    /// <summary>Starts after <c>&lt;!</c>.</summary>
    internal void Begin() => (_state, _matched, _brackets) = (State.Bang, 0, 0);

    /// <summary>Takes one character; <paramref name="lineEnd"/> when it is the second half of a line end.</summary>
    internal void Take(char c, bool lineEnd)
    {
        switch (_state)
        {
            case State.Text:
                TakeText(c, lineEnd);
                break;
            case State.CdataMark:
                TakeMark(c);
                break;
            case State.Bang when c == '[' && _builder.InStanza:
                _state = State.CdataMark;
                break;
            case State.Bang when c == '-' || char.IsAsciiLetter(c):
                _builder.Fail(StreamConditions.RestrictedXml, c == '-' ? "a comment" : "a document type declaration");
                break;
            default:
                _builder.Fail(StreamConditions.NotWellFormed, "<! where it is not allowed");
                break;
        }
    }

    private void TakeMark(char c)
    {
        if (c != CdataMark[_matched++])
        {
            _builder.Fail(StreamConditions.NotWellFormed, "a marked section other than CDATA");
        }

        _state = _matched == CdataMark.Length ? State.Text : State.CdataMark;
    }

    // Up to two brackets are held back, because they may begin the end of the section.
    private void TakeText(char c, bool lineEnd)
    {
        if (c == ']' && _brackets < 2)
        {
            _brackets++;
        }
        else if (c == ']')
        {
            _builder.AddText("]");
        }
        else if (c == '>' && _brackets == 2)
        {
            _state = State.Complete;
        }
        else if (!XmlChars.MayBeInText(c))
        {
            _builder.Fail(StreamConditions.NotWellFormed, "text with a character that XML forbids");
        }
        else if (!lineEnd)
        {
            _builder.AddText("]]".AsSpan(0, _brackets));
            _brackets = 0;
            _builder.AddText([c == '\r' ? '\n' : c]);
        }
    }
}
