using System.Collections.Immutable;
using ActorTransfer.Protocol.Discovery;
using ActorTransfer.Protocol.ProxyService;
using ActorTransfer.Protocol.Stanzas;
using ActorTransfer.Protocol.Xml;

namespace ActorTransfer.Protocol.Bytestreams;

/// <summary>
/// Discovers bytestreams proxies as pure steps: the server's items, which of them are proxies, their addresses. An error or timeout drops
/// only the item concerned; <see cref="WaitUntil"/> returns when to continue without the silent ones. A proxy is recognised by its
/// identity; its name is used only when no item responded at all.
/// </summary>
internal static class ProxyDiscovery
{
    /// <summary>Maximum number of items that are queried, so that a server that lists thousands does not cause thousands of requests.</summary>
    public const int MaxItems = 64;

    /// <summary>Starts the discovery and returns the first requests.</summary>
    /// <param name="server">The server whose items are searched; null = only configured proxies are queried.</param>
    /// <param name="configured">Proxies that need no discovery.</param>
    public static Step<ProxyDiscoveryState, DiscoveryKey> Begin(Jid? server, params ImmutableArray<Jid> configured)
    {
        var addresses = configured.Distinct().Select(proxy => new DiscoveryKey(DiscoveryRequest.Address, proxy));
        return Send(
            new ProxyDiscoveryState(server, [.. configured.Distinct()]),
            server is null ? [.. addresses] : [new DiscoveryKey(DiscoveryRequest.Items, server), .. addresses]);
    }

    /// <summary>Handles the response to one request.</summary>
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
                Answer.None { Reason: NoAnswer.Timeout } => state.Silent.Add(request.To),
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
    /// Until when a transfer waits for a discovery. Once it has a streamhost, it waits at most <paramref name="grace"/> for more, and not
    /// at all for services that timed out before; if only those are left, it waits the grace period. Later results serve the next transfer.
    /// </summary>
    /// <param name="state">The discovery.</param>
    /// <param name="began">When the discovery began.</param>
    /// <param name="heard">When the discovery last made progress.</param>
    /// <param name="usableSince">Since when a streamhost is available, from this discovery or elsewhere; null = none.</param>
    /// <param name="grace">How long a transfer waits after that.</param>
    /// <returns>A time, possibly in the past; null = until the discovery is complete.</returns>
    public static DateTimeOffset? WaitUntil(
        ProxyDiscoveryState state, DateTimeOffset began, DateTimeOffset heard, DateTimeOffset? usableSince, TimeSpan grace) =>
        (state.IsAwaited, usableSince) switch
        {
            (true, null) => null,
            (true, { } since) => (since > began ? since : began) + grace,
            (false, null) => heard + grace,
            (false, _) => DateTimeOffset.MinValue,
        };

    /// <summary>A single item without a response is omitted; without the list of items nothing is known.</summary>
    private static bool IsLoss(DiscoveryKey request, Answer answer) =>
        answer is Answer.None none && (none.Reason != NoAnswer.Timeout || request.Request == DiscoveryRequest.Items);

    private static Step<ProxyDiscoveryState, DiscoveryKey> ItemsAnswered(ProxyDiscoveryState state, XmlElement? payload)
    {
        ImmutableArray<DiscoItem> items = payload is null
            ? []
            : [.. DiscoItems.Read(payload).Items.Where(item => item.Node is null).DistinctBy(item => item.Jid).Take(MaxItems)];
        return Send(state with { Items = items }, [.. items.Select(item => new DiscoveryKey(DiscoveryRequest.Info, item.Jid))]);
    }

    private static Step<ProxyDiscoveryState, DiscoveryKey> InfoAnswered(ProxyDiscoveryState state, Jid item, XmlElement? payload)
    {
        if (payload is null)
        {
            var isDecided = state.AnyInfo || state.Open.Any(open => open.Request == DiscoveryRequest.Info && !state.Silent.Contains(open.To));
            return Send(state, isDecided ? [] : ByName(state));
        }

        var isProxy = DiscoInfo.Read(payload).IsBytestreamsProxy;
        return Send(state with { AnyInfo = true }, isProxy ? [new DiscoveryKey(DiscoveryRequest.Address, item)] : []);
    }

    private static ImmutableArray<DiscoveryKey> ByName(ProxyDiscoveryState state) =>
    [
        .. state.Items
            .Where(item => item.Name?.Contains("bytestreams", StringComparison.OrdinalIgnoreCase) == true)
            .Select(item => new DiscoveryKey(DiscoveryRequest.Address, item.Jid)),
    ];

    private static Step<ProxyDiscoveryState, DiscoveryKey> AddressAnswered(ProxyDiscoveryState state, Jid proxy, XmlElement? payload) =>
        Send(state with { Found = state.Found.SetItem(proxy, [.. ProxyAddress.Read(payload)]) }, []);

    /// <summary>A configured proxy may also be an item; duplicate requests are avoided.</summary>
    private static Step<ProxyDiscoveryState, DiscoveryKey> Send(ProxyDiscoveryState state, ImmutableArray<DiscoveryKey> requests)
    {
        requests = requests.RemoveAll(key => state.Open.Contains(key) || (key.Request == DiscoveryRequest.Address && state.Found.ContainsKey(key.To)));
        state = state with { Open = state.Open.Union(requests) };
        return state.Open.IsEmpty ? new(state with { Result = state.Known }, []) : new(state, requests);
    }
}
