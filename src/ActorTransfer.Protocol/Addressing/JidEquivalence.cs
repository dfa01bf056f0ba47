namespace ActorTransfer.Protocol.Addressing;

/// <summary>
/// Compares addresses that a server of RFC 6122 (stringprep) treats as equal, such as <c>strasse@north.example/BüroTM</c> and
/// <c>straße@north.example/Büro™</c>: it delivers to either and may write one for the other. Use it only together with another criterion,
/// such as an unguessable id or a session, because servers of RFC 7622 distinguish some of them.
/// </summary>
internal sealed class JidEquivalence : IEqualityComparer<Jid>
{
    private JidEquivalence()
    {
    }

    /// <summary>The comparer.</summary>
    public static JidEquivalence Comparer { get; } = new();

    /// <inheritdoc/>
    public bool Equals(Jid? x, Jid? y) => x == y || (x is not null && y is not null && x.Stringprepped == y.Stringprepped);

    /// <inheritdoc/>
    public int GetHashCode(Jid obj)
    {
        ArgumentNullException.ThrowIfNull(obj);
        return obj.Stringprepped.GetHashCode(StringComparison.Ordinal);
    }
}
