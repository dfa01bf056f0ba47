using System.Collections.Immutable;
using ActorTransfer.Protocol.Xml;

namespace ActorTransfer.Protocol.Hashes;

/// <summary>The hashes of one file, at most one by each function. Compared by value. Source: XEP-0300.</summary>
internal sealed class FileHashes : IEquatable<FileHashes>
{
    private const string UsedElement = "hash-used";

    /// <summary>No hash.</summary>
    public static readonly FileHashes None = new([]);

    private readonly ImmutableArray<FileHash> _hashes;

    private FileHashes(ImmutableArray<FileHash> hashes) => _hashes = hashes;

    /// <summary>True if there is none.</summary>
    public bool IsEmpty => _hashes.IsEmpty;

    /// <summary>The strongest one, or null.</summary>
    public FileHash? Strongest => _hashes.IsEmpty ? null : _hashes[0];

    /// <summary>The functions, the strongest first.</summary>
    public IEnumerable<HashFunction> Functions => _hashes.Select(hash => hash.Function);

    /// <summary>A set of these; the first by each function counts.</summary>
    public static FileHashes Of(params IEnumerable<FileHash> hashes) => hashes.ToArray() switch
    {
        [] => None,
        [var only] => new([only]),
        var all => new([.. all.DistinctBy(hash => hash.Function).OrderBy(hash => HashFunction.All.IndexOf(hash.Function))]),
    };

    /// <summary>The hash by this function, or null.</summary>
    public FileHash? Find(HashFunction function) => _hashes.FirstOrDefault(hash => hash.Function == function);

    /// <summary>The readable hashes among the children of an element.</summary>
    public static FileHashes Read(XmlElement? parent) => parent is null
        ? None
        : Of(parent.ChildrenNamed(Namespaces.Hashes, FileHash.Element).Select(FileHash.Read).OfType<FileHash>());

    /// <summary>The functions whose values the sender announces to send later, the strongest first. Source: XEP-0300 §4.</summary>
    public static ImmutableArray<HashFunction> ReadUsed(XmlElement parent) =>
    [
        .. parent.ChildrenNamed(Namespaces.Hashes, UsedElement)
            .Select(used => HashFunction.Find(used["algo"]))
            .OfType<HashFunction>()
            .Distinct()
            .OrderBy(HashFunction.All.IndexOf),
    ];

    /// <summary>The announcement of a value that is sent later.</summary>
    public static XmlElement UsedToXml(HashFunction function) => new XmlElement(Namespaces.Hashes, UsedElement).With("algo", function.Name);

    /// <summary>These hashes, and those of the other set by other functions.</summary>
    public FileHashes And(FileHashes other) => Of([.. _hashes, .. other._hashes]);

    /// <summary>Compares these hashes of the sender with computed ones. The strongest that both contain decides.</summary>
    public HashMatch Compare(FileHashes computed)
    {
        foreach (var hash in _hashes)
        {
            if (computed._hashes.FirstOrDefault(other => other.Function == hash.Function) is { } other)
            {
                return hash.Hex != other.Hex ? HashMatch.Mismatch : hash.Function.IsStrong ? HashMatch.Verified : HashMatch.Weak;
            }
        }

        return HashMatch.Unverified;
    }

    public IEnumerable<XmlElement> ToXml() => _hashes.Select(hash => hash.ToXml());

    /// <inheritdoc/>
    public bool Equals(FileHashes? other) => other is not null && _hashes.SequenceEqual(other._hashes);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as FileHashes);

    /// <inheritdoc/>
    public override int GetHashCode() => _hashes.Length == 0 ? 0 : _hashes[0].GetHashCode();

    /// <inheritdoc/>
    public override string ToString() => string.Join(", ", _hashes.Select(hash => $"{hash.Function.Name} {hash.Hex}"));
}
