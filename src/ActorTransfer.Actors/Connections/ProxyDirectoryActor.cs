using System.Collections.Immutable;
using ActorTransfer.Actors.Settings;
using ActorTransfer.Extensibility;
using ActorTransfer.Protocol;
using ActorTransfer.Protocol.Bytestreams;
using ActorTransfer.Protocol.Stanzas;
using Akka.Actor;
using Akka.Event;

namespace ActorTransfer.Actors.Connections;

/// <summary>
/// Knows the bytestreams proxies of a connection: those its server lists, configured ones, and single ones that were requested.
/// Sibling of the connection under the engine's connections. Each source is empty, being queried (requesters wait), or known until its time to live
/// ends; a source in use is refreshed in the background before that. Empty results are not kept. Once a streamhost is known, requesters
/// get the current list after <c>discovery.grace</c>; the discovery continues, and services that did not respond are remembered.
/// </summary>
internal sealed class ProxyDirectoryActor : ReceiveActor, IWithTimers
{
    /// <summary>Single proxies kept. How many a transfer may name is limited elsewhere.</summary>
    private const int MaxSingles = 64;

    private readonly IActorRef _connection;
    private readonly Jid _server;
    private readonly DiscoverySettings _settings;
    private readonly ProxyRanking _ranking;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly Dictionary<SourceKey, ProxySource> _sources = [];
    private readonly List<Waiter> _waiting = [];
    private readonly SilentServices _silent;

    /// <summary>Use <see cref="Props(IActorRef, Jid, DiscoverySettings)"/>.</summary>
    public ProxyDirectoryActor(IActorRef connection, Jid server, DiscoverySettings settings)
    {
        _connection = connection;
        _server = server;
        _settings = settings;
        _ranking = new ProxyRanking(settings.Demotion);
        _silent = new SilentServices(settings.CacheTtl);
        Receive<ProxyDirectory.GetProxies>(GetProxies);
        Receive<ProxyDirectory.Report>(Report);
        Receive<Connection.Answered>(Answered);
        Receive<GraceOver>(_ => AnswerWaiters());
        Receive<Refresh>(refresh => RefreshSource(refresh.Key));
    }

    /// <inheritdoc/>
    public ITimerScheduler Timers { get; set; } = null!;

    private static DateTimeOffset Now => Context.System.Scheduler.Now;

    /// <param name="connection">Sends the requests.</param>
    /// <param name="server">The entity whose disco items are searched.</param>
    /// <param name="settings">Configured proxies and timeouts.</param>
    public static Props Props(IActorRef connection, Jid server, DiscoverySettings settings) =>
        Akka.Actor.Props.Create(() => new ProxyDirectoryActor(connection, server, settings));

    private void GetProxies(ProxyDirectory.GetProxies get)
    {
        IEnumerable<Jid> extra = get.Extra.IsDefault ? [] : get.Extra;
        ImmutableArray<SourceKey> wanted = [.. extra.Distinct().Select(proxy => new SourceKey(proxy)), SourceKey.Server];
        var waiter = new Waiter(Sender, wanted, get.HasOthers);
        foreach (var key in wanted)
        {
            var source = SourceOf(key);
            source.Requester = get.Self;
            source.IsUsed = true;
            if (Now >= source.KnownUntil)
            {
                waiter.Missing.Add(key);
                Look(key, source);
            }
        }

        if (waiter.Missing.Count == 0)
        {
            Answer(waiter);
            return;
        }

        _waiting.Add(waiter);
        AnswerWaiters();
    }

    private ProxySource SourceOf(SourceKey key)
    {
        if (_sources.TryGetValue(key, out var known))
        {
            return known;
        }

        if (_sources.Count > MaxSingles)
        {
            foreach (var (old, _) in _sources.Where(pair => pair.Key != SourceKey.Server && pair.Value.IsExpired(Now)).ToList())
            {
                _sources.Remove(old);
            }
        }

        var source = new ProxySource();
        _sources.Add(key, source);
        return source;
    }

    private void Look(SourceKey key, ProxySource source)
    {
        if (source.Looking is null)
        {
            source.LookBegan = Now;
            var begun = key.Proxy is { } proxy ? ProxyDiscovery.Begin(null, proxy) : ProxyDiscovery.Begin(_server, _settings.Proxies);
            Apply(key, source, begun with { State = begun.State with { Silent = [.. _silent.At(Now)] } });
        }
    }

    private void Answered(Connection.Answered answered)
    {
        if (answered.Tag is Request request && _sources.TryGetValue(request.Source, out var source) && source.Looking is { } state)
        {
            var step = ProxyDiscovery.Next(state, request.Key, answered.Answer);
            Note(request.Key, step.State);
            Apply(request.Source, source, step);
            AnswerWaiters();
        }
    }

