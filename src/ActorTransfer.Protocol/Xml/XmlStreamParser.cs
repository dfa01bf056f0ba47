using System.Buffers;
using System.Text.Unicode;

namespace ActorTransfer.Protocol.Xml;

/// <summary>
/// Parses one direction of an XMPP stream: offer bytes as they arrive, in pieces of any size, and poll items until there is none. Supports
/// only the subset of XML that XMPP allows (RFC 6120 §11.1): no DTD, processing instruction, comment or entity beyond the predefined five.
/// After <c>STARTTLS</c> or SASL the stream restarts and needs a new parser.
/// </summary>
/// <remarks>
/// A stanza over a limit is read and discarded: <see cref="XmlStreamItem.Skipped"/>. Every byte is processed once, however the stream is
/// split. Between two calls the parser holds at most the unfinished stanza, bounded by the limits; white space between stanzas is dropped
/// at once. Not thread-safe.
/// </remarks>
internal sealed class XmlStreamParser
{
    private const int CharsAtOnce = 2048;
    private const int UsualBuffer = 4096;
    private const int LargestIdleBuffer = 64 * 1024;

    private readonly char[] _chars = new char[CharsAtOnce];
    private readonly XmlTreeBuilder _builder;
    private readonly XmlTokenizer _tokenizer;
    private readonly int _largestBacklog;
    private byte[] _bytes = new byte[UsualBuffer];
    private int _byteStart;
    private int _byteEnd;
    private int _charStart;
    private int _charEnd;
    private bool _over;

    /// <summary>Creates a parser for a stream that starts with its header.</summary>
    public XmlStreamParser(XmlLimits limits)
    {
        ArgumentNullException.ThrowIfNull(limits);
        _builder = new XmlTreeBuilder(limits);
        _tokenizer = new XmlTokenizer(limits, _builder);
        _largestBacklog = limits.MaxStanzaBytes;
    }

    /// <summary>Adds the next bytes of the stream; they are copied. Ignored after the end of the stream.</summary>
    /// <param name="bytes">UTF-8, split anywhere.</param>
    /// <exception cref="InvalidOperationException">
    /// More than <see cref="XmlLimits.MaxStanzaBytes"/> were offered and not polled: call <see cref="Poll"/> until it returns null after
    /// each offer.
    /// </exception>
    public void Offer(ReadOnlySpan<byte> bytes)
    {
        if (_over)
        {
            return;
        }

        var backlog = _byteEnd - _byteStart;
        if (backlog > _largestBacklog)
        {
            throw new InvalidOperationException("Poll until there are no more items before offering more bytes.");
        }

        if (bytes.Length > _bytes.Length - _byteEnd)
        {
            var target = backlog + bytes.Length > _bytes.Length ? new byte[Math.Max(UsualBuffer, backlog + bytes.Length)] : _bytes;
            _bytes.AsSpan(_byteStart, backlog).CopyTo(target);
            (_bytes, _byteStart, _byteEnd) = (target, 0, backlog);
        }

        bytes.CopyTo(_bytes.AsSpan(_byteEnd));
        _byteEnd += bytes.Length;
    }

    /// <summary>
    /// The next item, or null when more bytes are needed. Nothing follows <see cref="XmlStreamItem.Closed"/> or <see
    /// cref="XmlStreamItem.Invalid"/>.
    /// </summary>
    public XmlStreamItem? Poll()
    {
        while (!_over)
        {
            if (_builder.TakeItem() is { } item)
            {
                _over = item is XmlStreamItem.Closed or XmlStreamItem.Invalid;
                return item;
            }

            if (_charStart < _charEnd)
            {
                _charStart += _tokenizer.Read(_chars.AsSpan(_charStart.._charEnd));
            }
            else if (!Decode())
            {
                return null;
            }
        }

        return null;
    }

    // False when there is no complete character to decode. Bytes before a fault are decoded first, so that items before it are not lost.
    private bool Decode()
    {
        var held = _bytes.AsSpan(_byteStart.._byteEnd);
        var status = Utf8.ToUtf16(held, _chars, out var read, out var written, replaceInvalidSequences: false, isFinalBlock: false);
        _byteStart += read;
        (_charStart, _charEnd) = (0, written);
        if (written == 0 && status == OperationStatus.InvalidData)
        {
            _builder.Fail(StreamConditions.NotWellFormed, "bytes that are not UTF-8");
            return true;
        }

        if (_byteStart == _byteEnd)
        {
            (_byteStart, _byteEnd) = (0, 0);
            if (_bytes.Length > LargestIdleBuffer)
            {
                _bytes = new byte[UsualBuffer];
            }
        }

        return written > 0;
    }
}
