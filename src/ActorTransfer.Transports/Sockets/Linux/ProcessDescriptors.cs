using System.Globalization;

namespace ActorTransfer.Transports.Sockets.Linux;

/// <summary>File descriptors of this process; null where the system does not tell (not Linux).</summary>
internal static class ProcessDescriptors
{
    /// <summary>How many are open.</summary>
    public static long? Open
    {
        get
        {
            try
            {
                return OperatingSystem.IsLinux() ? Directory.EnumerateFileSystemEntries("/proc/self/fd").LongCount() : null;
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                return null;
            }
        }
    }

    /// <summary>The limit in force, which the runtime has raised to the hard one by now.</summary>
    public static long? Limit => LimitIn("/proc/self/limits");

    /// <inheritdoc cref="Limit"/>
    /// <param name="file">A file such as <c>/proc/self/limits</c>.</param>
    internal static long? LimitIn(string file)
    {
        const string Name = "Max open files";
        try
        {
            var line = File.ReadLines(file).FirstOrDefault(line => line.StartsWith(Name, StringComparison.Ordinal));
            var word = line?[Name.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries).FirstOrDefault();
            return long.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out var limit) ? limit : null;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