    /// <summary>The server itself is always awaited: without its list nothing is known.</summary>
    private void Note(DiscoveryKey request, ProxyDiscoveryState state)
    {
        if (!state.Silent.Contains(request.To))
        {
            _silent.Remove(request.To);
        }
        else if (request.Request != DiscoveryRequest.Items && !state.Open.Contains(request) && _silent.Add(request.To, Now))
        {
            _log.Write(ConnectionsLog.ProxySilent,
                request.To, request.Request, _settings.RequestTimeout, _settings.CacheTtl);
        }
    }

    private void Apply(SourceKey key, ProxySource source, Step<ProxyDiscoveryState, DiscoveryKey> step)
    {
        source.Looking = step.State;
        source.LastHeard = Now;
        source.UsableSince ??= step.State.Found.Values.Any(hosts => !hosts.IsEmpty) ? Now : null;
        foreach (var asked in step.Outputs)
        {
            _connection.Tell(new Connection.Ask(IqType.Get, source.Requester, asked.To, asked.Payload, _settings.RequestTimeout, new Request(key, asked)));
        }

        if (step.State.Result is { } hosts)
        {
            source.Looking = null;
            source.UsableSince = null;
            Found(key, source, hosts, step.State.IsComplete);
        }
    }

    private void Found(SourceKey key, ProxySource source, ImmutableArray<StreamHost> hosts, bool complete)
    {
        _log.Write(ConnectionsLog.ProxiesFound, key.Proxy ?? _server, hosts.Length, complete);
        source.IsComplete = complete;
        hosts = StreamHostList.ForOffer(hosts);
        source.Hosts = complete ? hosts : [.. hosts.Union(source.Hosts)];
        if (complete)
        {
            source.KnownUntil = hosts.IsEmpty ? DateTimeOffset.MinValue : Now + _settings.CacheTtl;
            source.IsUsed = false;
            if (!hosts.IsEmpty && _settings.RefreshAfter < _settings.CacheTtl)
            {
                Timers.StartSingleTimer(key, new Refresh(key), _settings.RefreshAfter);
            }
        }
    }

    /// <summary>Only sources in use are refreshed: an idle account does not query its server forever.</summary>
    private void RefreshSource(SourceKey key)
    {
        if (_sources.TryGetValue(key, out var source) && source.IsUsed)
        {
            Look(key, source);
        }
    }

    /// <summary>Replies to requesters whose wait is over, and schedules the next check.</summary>
    private void AnswerWaiters()
    {
        _waiting.RemoveAll(waiter => WaitUntil(waiter) <= Now && Answer(waiter));
        var next = _waiting.Select(WaitUntil).DefaultIfEmpty(DateTimeOffset.MaxValue).Min();
        if (next < DateTimeOffset.MaxValue)
        {
            Timers.StartSingleTimer(nameof(GraceOver), new GraceOver(), next - Now);
        }
        else
        {
            Timers.Cancel(nameof(GraceOver));
        }
    }

    private DateTimeOffset WaitUntil(Waiter waiter)
    {
        var usableSince = waiter.HasOthers ? DateTimeOffset.MinValue : waiter.Wanted.Select(SourceOf).Min(source => source.HasHostsSince);
        return waiter.Missing.Select(SourceOf).Where(source => source.Looking is not null)
            .Select(source => ProxyDiscovery.WaitUntil(source.Looking!, source.LookBegan, source.LastHeard, usableSince, _settings.Grace))
            .Select(until => until ?? DateTimeOffset.MaxValue)
            .DefaultIfEmpty(DateTimeOffset.MinValue)
            .Max();
    }

    private bool Answer(Waiter waiter)
    {
        var sources = waiter.Wanted.Select(SourceOf).ToList();
        var first = sources.SkipLast(1).SelectMany(source => source.Usable).Distinct().ToList();
        var hosts = _ranking.Rank(first, first.Count == 0 ? sources[^1].Usable : [.. sources[^1].Usable.Except(first)], Now);
        var complete = sources.TrueForAll(source => source.Looking is { IsAwaited: var awaited } ? !awaited && source.Looking.IsComplete : source.IsComplete);
        waiter.Requester.Tell(new ProxyDirectory.Proxies(StreamHostList.Choose([.. hosts], _settings.MaxHosts), complete));
        return true;
    }

    private void Report(ProxyDirectory.Report report)
    {
        if (!_sources.Values.Any(source => source.Usable.Contains(report.Host)))
        {
            return;
        }

        _ranking.Record(report.Host, report.Took, Now);
        if (report.Took is null)
        {
            _log.Write(ConnectionsLog.ProxyFailed, report.Host.Jid, $"{report.Host.Host}:{report.Host.Port}");
        }
    }

    private readonly record struct SourceKey(Jid? Proxy)
    {
        public static SourceKey Server => default;
    }

    /// <summary>A requester, with what was not known at the time.</summary>
    private sealed record Waiter(IActorRef Requester, ImmutableArray<SourceKey> Wanted, bool HasOthers)
    {
        public HashSet<SourceKey> Missing { get; } = [];
    }

    private sealed record Request(SourceKey Source, DiscoveryKey Key);

    private sealed record GraceOver;

    private sealed record Refresh(SourceKey Key);
}
