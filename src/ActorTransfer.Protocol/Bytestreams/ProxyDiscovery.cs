using System.Collections.Immutable;
using ActorTransfer.Extensibility;
using ActorTransfer.Protocol.Discovery;
using ActorTransfer.Protocol.ProxyService;
using ActorTransfer.Protocol.Stanzas;
using ActorTransfer.Protocol.Xml;

namespace ActorTransfer.Protocol.Bytestreams;

/// <summary>What is asked while looking for proxies.</summary>
internal enum DiscoveryRequest
{
    /// <summary>disco#items, to the server.</summary>
    Items,

    /// <summary>disco#info, to an item.</summary>
    Info,

    /// <summary>The bytestreams query that asks a proxy for its address (XEP-0065 §4.2).</summary>
    Address,
}

/// <summary>A request of the discovery; it identifies itself.</summary>
internal readonly record struct DiscoveryKey(DiscoveryRequest Request, Jid To)
{
    /// <summary>Payload of the iq get.</summary>
    public XmlElement Payload => Request switch
    {
        DiscoveryRequest.Items => DiscoItems.Query(),
        DiscoveryRequest.Info => DiscoInfo.Query(),
        _ => ProxyAddress.Query(),
    };
}

/// <summary>State of one look for proxies.</summary>
/// <param name="Server">Whose items are searched; null = nobody's.</param>
/// <param name="Configured">Proxies that are asked for their address without being searched for.</param>
internal sealed record ProxyDiscoveryState(Jid? Server, ImmutableArray<Jid> Configured)
{
    /// <summary>Items that were asked, in the server's order.</summary>
    public ImmutableArray<DiscoItem> Items { get; init; } = [];

    /// <summary>Requests without an answer so far.</summary>
    public ImmutableHashSet<DiscoveryKey> Open { get; init; } = [];

    /// <summary>True when at least one item told what it is.</summary>
    public bool AnyInfo { get; init; }

    /// <summary>Addresses by the proxy that told them.</summary>
    public ImmutableDictionary<Jid, ImmutableArray<StreamHost>> Found { get; init; } = ImmutableDictionary<Jid, ImmutableArray<StreamHost>>.Empty;

    /// <summary>False when the link did not carry the requests, or the server did not answer: what was found is not all there is.</summary>
    public bool IsComplete { get; init; } = true;

    /// <summary>Services that did not answer in time, at an earlier look or at this one. They are asked, and hardly waited for.</summary>
    public ImmutableHashSet<Jid> Silent { get; init; } = [];

    /// <summary>True while a service may answer that has always answered so far.</summary>
    public bool IsAwaited => Open.Any(request => request.Request == DiscoveryRequest.Items || !Silent.Contains(request.To));

    /// <summary>The streamhosts that are known so far, in the order of <see cref="Result"/>.</summary>
    public ImmutableArray<StreamHost> Known =>
        [.. Configured.Concat(Items.Select(item => item.Jid)).SelectMany(proxy => Found.GetValueOrDefault(proxy, [])).Distinct()];

    /// <summary>Set when the look is over: all streamhosts, those of configured proxies first, then in the server's order.</summary>
    public ImmutableArray<StreamHost>? Result { get; init; }
}

/// <summary>
/// Finds bytestreams proxies as pure steps: the server's items, who of them is a proxy, where it listens.
/// An error or silence only drops the item concerned, and <see cref="WaitUntil"/> says when to go on without those that are silent. Identity decides; a name is looked at only when no item answered at all.
/// </summary>
internal static class ProxyDiscovery
{
    /// <summary>More items than this are not asked: a server that lists thousands must not make us ask thousands.</summary>
    public const int MaxItems = 64;

    /// <summary>Starts: the requests to ask first.</summary>
    /// <param name="server">Whose items are searched; null = only the configured proxies are asked.</param>
    /// <param name="configured">Proxies that need not be found.</param>
    public static Step<ProxyDiscoveryState, DiscoveryKey> Begin(Jid? server, params ImmutableArray<Jid> configured)
    {
        var addresses = configured.Distinct().Select(proxy => new DiscoveryKey(DiscoveryRequest.Address, proxy));
        return Ask(
            new ProxyDiscoveryState(server, [.. configured.Distinct()]),
            server is null ? [.. addresses] : [new DiscoveryKey(DiscoveryRequest.Items, server), .. addresses]);
    }

