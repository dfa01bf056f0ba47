namespace Akka.Configuration.Hocon;

/// <summary>One piece of a value: text, array, object or a reference to a value elsewhere.</summary>
public interface IHoconElement
{
    bool IsString();

    string GetString();

    bool IsArray();

    IList<HoconValue> GetArray();
}

/// <summary>What can turn out to be an object.</summary>
public interface IMightBeAHoconObject
{
    bool IsObject();

    HoconObject GetObject();
}

/// <summary>What a parsed text amounts to.</summary>
public class HoconRoot
{
    public HoconRoot(HoconValue value) : this(value, [])
    {
    }

    public HoconRoot(HoconValue value, IEnumerable<HoconSubstitution> substitutions)
    {
        Value = value;
        Substitutions = substitutions;
    }

    public HoconValue Value { get; }

    public IEnumerable<HoconSubstitution> Substitutions { get; }
}

/// <summary>Text, quoted or not.</summary>
public class HoconLiteral : IHoconElement
{
    public string Value { get; set; }

    public bool IsString() => true;

    public string GetString() => Value;

    public bool IsArray() => false;

    public IList<HoconValue> GetArray() => throw new NotSupportedException("Text is no array.");

    public override string ToString() => Value;
}

/// <summary>A list of values.</summary>
public class HoconArray : List<HoconValue>, IHoconElement
{
    public bool IsString() => false;

    public string GetString() => throw new NotSupportedException("An array is no text.");

    public bool IsArray() => true;

    public IList<HoconValue> GetArray() => this;

    public override string ToString() => $"[{string.Join(",", this)}]";
}

/// <summary><c>${path}</c>: stands for the value that the same text has at that path.</summary>
public class HoconSubstitution : IHoconElement, IMightBeAHoconObject
{
    public HoconSubstitution(string path) => Path = path;

    public string Path { get; set; }

    /// <summary>Null until the whole text is read.</summary>
    public HoconValue ResolvedValue { get; set; }

    public bool IsString() => ResolvedValue.IsString();

    public string GetString() => ResolvedValue.GetString();

    public bool IsArray() => ResolvedValue.IsArray();

    public IList<HoconValue> GetArray() => ResolvedValue.GetArray();

    public bool IsObject() => ResolvedValue != null && ResolvedValue.IsObject();

    public HoconObject GetObject() => ResolvedValue.GetObject();
}

/// <summary>Values by key, in the order they were first named.</summary>
public class HoconObject : IHoconElement
{
    public Dictionary<string, HoconValue> Items { get; private init; } = [];

    public bool IsString() => false;

    public string GetString() => throw new NotSupportedException("An object is no text.");

    public bool IsArray() => false;

    public IList<HoconValue> GetArray() => throw new NotSupportedException("An object is no array.");

    /// <summary>Null if there is no such key.</summary>
    public HoconValue GetKey(string key) => Items.GetValueOrDefault(key);

    public HoconValue GetOrCreateKey(string key)
    {
        if (!Items.TryGetValue(key, out var value))
            Items[key] = value = new HoconValue();
        return value;
    }

    public override string ToString() => ToString(0);

    public string ToString(int indent) => string.Concat(
        Items.Select(item => $"{new string(' ', indent * 2)}{HoconValue.Quoted(item.Key)} : {item.Value.ToString(indent)}\r\n"));

    /// <summary>A new object: objects on both sides merge, every other value of <paramref name="upper"/> wins.</summary>
    internal HoconObject OverlaidWith(HoconObject upper)
    {
        var items = new Dictionary<string, HoconValue>(Items);
        foreach (var (key, value) in upper.Items)
        {
            if (items.TryGetValue(key, out var lower) && lower.IsObject() && value.IsObject())
            {
                var merged = new HoconValue();
                merged.AppendValue(lower.GetObject().OverlaidWith(value.GetObject()));
                items[key] = merged;
            }
            else
            {
                items[key] = value;
            }
        }

        return new HoconObject { Items = items };
    }
}
