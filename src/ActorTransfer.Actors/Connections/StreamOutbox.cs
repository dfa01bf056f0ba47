using System.Text;

namespace ActorTransfer.Actors.Connections;

/// <summary>What waits to be written to an XMPP stream. One batch is under way at a time; TLS takes its turn between two.</summary>
internal sealed class StreamOutbox
{
    /// <summary>Characters after which a batch ends: enough to spare the kernel small writes, and little to hold at a time.</summary>
    private const int Full = 32 * 1024;

    private readonly Queue<Entry> _waiting = [];

    private readonly record struct Entry(string? Text, bool IsStanza);

    /// <summary>One write: texts that waited, or the moment for TLS.</summary>
    /// <param name="Text">What to write.</param>
    /// <param name="Stanzas">How many stanzas of the connection it holds.</param>
    /// <param name="IsSecure">TLS is to begin instead.</param>
    internal sealed record Batch(string Text, int Stanzas, bool IsSecure);

    /// <summary>Texts that wait.</summary>
    public int Count => _waiting.Count;

    /// <summary>A batch is under way.</summary>
    public bool IsBusy { get; private set; }

    public void Add(string text, bool isStanza) => _waiting.Enqueue(new Entry(text, isStanza));

    public void Secure() => _waiting.Enqueue(default);

    /// <summary>The next batch, which is then under way until <see cref="Done"/>; null when there is none or one is.</summary>
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