    /// <summary>Takes the answer to one request.</summary>
    public static Step<ProxyDiscoveryState, DiscoveryKey> Next(ProxyDiscoveryState state, DiscoveryKey request, Answer answer)
    {
        if (!state.Open.Contains(request))
        {
            return Step<ProxyDiscoveryState, DiscoveryKey>.Ignore(state);
        }

        state = state with
        {
            Open = state.Open.Remove(request),
            IsComplete = state.IsComplete && !IsLoss(request, answer),
            Silent = answer switch
            {
                Answer.None { Why: NoAnswer.Timeout } => state.Silent.Add(request.To),
                Answer.None => state.Silent,
                _ => state.Silent.Remove(request.To),
            },
        };
        var payload = (answer as Answer.Result)?.Payload;
        return request.Request switch
        {
            DiscoveryRequest.Items => ItemsAnswered(state, payload),
            DiscoveryRequest.Info => InfoAnswered(state, request.To, payload),
            _ => AddressAnswered(state, request.To, payload),
        };
    }

    /// <summary>
    /// Until when a transfer waits for a look. Once it has a streamhost, it does not wait longer than <paramref name="grace"/> for more, and not at all
    /// for services that were silent before; for those alone it waits the grace. What comes later is for the next transfer.
    /// </summary>
    /// <param name="state">The look.</param>
    /// <param name="began">When the look began.</param>
    /// <param name="heard">When the look last got further.</param>
    /// <param name="usableSince">Since when there is a streamhost, of this look or another way; null = there is none.</param>
    /// <param name="grace">How long it waits then.</param>
    /// <returns>A time, perhaps in the past; null = until the look is over.</returns>
    public static DateTimeOffset? WaitUntil(
        ProxyDiscoveryState state, DateTimeOffset began, DateTimeOffset heard, DateTimeOffset? usableSince, TimeSpan grace) => (state.IsAwaited, usableSince) switch
        {
            (true, null) => null,
            (true, { } since) => (since > began ? since : began) + grace,
            (false, null) => heard + grace,
            (false, _) => DateTimeOffset.MinValue,
        };

    /// <summary>A single item that is silent is only left out; without the list of items nothing is known.</summary>
    private static bool IsLoss(DiscoveryKey request, Answer answer) =>
        answer is Answer.None none && (none.Why != NoAnswer.Timeout || request.Request == DiscoveryRequest.Items);

    private static Step<ProxyDiscoveryState, DiscoveryKey> ItemsAnswered(ProxyDiscoveryState state, XmlElement? payload)
    {
        ImmutableArray<DiscoItem> items = payload is null
            ? []
            : [.. DiscoItems.Read(payload).Items.Where(item => item.Node is null).DistinctBy(item => item.Jid).Take(MaxItems)];
        return Ask(state with { Items = items }, [.. items.Select(item => new DiscoveryKey(DiscoveryRequest.Info, item.Jid))]);
    }

    private static Step<ProxyDiscoveryState, DiscoveryKey> InfoAnswered(ProxyDiscoveryState state, Jid item, XmlElement? payload)
    {
        if (payload is null)
        {
            return state.AnyInfo || state.Open.Any(open => open.Request == DiscoveryRequest.Info && !state.Silent.Contains(open.To)) ? Ask(state, []) : Ask(state, ByName(state));
        }

        var isProxy = DiscoInfo.Read(payload).IsBytestreamsProxy;
        return Ask(state with { AnyInfo = true }, isProxy ? [new DiscoveryKey(DiscoveryRequest.Address, item)] : []);
    }

    private static ImmutableArray<DiscoveryKey> ByName(ProxyDiscoveryState state) =>
    [
        .. state.Items
            .Where(item => item.Name?.Contains("bytestreams", StringComparison.OrdinalIgnoreCase) == true)
            .Select(item => new DiscoveryKey(DiscoveryRequest.Address, item.Jid)),
    ];

    private static Step<ProxyDiscoveryState, DiscoveryKey> AddressAnswered(ProxyDiscoveryState state, Jid proxy, XmlElement? payload) =>
        Ask(state with { Found = state.Found.SetItem(proxy, [.. ProxyAddress.Read(payload)]) }, []);

    /// <summary>A configured proxy may be an item too: nobody is asked the same twice.</summary>
    private static Step<ProxyDiscoveryState, DiscoveryKey> Ask(ProxyDiscoveryState state, ImmutableArray<DiscoveryKey> requests)
    {
        requests = requests.RemoveAll(key => state.Open.Contains(key) || (key.Request == DiscoveryRequest.Address && state.Found.ContainsKey(key.To)));
        state = state with { Open = state.Open.Union(requests) };
        return state.Open.IsEmpty ? new(state with { Result = state.Known }, []) : new(state, requests);
    }
}
