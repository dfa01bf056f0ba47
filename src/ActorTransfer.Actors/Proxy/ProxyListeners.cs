using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using ActorTransfer.Actors.Settings;
using ActorTransfer.Protocol.ProxyService;
using ActorTransfer.Transports.Sockets;
using Akka.Actor;

namespace ActorTransfer.Actors.Proxy;

/// <summary>The listeners of a proxy and what they count. Confined to the proxy's actor.</summary>
/// <param name="definition">The addresses to listen on.</param>
/// <param name="settings">Timeouts and limits.</param>
/// <param name="ticksInMinute">How often <see cref="RunsOutOfDescriptors"/> is called in a minute.</param>
internal sealed class ProxyListeners(BytestreamsProxy.Definition definition, EngineSettings settings, int ticksInMinute)
{
    private readonly List<Socks5Listener> _listeners = [];

    /// <summary>Calls without a shortage until the next one is reported.</summary>
    private int _ticksToReport;

    private (long Accepted, long Refused, long TimedOut) _counted;

    public ImmutableArray<IPEndPoint> EndPoints => [.. _listeners.Select(listener => listener.LocalEndPoint)];

    /// <summary>Listens on all addresses, or on none.</summary>
    /// <exception cref="IOException">An address cannot be used.</exception>
    public void Start(Action<Socks5Arrival> arrived)
    {
        try
        {
            foreach (var endPoint in definition.Listen)
            {
                _listeners.Add(Listen(endPoint, arrived));
            }
        }
        catch
        {
            Stop();
            throw;
        }
    }

    public void Stop()
    {
        foreach (var listener in _listeners)
        {
            listener.DisposeAsync().AsTask().PipeTo(ActorRefs.Nobody);
        }
    }

    /// <summary>Called on each tick. True once per shortage: near the limit it comes and goes with every connection.</summary>
    public bool RunsOutOfDescriptors()
    {
        if (!_listeners.Any(listener => listener.IsShortOfDescriptors))
        {
            _ticksToReport = Math.Max(0, _ticksToReport - 1);
            return false;
        }

        var isNew = _ticksToReport == 0;
        _ticksToReport = ticksInMinute;
        return isNew;
    }

    /// <summary>Counts the handshakes since the last call.</summary>
    public void CountHandshakes(ProxyCounters counters)
    {
        var (accepted, refused, timedOut) = (0L, 0L, 0L);
        foreach (var listener in _listeners)
        {
            accepted += listener.ConnectionsAccepted;
            refused += listener.HandshakesRefused;
            timedOut += listener.HandshakesTimedOut;
        }

        counters.Accepted(accepted - _counted.Accepted);
        counters.Refused(ProxyRefusal.HandshakeTimeout, timedOut - _counted.TimedOut);
        counters.Refused(ProxyRefusal.Handshake, refused - timedOut - (_counted.Refused - _counted.TimedOut));
        _counted = (accepted, refused, timedOut);
    }

    private Socks5Listener Listen(IPEndPoint endPoint, Action<Socks5Arrival> arrived)
    {
        try
        {
            var options = settings.Socks5.ListenAt(endPoint, settings.ChunkSize) with
            {
                SocketBuffer = settings.Proxy.SocketBuffer,
                MaxUnsent = settings.Proxy.MaxUnsent,
            };
            return Socks5Listener.Start(options, arrived);
        }
        catch (SocketException exception)
        {
            throw new IOException($"The proxy {definition.Address} cannot listen on {endPoint}: {exception.Message}", exception);
        }
    }
}
