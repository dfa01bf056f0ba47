using System.Text.Unicode;

namespace ActorTransfer.Cli;

/// <summary>
/// What the shell passed. .NET reads arguments as UTF-8 and puts U+FFFD where they are not: such a name means another file, or none, and .NET
/// cannot open the one that was meant.
/// </summary>
internal static class RawArguments
{
    private static readonly Lazy<bool> s_areUtf8 = new(ReadAreUtf8);

    /// <summary>Why a name that was given as an argument cannot be used; null when it can, or when something has that very name.</summary>
    public static string? Fault(string name) => name.Contains('\uFFFD', StringComparison.Ordinal) && !Path.Exists(name) && !s_areUtf8.Value
        ? $"the name {name} is not valid UTF-8, and only such names can be used here; rename it, or give it a second name with ln"
        : null;

    private static bool ReadAreUtf8()
    {
        try
        {
            return Utf8.IsValid(File.ReadAllBytes("/proc/self/cmdline"));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return false; // nobody types U+FFFD
        }
    }
}
