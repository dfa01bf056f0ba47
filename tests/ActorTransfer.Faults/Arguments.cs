using System.Globalization;

namespace ActorTransfer.Faults;

/// <summary>Options of a command: <c>--name value</c>.</summary>
internal sealed class Arguments(string[] all)
{
    public string? Find(string name) => Array.IndexOf(all, name) is >= 0 and var at && at + 1 < all.Length ? all[at + 1] : null;

    public string Get(string name) => Find(name) ?? throw new ArgumentException($"{name} is missing.");

    public long Number(string name, long fallback) => Find(name) is { } text ? long.Parse(text, CultureInfo.InvariantCulture) : fallback;
}
