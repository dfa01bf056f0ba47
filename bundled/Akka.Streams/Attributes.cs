namespace Akka.Streams;

/// <summary>Hints attached to a graph. The later in the list, the more specific.</summary>
public sealed class Attributes
{
    public static readonly Attributes None = new();

    private readonly IAttribute[] _attributes;

    public Attributes(params IAttribute[] attributes) => _attributes = attributes;

    public interface IAttribute { }

    public interface IMandatoryAttribute : IAttribute { }

    public IEnumerable<IAttribute> AttributeList => _attributes;

    public static Attributes CreateName(string name) => string.IsNullOrEmpty(name) ? None : new Attributes(new Name(name));

    public static Attributes CreateInputBuffer(int initial, int max) => new(new InputBuffer(initial, max));

    public static Attributes CreateAsyncBoundary() => new(AsyncBoundary.Instance);

    public Attributes And(Attributes other)
    {
        if (_attributes.Length == 0)
            return other;

        return other._attributes.Length == 0 ? this : new Attributes([.. _attributes, .. other._attributes]);
    }

    public Attributes And(IAttribute other) => new([.. _attributes, other]);

    public bool Contains<TAttr>(TAttr attribute)
        where TAttr : IAttribute => Array.IndexOf(_attributes, attribute) >= 0;

    public IEnumerable<TAttr> GetAttributeList<TAttr>()
        where TAttr : IAttribute => _attributes.OfType<TAttr>();

    public TAttr GetAttribute<TAttr>(TAttr defaultIfNotFound)
        where TAttr : class, IAttribute
    {
        for (var i = _attributes.Length - 1; i >= 0; i--)
        {
            if (_attributes[i] is TAttr found)
                return found;
        }

        return defaultIfNotFound;
    }

    public TAttr GetAttribute<TAttr>()
        where TAttr : class, IAttribute => GetAttribute<TAttr>(null);

    public string GetNameOrDefault(string defaultIfNotFound = "unknown-operation") =>
        GetAttribute<Name>()?.Value ?? defaultIfNotFound;

    public override string ToString() => $"Attributes({string.Join(", ", (object[])_attributes)})";

    public sealed class Name : IAttribute, IEquatable<Name>
    {
        public readonly string Value;

        public Name(string value) => Value = !string.IsNullOrEmpty(value) ? value : throw new ArgumentNullException(nameof(value));

        public bool Equals(Name other) => other is not null && other.Value == Value;

        public override bool Equals(object obj) => obj is Name other && Equals(other);

        public override int GetHashCode() => Value.GetHashCode(StringComparison.Ordinal);

        public override string ToString() => $"Name({Value})";
    }

    public sealed class InputBuffer : IMandatoryAttribute, IEquatable<InputBuffer>
    {
        public readonly int Initial;
        public readonly int Max;

        public InputBuffer(int initial, int max)
        {
            Initial = initial;
            Max = max;
        }

        public bool Equals(InputBuffer other) => other is not null && other.Initial == Initial && other.Max == Max;

        public override bool Equals(object obj) => obj is InputBuffer other && Equals(other);

        public override int GetHashCode() => HashCode.Combine(Initial, Max);

        public override string ToString() => $"InputBuffer({Initial}, {Max})";
    }

    public sealed class AsyncBoundary : IAttribute, IEquatable<AsyncBoundary>
    {
        public static readonly AsyncBoundary Instance = new();

        private AsyncBoundary() { }

        public bool Equals(AsyncBoundary other) => other is not null;

        public override bool Equals(object obj) => obj is AsyncBoundary;

        public override int GetHashCode() => 1;

        public override string ToString() => "AsyncBoundary";
    }
}
