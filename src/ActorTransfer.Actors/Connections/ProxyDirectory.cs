using System.Collections.Immutable;
using ActorTransfer.Actors.Settings;
using ActorTransfer.Extensibility;
using ActorTransfer.Protocol;
using ActorTransfer.Protocol.Bytestreams;
using ActorTransfer.Protocol.Stanzas;
using Akka.Actor;
using Akka.Event;

namespace ActorTransfer.Actors.Connections;

/// <summary>What can be said to a proxy directory.</summary>
internal static class ProxyDirectory
{
    /// <summary>The sender gets <see cref="Proxies"/>, from the cache or after a look.</summary>
    /// <param name="Self">Own address to ask from; null = the connection's own.</param>
    /// <param name="Extra">Proxies that are asked for their addresses besides those that the server lists, and offered before them; default = none.</param>
    /// <param name="HasOthers">There are other streamhosts to offer, so that not even the first proxy is waited for longer than <c>discovery.grace</c>.</param>
    public sealed record GetProxies(Jid? Self, ImmutableArray<Jid> Extra = default, bool HasOthers = false);

    /// <summary>The streamhosts of all proxies known, best first; perhaps none.</summary>
    /// <param name="Hosts">Where to connect.</param>
    /// <param name="Complete">False: the look was cut short, by a lost link for example, so that none found does not mean that there is none.</param>
    public sealed record Proxies(ImmutableArray<StreamHost> Hosts, bool Complete = true);

    /// <summary>What a transfer found out about a streamhost of a proxy. There is no answer.</summary>
    /// <param name="Host">As in <see cref="Proxies"/>.</param>
    /// <param name="Took">From the connect to the answered activation; null = it could not be used.</param>
    public sealed record Report(StreamHost Host, TimeSpan? Took);
}

/// <summary>
/// Knows the bytestreams proxies that a connection can use: those its server lists, those that are configured, and single ones that were asked for.
/// Sibling of the connection under the engine's connections. Each of these sources is empty, looking (askers wait) or known until its time to live
/// is over; a source in use is looked up again in the background before that. Nothing found is not kept. Once a streamhost is known, those who wait
/// get what there is after <c>discovery.grace</c>; the look goes on, and who was silent is remembered.
/// </summary>
internal sealed class ProxyDirectoryActor : ReceiveActor, IWithTimers
{
    /// <summary>Single proxies kept; the number of those that a transfer may name is its own business.</summary>
    private const int MaxSingles = 64;

    private readonly IActorRef _connection;
    private readonly Jid _server;
    private readonly DiscoverySettings _settings;
    private readonly ProxyRanking _ranking;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly Dictionary<SourceKey, ProxySource> _sources = [];
    private readonly List<Waiter> _waiting = [];
    private readonly Dictionary<Jid, DateTimeOffset> _silentUntil = [];

    /// <summary>Use <see cref="Props(IActorRef, Jid, DiscoverySettings)"/>.</summary>
    public ProxyDirectoryActor(IActorRef connection, Jid server, DiscoverySettings settings)
    {
        _connection = connection;
        _server = server;
        _settings = settings;
        _ranking = new ProxyRanking(settings.Demotion);
        Receive<ProxyDirectory.GetProxies>(GetProxies);
        Receive<ProxyDirectory.Report>(Report);
        Receive<Connection.Answered>(Answered);
        Receive<GraceOver>(_ => AnswerWaiters());
        Receive<Refresh>(refresh => RefreshSource(refresh.Key));
    }

    /// <inheritdoc/>
    public ITimerScheduler Timers { get; set; } = null!;

    private static DateTimeOffset Now => Context.System.Scheduler.Now;

    /// <summary>Makes a directory.</summary>
    /// <param name="connection">Whom to ask through.</param>
    /// <param name="server">Whose items are searched.</param>
    /// <param name="settings">Configured proxies and times.</param>
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
            foreach (var (old, _) in _sources.Where(pair => pair.Key != SourceKey.Server && pair.Value.Looking is null && Now >= pair.Value.KnownUntil).ToList())
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
            Apply(key, source, begun with { State = begun.State with { Silent = [.. Silent()] } });
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

