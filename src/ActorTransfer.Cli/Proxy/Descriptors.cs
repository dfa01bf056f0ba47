using System.Globalization;
using ActorTransfer.Actors.Settings;
using ActorTransfer.Transports.Sockets.Linux;

namespace ActorTransfer.Cli.Proxy;

/// <summary>Whether the process may open as many sockets as it is configured for.</summary>
internal static class Descriptors
{
    /// <summary>Two sockets, and a pipe while bytes move in one direction. Without pipes memory is used, but sockets must not run short.</summary>
    private const int PerPair = 4;

    /// <summary>Libraries, standard streams, the link to the server, the runtime's own.</summary>
    private const int Others = 256;

    /// <summary>Explains a shortage and what to do; null when there are enough, or it is not known.</summary>
    /// <param name="settings">The pairs and handshakes configured.</param>
    /// <param name="listeners">Number of listeners; each has its own limit of handshakes.</param>
    public static string? Shortage(EngineSettings settings, int listeners) => Shortage(settings, listeners, ProcessDescriptors.Limit ?? long.MaxValue);

    /// <inheritdoc cref="Shortage(EngineSettings, int)"/>
    /// <param name="settings">The pairs and handshakes configured.</param>
    /// <param name="listeners">Number of listeners; each has its own limit of handshakes.</param>
    /// <param name="limit">Descriptors that the process may have open.</param>
    public static string? Shortage(EngineSettings settings, int listeners, long limit)
    {
        var (pairs, handshakes) = (settings.Proxy.MaxPairs, (long)settings.Socks5.MaxHandshakes * listeners);
        var need = (long)PerPair * pairs + handshakes + Others;
        var most = Math.Max(1, (limit - handshakes - Others) / PerPair);
        return limit >= need
            ? null
            : string.Create(
                CultureInfo.InvariantCulture,
                $"only {limit} files may be open at a time, and {pairs} pairs with {handshakes} handshakes need {need}: raise the limit "
                + $"(systemd: LimitNOFILE={need}; shell: ulimit -n {need}), or set actor-transfer.proxy.max-pairs to {most} at most");
    }
}
