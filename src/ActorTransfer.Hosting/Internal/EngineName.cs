using System.Text.RegularExpressions;

namespace ActorTransfer.Hosting.Internal;

/// <summary>The name of an engine is part of the names of its actors, its dispatcher and its services.</summary>
internal static partial class EngineName
{
    /// <exception cref="ArgumentException">It is not valid.</exception>
    public static void Check(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (!Pattern().IsMatch(name))
        {
            throw new ArgumentException($"'{name}' is not a valid name of an engine: letters, digits and hyphens, for example backup-2.", nameof(name));
        }
    }

    [GeneratedRegex("^[A-Za-z0-9]+(-[A-Za-z0-9]+)*\\z", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Pattern();
}
