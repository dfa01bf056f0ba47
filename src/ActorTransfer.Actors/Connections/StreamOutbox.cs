using System.Text;

namespace ActorTransfer.Actors.Connections;

/// <summary>Texts queued for an XMPP stream. One batch is written at a time; a TLS handshake runs between two.</summary>
internal sealed class StreamOutbox
{
    /// <summary>Characters after which a batch ends: enough to avoid small writes, and little memory.</summary>
    private const int Full = 32 * 1024;

    private readonly Queue<Entry> _waiting = [];

    private readonly record struct Entry(string? Text, bool IsStanza);

    /// <summary>One write: queued texts, or the start of TLS.</summary>
    /// <param name="Text">What to write.</param>
    /// <param name="Stanzas">How many stanzas of the connection it contains.</param>
    /// <param name="IsSecure">TLS starts instead.</param>
    internal sealed record Batch(string Text, int Stanzas, bool IsSecure);

    /// <summary>Queued texts.</summary>
    public int Count => _waiting.Count;

    /// <summary>A batch is being written.</summary>
    public bool IsBusy { get; private set; }

    public void Add(string text, bool isStanza) => _waiting.Enqueue(new Entry(text, isStanza));

    public void Secure() => _waiting.Enqueue(default);

    /// <summary>The next batch, which is in progress until <see cref="Done"/>; null when there is none or one is in progress.</summary>
    public Batch? Next()
    {
        if (IsBusy || _waiting.Count == 0)
        {
            return null;
        }

        IsBusy = true;
        if (_waiting.Peek().Text is null)
        {
            _waiting.Dequeue();
            return new Batch("", 0, IsSecure: true);
        }

        var text = new StringBuilder();
        var stanzas = 0;
        while (text.Length < Full && _waiting.TryPeek(out var entry) && entry.Text is not null)
        {
            _waiting.Dequeue();
            text.Append(entry.Text);
            stanzas += entry.IsStanza ? 1 : 0;
        }

        return new Batch(text.ToString(), stanzas, IsSecure: false);
    }

    public void Done() => IsBusy = false;

    public void Clear()
    {
        _waiting.Clear();
        IsBusy = false;
    }
}
