using System.Globalization;
using System.Text;

namespace Akka.Actor;

/// <summary>Where an actor system lives. Only systems of this process exist here, so host and port are never set by the runtime.</summary>
public sealed class Address : IEquatable<Address>
{
    public Address(string protocol, string system, string host = null, int? port = null)
    {
        Protocol = protocol;
        System = system;
        Host = host;
        Port = port;
    }

    public string Protocol { get; }

    public string System { get; }

    public string Host { get; }

    public int? Port { get; }

    public bool Equals(Address other) =>
        other is not null && Protocol == other.Protocol && System == other.System && Host == other.Host && Port == other.Port;

    public override bool Equals(object obj) => Equals(obj as Address);

    public override int GetHashCode() => HashCode.Combine(Protocol, System, Host, Port);

    public override string ToString() => Host is null
        ? $"{Protocol}://{System}"
        : string.Create(CultureInfo.InvariantCulture, $"{Protocol}://{System}@{Host}:{Port}");
}

/// <summary>The place of an actor in the tree: names from the root down, and the uid of the incarnation that held the last name.</summary>
public abstract class ActorPath : IEquatable<ActorPath>, IComparable<ActorPath>
{
    public const string ValidSymbols = "\"-_.*$+:@&=,!~';()";

    private readonly Address _address;

    protected ActorPath(Address address, string name)
    {
        _address = address;
        Name = name;
    }

    protected ActorPath(ActorPath parentPath, string name, long uid)
    {
        Parent = parentPath;
        Name = name;
        Uid = uid;
    }

    public string Name { get; }

    public long Uid { get; }

    /// <summary>Null for the root.</summary>
    public ActorPath Parent { get; }

    public ActorPath Root
    {
        get
        {
            var path = this;
            while (path.Parent is not null)
                path = path.Parent;
            return path;
        }
    }

    public Address Address => Root._address;

    public int Depth
    {
        get
        {
            var depth = 0;
            for (var path = this; path.Parent is not null; path = path.Parent)
                depth++;
            return depth;
        }
    }

    public IReadOnlyList<string> Elements
    {
        get
        {
            if (Parent is null)
                return [""];
            var elements = new string[Depth];
            var path = this;
            for (var i = elements.Length - 1; i >= 0; i--, path = path.Parent)
                elements[i] = path.Name;
            return elements;
        }
    }

    public static ActorPath operator /(ActorPath path, string name)
    {
        var uid = 0L;
        var hash = name.IndexOf('#', StringComparison.Ordinal);
        if (hash >= 0)
        {
            uid = long.Parse(name.AsSpan(hash + 1), CultureInfo.InvariantCulture);
            name = name[..hash];
        }

        return new ChildActorPath(path, name, uid);
    }

    public static ActorPath operator /(ActorPath path, IEnumerable<string> name) =>
        name.Where(n => n.Length > 0).Aggregate(path, (parent, n) => parent / n);

    public static bool IsValidPathElement(string s)
    {
        if (string.IsNullOrEmpty(s) || s[0] == '$')
            return false;
        for (var i = 0; i < s.Length; i++)
        {
            var escaped = s[i] == '%' && i + 2 < s.Length && char.IsAsciiHexDigit(s[i + 1]) && char.IsAsciiHexDigit(s[i + 2]);
            if (escaped)
                i += 2;
            else if (!char.IsAsciiLetterOrDigit(s[i]) && !ValidSymbols.Contains(s[i], StringComparison.Ordinal))
                return false;
        }

        return true;
    }

    public string ToStringWithoutAddress()
    {
        if (Parent is null)
            return "/";
        var text = new StringBuilder();
        Append(this, text);
        return text.ToString();
    }

    public string ToStringWithAddress() => ToStringWithAddress(Address);

    public string ToStringWithAddress(Address address) => address + ToStringWithoutAddress();

    public string ToStringWithUid() => Uid == 0 ? ToStringWithAddress() : ToStringWithAddress() + "#" + Uid.ToString(CultureInfo.InvariantCulture);

    public int CompareTo(ActorPath other) => string.CompareOrdinal(ToString(), other?.ToString());

    public bool Equals(ActorPath other)
    {
        var left = this;
        while (!ReferenceEquals(left, other))
        {
            if (other is null || left.Name != other.Name || left.Parent is null != other.Parent is null)
                return false;
            if (left.Parent is null)
                return left._address.Equals(other._address);
            left = left.Parent;
            other = other.Parent;
        }

        return true;
    }

    public override bool Equals(object obj) => Equals(obj as ActorPath);

    public override int GetHashCode() => HashCode.Combine(Name, Parent?.Name);

    public override string ToString() => ToStringWithAddress();

    private static void Append(ActorPath path, StringBuilder text)
    {
        if (path.Parent is null)
            return;
        Append(path.Parent, text);
        text.Append('/').Append(path.Name);
    }
}

public sealed class RootActorPath(Address address, string name = "") : ActorPath(address, name);

public sealed class ChildActorPath(ActorPath parentPath, string name, long uid) : ActorPath(parentPath, name, uid);