    /// <summary>Services that were silent not long ago; entries of others are dropped.</summary>
    private IEnumerable<Jid> Silent()
    {
        foreach (var (service, _) in _silentUntil.Where(pair => Now >= pair.Value).ToList())
        {
            _silentUntil.Remove(service);
        }

        return _silentUntil.Keys;
    }

    /// <summary>The server itself is always waited for: without its list nothing is known.</summary>
    private void Note(DiscoveryKey request, ProxyDiscoveryState state)
    {
        if (!state.Silent.Contains(request.To))
        {
            _silentUntil.Remove(request.To);
        }
        else if (request.Request != DiscoveryRequest.Items && !state.Open.Contains(request))
        {
            if (!_silentUntil.ContainsKey(request.To))
            {
                _log.Info("{Service} did not answer {Request} within {Timeout}; it is not waited for during the next {Ttl}", request.To, request.Request, _settings.RequestTimeout, _settings.CacheTtl);
            }

            _silentUntil[request.To] = Now + _settings.CacheTtl;
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
        _log.Debug("{Source} offers {Count} proxy addresses, complete: {Complete}", key.Proxy ?? _server, hosts.Length, complete);
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

    /// <summary>Only what somebody used: an account that sends nothing does not ask its server for ever.</summary>
    private void RefreshSource(SourceKey key)
    {
        if (_sources.TryGetValue(key, out var source) && source.IsUsed)
        {
            Look(key, source);
        }
    }

    /// <summary>Answers those who need not wait any longer, and comes back when the next of the others need not.</summary>
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
            .Select(source => ProxyDiscovery.WaitUntil(source.Looking!, source.LookBegan, source.LastHeard, usableSince, _settings.Grace) ?? DateTimeOffset.MaxValue)
            .DefaultIfEmpty(DateTimeOffset.MinValue)
            .Max();
    }

    private bool Answer(Waiter waiter)
    {
        var sources = waiter.Wanted.Select(SourceOf).ToList();
        var first = sources.SkipLast(1).SelectMany(source => source.Usable).Distinct().ToList();
        var hosts = _ranking.Rank(first, sources[^1].Usable.Except(first), Now);
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

        _ranking.Note(report.Host, report.Took, Now);
        if (report.Took is null)
        {
            _log.Info("Proxy {Jid} failed at {EndPoint} and is offered last for a while", report.Host.Jid, $"{report.Host.Host}:{report.Host.Port}");
        }
    }

    private readonly record struct SourceKey(Jid? Proxy)
    {
        public static SourceKey Server => default;
    }

    private sealed class ProxySource
    {
        public ImmutableArray<StreamHost> Hosts { get; set; } = [];

        public bool IsComplete { get; set; } = true;

        public DateTimeOffset KnownUntil { get; set; }

        public ProxyDiscoveryState? Looking { get; set; }

        public DateTimeOffset LookBegan { get; set; }

        public DateTimeOffset LastHeard { get; set; }

        /// <summary>When the present look found its first streamhost.</summary>
        public DateTimeOffset? UsableSince { get; set; }

        /// <summary>Null = there is no streamhost to offer.</summary>
        public DateTimeOffset? HasHostsSince => Hosts.IsEmpty ? UsableSince : DateTimeOffset.MinValue;

        /// <summary>What the present look has found so far, and then what the one before found.</summary>
        public IEnumerable<StreamHost> Usable => Looking is { } look ? StreamHostList.ForOffer(look.Known).Union(Hosts) : Hosts;

        /// <summary>From whom the requests come.</summary>
        public Jid? Requester { get; set; }

        /// <summary>Somebody asked since the last look.</summary>
        public bool IsUsed { get; set; }
    }

    /// <summary>Somebody who asked, with what was not known then.</summary>
    private sealed record Waiter(IActorRef Requester, ImmutableArray<SourceKey> Wanted, bool HasOthers)
    {
        public HashSet<SourceKey> Missing { get; } = [];
    }

    private sealed record Request(SourceKey Source, DiscoveryKey Key);

    private sealed record GraceOver;

    private sealed record Refresh(SourceKey Key);
}
