using System.Collections.Concurrent;
using System.Text;

namespace ActorTransfer.Protocol;

/// <summary>Names of enum values in events, metrics and messages: <c>StreamhostSent</c> is <c>streamhost-sent</c>.</summary>
internal static class HyphenatedName
{
    /// <summary>Each name is made once.</summary>
    public static string Of<T>(T value)
        where T : struct, Enum => Names<T>.Known.GetOrAdd(value, static value => Of(value.ToString()));

    private static string Of(string name)
    {
        var words = new StringBuilder();
        foreach (var sign in name)
        {
            if (char.IsUpper(sign) && words.Length > 0)
            {
                words.Append('-');
            }

            words.Append(char.ToLowerInvariant(sign));
        }

        return words.ToString();
    }

    private static class Names<T>
        where T : struct, Enum
    {
        public static ConcurrentDictionary<T, string> Known { get; } = new();
    }
}
