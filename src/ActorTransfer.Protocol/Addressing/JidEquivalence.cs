namespace ActorTransfer.Protocol.Addressing;

/// <summary>
/// Compares addresses that a server of RFC 6122 (stringprep) takes for the same: it delivers to either and may write one for the other, such
/// as <c>strasse@north.example/BüroTM</c> for <c>straße@north.example/Büro™</c>. Only where something else says which of them is meant, such as
/// an id that cannot be guessed or a session: servers of RFC 7622 keep some of them apart.
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
