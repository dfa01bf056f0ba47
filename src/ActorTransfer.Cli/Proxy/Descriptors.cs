using System.Globalization;
using ActorTransfer.Actors.Settings;

namespace ActorTransfer.Cli.Proxy;

/// <summary>Whether the process may open as many sockets as it is configured for.</summary>
internal static class Descriptors
{
    private const int SocketsPerPair = 2;

    /// <summary>Libraries, standard streams, the link to the server, the runtime's own.</summary>
    private const int Others = 256;

    /// <summary>One line that says what is missing and what to do; null when there is enough, or it is not known.</summary>
    public static string? Shortage(EngineSettings settings) => Shortage(settings, Limit("/proc/self/limits"));

    /// <inheritdoc cref="Shortage(EngineSettings)"/>
    /// <param name="settings">The pairs and handshakes that are wanted.</param>
    /// <param name="limit">Descriptors that the process may have open.</param>
    public static string? Shortage(EngineSettings settings, long limit)
    {
        var (pairs, handshakes) = (settings.Proxy.MaxPairs, settings.Socks5.MaxHandshakes);
        var need = (long)SocketsPerPair * pairs + handshakes + Others;
        return limit >= need
            ? null
            : string.Create(
                CultureInfo.InvariantCulture,
                $"only {limit} files may be open at a time, and {pairs} pairs with {handshakes} handshakes need {need}: raise the limit (systemd: LimitNOFILE={need}; shell: ulimit -n {need}), or set actor-transfer.proxy.max-pairs to {Math.Max(1, (limit - handshakes - Others) / SocketsPerPair)} at most");
    }

    /// <summary>The limit in force, which the runtime has raised to the hard one by now; unlimited where there is no such file.</summary>
    public static long Limit(string file)
    {
        const string Name = "Max open files";
        try
        {
            var line = File.ReadLines(file).FirstOrDefault(line => line.StartsWith(Name, StringComparison.Ordinal));
            var word = line?[Name.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries).FirstOrDefault();
            return long.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out var limit) ? limit : long.MaxValue;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return long.MaxValue;
        }
    }
}
