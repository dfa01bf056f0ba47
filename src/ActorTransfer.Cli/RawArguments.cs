using System.Text.Unicode;

namespace ActorTransfer.Cli;

/// <summary>
/// Arguments as passed by the shell. .NET reads arguments as UTF-8 and replaces invalid bytes by U+FFFD: such a name refers to another file, or none, and
/// .NET cannot open the intended one.
/// </summary>
internal static class RawArguments
{
    private static readonly Lazy<bool> s_areUtf8 = new(ReadAreUtf8);

    /// <summary>Why a name given as an argument cannot be used; null when it can, or when a file of exactly that name exists.</summary>
    public static string? Fault(string name) => name.Contains('\uFFFD', StringComparison.Ordinal) && !Path.Exists(name) && !s_areUtf8.Value
        ? $"the name {name} is not valid UTF-8, and other names cannot be used; rename the file, or link it with ln"
        : null;

    private static bool ReadAreUtf8()
    {
        try
        {
            return Utf8.IsValid(File.ReadAllBytes("/proc/self/cmdline"));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return false; // U+FFFD is not typed by users
        }
    }
}
