using System.Collections.Immutable;

namespace ActorTransfer;

/// <summary>
/// Who may use a proxy: everybody, or JIDs whose bare form or domain is listed. A domain lets in its users and itself; the domains below
/// it are to be listed themselves.
/// </summary>
public sealed class ProxyAccess
{
    private const string Anybody = "*";

    private readonly HashSet<Jid>? _users;
    private readonly HashSet<string> _domains = new(StringComparer.Ordinal);

    private ProxyAccess() => Entries = [Anybody];

    private ProxyAccess(IEnumerable<Jid> bareOrDomain)
    {
        _users = [];
        foreach (var entry in bareOrDomain)
        {
            if (entry.IsFull)
            {
                throw new FormatException($"'{entry}' has a resource; list the bare JID, a domain, or {Anybody} for everybody.");
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

    /// <summary>What is let in, for people: domains and bare JIDs in order, or <c>*</c>.</summary>
    public ImmutableArray<string> Entries { get; }

    /// <summary>Only these bare JIDs and domains.</summary>
    /// <exception cref="FormatException">One has a resource.</exception>
    public static ProxyAccess Only(IEnumerable<Jid> bareOrDomain) => new(bareOrDomain);

    /// <summary>Reads entries as people write them: <c>*</c>, a bare JID or a domain. One <c>*</c> lets in everybody; no entry, nobody.</summary>
    /// <exception cref="FormatException">One is none of these.</exception>
    public static ProxyAccess Parse(IEnumerable<string> entries)
    {
        var texts = entries.Select(entry => entry.Trim()).ToArray();
        var named = new ProxyAccess(texts.Where(text => text != Anybody).Select(Jid.Parse));
        return texts.Contains(Anybody, StringComparer.Ordinal) ? Everybody : named;
    }

    /// <summary>Tells whether this JID may use the proxy.</summary>
    public bool Allows(Jid jid) => _users is null || _domains.Contains(jid.Domain) || (jid.Local is not null && _users.Contains(jid.Bare));
}
