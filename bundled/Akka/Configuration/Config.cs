using Akka.Configuration.Hocon;

namespace Akka.Configuration;

/// <summary>
/// An immutable tree of settings read from HOCON. Paths are dotted; a part with dots of its own stands in quotes.
/// A missing path gives the caller's default, a value that does not parse throws.
/// </summary>
public class Config
{
    /// <summary>The configuration without any setting.</summary>
    public static readonly Config Empty = ConfigurationFactory.Empty;

    private readonly HoconValue _own;

    public Config(HoconRoot root)
    {
        _own = root.Value ?? throw new ArgumentNullException(nameof(root), "The root value cannot be null.");
        Root = root.Value;
        Substitutions = root.Substitutions;
    }

    public Config(Config source, Config fallback)
    {
        ArgumentNullException.ThrowIfNull(source);
        _own = source._own;
        Root = source.Root;
        Substitutions = source.Substitutions;
        Fallback = fallback;
    }

    private Config(Config source, Config fallback, HoconValue root) : this(source, fallback) => Root = root;

    /// <summary>The configuration that answers what this one leaves open; null if there is none.</summary>
    public Config Fallback { get; }

    /// <summary>The tree with the fallbacks already merged in; null for <c>new Config()</c>.</summary>
    public virtual HoconValue Root { get; }

    public IEnumerable<HoconSubstitution> Substitutions { get; set; }

    public virtual bool IsEmpty => Root == null || Root.IsEmpty;

    public static implicit operator Config(string str) => ConfigurationFactory.ParseString(str);

    public virtual bool HasPath(string path) => GetValue(path) != null;

    public HoconValue GetValue(string path)
    {
        var node = Root ?? throw new InvalidOperationException("This configuration has no root.");
        foreach (var key in SplitPath(path))
        {
            node = node.GetChildObject(key);
            if (node == null)
                return null;
        }

        return node;
    }

    public virtual Config GetConfig(string path) => GetValue(path) is { } value ? value.ToConfig() : null;

    public virtual string GetString(string path, string @default = null) =>
        GetValue(path) is { } value ? value.GetString() : @default;

    /// <summary>on, true, off or false; anything else is a <see cref="NotSupportedException"/>.</summary>
    public virtual bool GetBoolean(string path, bool @default = false) => GetValue(path)?.GetBoolean() ?? @default;

    public virtual int GetInt(string path, int @default = 0) => GetValue(path)?.GetInt() ?? @default;

    public virtual double GetDouble(string path, double @default = 0) => GetValue(path)?.GetDouble() ?? @default;

    /// <summary>A duration; a bare number is milliseconds, <c>infinite</c> is minus one millisecond.</summary>
    public virtual TimeSpan GetTimeSpan(string path, TimeSpan? @default = null, bool allowInfinite = true) =>
        GetValue(path)?.GetTimeSpan(allowInfinite) ?? @default.GetValueOrDefault();

    /// <summary>A size in bytes; null if the path is missing.</summary>
    public virtual long? GetByteSize(string path) => GetByteSize(path, null);

    /// <inheritdoc cref="GetByteSize(string)"/>
    public virtual long? GetByteSize(string path, long? def = null) => GetValue(path) is { } value ? value.GetByteSize() : def;

    /// <summary>The strings of an array; an empty list if the path is missing.</summary>
    public virtual IList<string> GetStringList(string path) => GetStringList(path, []);

    public virtual IList<string> GetStringList(string path, string[] defaultPaths) =>
        GetValue(path) is { } value ? value.GetStringList() : defaultPaths;

    /// <summary>This configuration on top of another: objects merge key by key, any other value of this one wins.</summary>
    public virtual Config WithFallback(Config fallback)
    {
        if (fallback == this)
            throw new ArgumentException("A configuration cannot be its own fallback", nameof(fallback));
        if (fallback == null)
            return this;
        return IsEmpty ? fallback : Over(fallback);
    }

    /// <summary>The settings of this configuration, without its fallbacks.</summary>
    public override string ToString() => _own?.ToString() ?? "";

    private Config Over(Config fallback)
    {
        // The same defaults may be offered again and again; once is enough.
        if (fallback.IsEmpty || ReferenceEquals(fallback, this) || ReferenceEquals(fallback, Fallback))
            return this;
        var root = new HoconValue();
        root.AppendValue(fallback.Root.GetObject().OverlaidWith(Root.GetObject()));
        return new Config(this, Fallback == null ? fallback : Fallback.Over(fallback), root);
    }

    private static IEnumerable<string> SplitPath(string path)
    {
        var start = 0;
        while (start < path.Length)
        {
            var quoted = path[start] == '"';
            var from = quoted ? start + 1 : start;
            var end = path.IndexOf(quoted ? '"' : '.', from);
            if (end < 0)
                end = path.Length;
            yield return path[from..end];
            start = end + (quoted ? 2 : 1);
        }
    }
}
