using System.Collections.Immutable;

namespace ActorTransfer;

/// <summary>
/// Access to a proxy: for all, or for listed bare JIDs and domains. A domain includes its users and itself, but not its subdomains.
/// </summary>
public sealed class ProxyAccess
{
    private const string Wildcard = "*";

    private readonly HashSet<Jid>? _users;
    private readonly HashSet<string> _domains = new(StringComparer.Ordinal);

    private ProxyAccess() => Entries = [Wildcard];

    private ProxyAccess(IEnumerable<Jid> bareOrDomain)
    {
        _users = [];
        foreach (var entry in bareOrDomain)
        {
            if (entry.IsFull)
            {
                throw new FormatException($"'{entry}' has a resource; list the bare JID, a domain, or {Wildcard} for all.");
            }

            if (entry.Local is null)
            {
                _domains.Add(entry.Domain);
            }
            else
            {
                _users.Add(entry);
            }
        }

        Entries = [.. _domains.Concat(_users.Select(user => user.ToString())).Order(StringComparer.Ordinal)];
    }

    /// <summary>Everybody.</summary>
    public static ProxyAccess Everybody { get; } = new();

    /// <summary>The allowed domains and bare JIDs in order, or <c>*</c>, for display.</summary>
    public ImmutableArray<string> Entries { get; }

    /// <summary>Only these bare JIDs and domains.</summary>
    /// <exception cref="FormatException">An entry has a resource.</exception>
    public static ProxyAccess Only(IEnumerable<Jid> bareOrDomain) => new(bareOrDomain);

    /// <summary>Parses entries: <c>*</c>, a bare JID or a domain. <c>*</c> allows all; an empty list allows none.</summary>
    /// <exception cref="FormatException">An entry is not valid.</exception>
    public static ProxyAccess Parse(IEnumerable<string> entries)
    {
        var texts = entries.Select(entry => entry.Trim()).ToArray();
        var named = new ProxyAccess(texts.Where(text => text != Wildcard).Select(Jid.Parse));
        return texts.Contains(Wildcard, StringComparer.Ordinal) ? Everybody : named;
    }

    /// <summary>Whether this JID may use the proxy.</summary>
    public bool Allows(Jid jid) => _users is null || _domains.Contains(jid.Domain) || (jid.Local is not null && _users.Contains(jid.Bare));
}
