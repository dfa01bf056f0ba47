using System.Diagnostics.CodeAnalysis;
using System.Text;
using ActorTransfer.Protocol.Addressing;

namespace ActorTransfer;

/// <summary>
/// An XMPP address, <c>local@domain/resource</c>. Always valid and prepared (RFC 7622): ordinal comparison of the prepared form is
/// equality, and its UTF-8 bytes are the input of the XEP-0065 hash.
/// </summary>
public sealed class Jid : IEquatable<Jid>
{
    /// <summary>Maximum size of one part in UTF-8 bytes (RFC 7622 §3.1).</summary>
    public const int MaxPartBytes = 1023;

    // Preparation never shortens a part by more than this factor, so longer text is refused before it is processed.
    private const int MaxTextLength = 4 * (3 * MaxPartBytes);

    private readonly string _text;
    private Jid? _bare;
    private string? _stringprepped;

    private Jid(string? local, string domain, string? resource)
    {
        Local = local;
        Domain = domain;
        Resource = resource;
        _text = string.Concat(local, local is null ? "" : "@", domain) + (resource is null ? "" : "/" + resource);
    }

    /// <summary>The part before <c>@</c>, or null.</summary>
    public string? Local { get; }

    /// <summary>The domain: names in Unicode form and lower case, IP literals unchanged.</summary>
    public string Domain { get; }

    /// <summary>The part after the first <c>/</c>, or null. Case and spaces are preserved.</summary>
    public string? Resource { get; }

    /// <summary>True when there is a resource.</summary>
    public bool IsFull => Resource is not null;

    /// <summary>
    /// True when the address names one entity that files can be sent to: a full JID, or the domain of a server or component (XEP-0114),
    /// which needs no resource. False for <c>user@domain</c>: an account may have several resources, and its server answers for it (RFC
    /// 6121 §8.5.2).
    /// </summary>
    public bool IsOneEntity => IsFull || Local is null;

    /// <summary>True when the address is that of a server or component: no user, no resource.</summary>
    internal bool IsDomain => Local is null && Resource is null;

    /// <summary>This address without its resource.</summary>
    public Jid Bare => Resource is null ? this : _bare ??= new Jid(Local, Domain, null);

    /// <summary>The address as servers of RFC 6122 write it; for comparisons, see <see cref="JidEquivalence"/>.</summary>
    internal string Stringprepped => _stringprepped ??= Ascii.IsValid(_text) ? _text : Stringprep.Prepare(Local, Domain, Resource);

    /// <summary>This address with its resource added or replaced.</summary>
    /// <exception cref="FormatException">The resource is empty, too long or contains control characters.</exception>
    public Jid WithResource(string resource)
    {
        ArgumentNullException.ThrowIfNull(resource);
        return JidPreparation.Resource(resource, out var prepared) is { } fault
            ? throw Malformed(resource, fault)
            : new Jid(Local, Domain, prepared);
    }

    /// <summary>Parses and prepares an address.</summary>
    /// <exception cref="FormatException">The text is not a valid address; the message explains what to change.</exception>
    public static Jid Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Read(text, out var jid) is { } fault ? throw Malformed(text, fault) : jid!;
    }

    /// <summary>Parses and prepares an address; false when the text is not a valid one.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out Jid? jid)
    {
        jid = null;
        return text is not null && Read(text, out jid) is null;
    }

    /// <summary>The prepared form.</summary>
    public override string ToString() => _text;

    /// <inheritdoc/>
    public bool Equals(Jid? other) => other is not null && _text == other._text;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Jid);

    /// <inheritdoc/>
    public override int GetHashCode() => _text.GetHashCode(StringComparison.Ordinal);

    /// <summary>See <see cref="Equals(Jid)"/>.</summary>
    public static bool operator ==(Jid? left, Jid? right) => left is null ? right is null : left.Equals(right);

    /// <summary>The negation of <see cref="Equals(Jid)"/>.</summary>
    public static bool operator !=(Jid? left, Jid? right) => !(left == right);

    // Returns null and the address, or a description of the error.
    private static string? Read(string text, out Jid? jid)
    {
        jid = null;
        if (text.Length > MaxTextLength)
        {
            return $"it is too long; each part has at most {MaxPartBytes} bytes of UTF-8";
        }

        string? resource = null;
        var address = text;
        if (text.IndexOf('/', StringComparison.Ordinal) is var slash and >= 0)
        {
            address = text[..slash];
            if (JidPreparation.Resource(text[(slash + 1)..], out resource) is { } fault)
            {
                return fault;
            }
        }

        string? local = null;
        if (address.IndexOf('@', StringComparison.Ordinal) is var at and >= 0)
        {
            if (JidPreparation.Local(address[..at], out local) is { } fault)
            {
                return fault;
            }

            address = address[(at + 1)..];
        }

        if (DomainPreparation.Prepare(address, out var domain) is { } domainFault)
        {
            return domainFault;
        }

        jid = new Jid(local, domain, resource);
        return null;
    }

    private static FormatException Malformed(string text, string fault)
    {
        var shown = new StringBuilder();
        foreach (var c in text.AsSpan(0, Math.Min(text.Length, 80)))
        {
            shown.Append(char.IsControl(c) ? '\uFFFD' : c);
        }

        return new FormatException($"'{shown}' is not an XMPP address: {fault}. Write local@domain/resource.");
    }
}
