using ActorTransfer.Actors.Instrumentation;
using ActorTransfer.Cluster.Links;
using ActorTransfer.Cluster.Messages;
using ActorTransfer.Protocol.Bytestreams;
using ActorTransfer.Protocol.ProxyService;
using ActorTransfer.Protocol.Stanzas;
using ActorTransfer.Protocol.Xml;
using Akka.Actor;

namespace ActorTransfer.Cluster.Proxies;

/// <summary>
/// The hub of proxies with one JID, one on each node: answers requests for their address with streamhosts of the least loaded nodes, and passes an activation
/// to the node to which it is addressed, or which has the pair. Counts pairs by user and domain over all nodes.
/// </summary>
internal sealed class FarmHub : LinkHub
{
    private readonly LocalTerms _terms;
    private readonly FarmTable _table;
    private readonly FarmUsage _usage = new();
    private readonly FarmActivations _activations;
    private readonly FarmSearches _searches;
    private readonly ProxyMetrics _metrics = EngineMetrics.Of(Context.System).Proxy;

    /// <summary>Use <see cref="Props(HubDefinition, Jid, LocalTerms)"/>.</summary>
    public FarmHub(HubDefinition definition, Jid address, LocalTerms terms)
        : base(definition)
    {
        _terms = terms;
        _table = new FarmTable(address);
        _activations = new FarmActivations(_usage, TimeProvider.System);
        _searches = new FarmSearches(definition.Settings.MaxPendingRequests);
        Receive<FarmMessage.State>(FromNode<FarmMessage.State>(Report));
        Receive<FarmMessage.Users>(FromNode<FarmMessage.Users>(AddUsers));
        Receive<FarmMessage.Ended>(FromNode<FarmMessage.Ended>(EndPairs));
        Receive<FarmMessage.Found>(FromNode<FarmMessage.Found>((node, found) => Continue(_searches.Found(found.Number, node.Id, found.HasPair))));
        Receive<SearchOver>(over => Continue(_searches.End(over.Number)));
    }

    /// <param name="definition">Its connection.</param>
    /// <param name="address">JID of the proxies.</param>
    /// <param name="terms">Who may use them.</param>
    public static Props Props(HubDefinition definition, Jid address, LocalTerms terms) =>
        Akka.Actor.Props.Create(() => new FarmHub(definition, address, terms));

    /// <inheritdoc/>
    protected override void Requested(Iq request)
    {
        switch (request)
        {
            case { From: null } or { Payload: null }:
                Refuse(request, ProxyRefusal.BadRequest, StanzaError.BadRequest);
                break;
            case { Payload: { } payload } when !ProxyAddress.IsQuery(payload):
                Reply(request.Fail(StanzaError.ServiceUnavailable));
                break;
            case { From: { } from } when _terms.Current?.Allowed.Allows(from) == false:
                Refuse(request, ProxyRefusal.Acl, StanzaError.Forbidden);
                break;
            case { Type: IqType.Get }:
                Announce(request);
                break;
            default:
                Activate(request, request.Payload);
                break;
        }
    }

    /// <inheritdoc/>
    protected override void Writing(HubNode node, Iq stanza)
    {
        if (!stanza.IsRequest && _activations.Answer(stanza) is { IsFirst: true, User: var user })
        {
            Share(user);
        }
    }

    /// <inheritdoc/>
    protected override void Left(int node)
    {
        _table.Remove(node);
        _activations.Remove(node);
        foreach (var user in _usage.Remove(node))
        {
            Share(user);
        }

        foreach (var search in _searches.Remove(node))
        {
            Continue(search);
        }
    }

    private void Report(HubNode node, FarmMessage.State state)
    {
        _table.Report(node.Id, state);
        Report(node, new LinkMessage.Load(state.Active, Room: 0, HasReader: false, state.IsDraining));
    }

    private void Announce(Iq request)
    {
        var hosts = _table.Announce(out var refusal);
        if (hosts.IsEmpty)
        {
            Refuse(request, refusal, refusal == ProxyRefusal.NotListening ? StanzaError.NotAllowed : StanzaError.ResourceConstraint);
        }
        else
        {
            Reply(request.Result(ProxyAddress.Answer(hosts)));
        }
    }

    private void Activate(Iq request, XmlElement payload)
    {
        if (!Activation.TryRead(payload, out _, out var refusal))
        {
            Refuse(request, ProxyRefusals.OfUnreadable(refusal), refusal);
        }
        else if (_table.Find(request.To) is { } node)
        {
            Pass(request, node);
        }
        else if (_searches.Begin(request, _table.Ids) is { } search)
        {
            if (search.Awaited.Count == 0)
            {
                Continue(_searches.End(search.Number));
                return;
            }

            Timers.StartSingleTimer(search.Number, new SearchOver(search.Number), FarmSearches.Timeout);
            var find = new FarmMessage.Find(search.Number, StanzaText.Write(request));
            foreach (var id in search.Awaited)
            {
                Nodes.Find(id)?.Link.Tell(find);
            }
        }
        else
        {
            Refuse(request, ProxyRefusal.Overload, StanzaError.ResourceConstraint);
        }
    }

    /// <summary>The node that has the pair of an activation is known, or that there is none.</summary>
    private void Continue(FarmSearches.Result? result)
    {
        if (result is null)
        {
            return;
        }

        Timers.Cancel(result.Number);
        if (result.Node is { } node)
        {
            Pass(result.Request, node);
        }
        else
        {
            Refuse(result.Request, ProxyRefusal.ItemNotFound, StanzaError.ItemNotFound);
        }
    }

    private void Pass(Iq activation, int id)
    {
        var user = activation.From!.Bare;
        if (_terms.Current is { } terms && _usage.ObjectionTo(user, terms.Quotas) is var objection and not ProxyRefusal.None)
        {
            Refuse(activation, objection, StanzaError.ResourceConstraint);
        }
        else if (Nodes.Find(id) is not { } node)
        {
            Refuse(activation, ProxyRefusal.ItemNotFound, StanzaError.ItemNotFound);
        }
        else if (_activations.Begin(activation, id))
        {
            Assign(activation, node, attempt: 0);
        }
        else
        {
            Refuse(activation, ProxyRefusal.Conflict, StanzaError.Conflict);
        }
    }

    private void AddUsers(HubNode node, FarmMessage.Users users)
    {
        foreach (var pairs in users.Active)
        {
            if (Jid.TryParse(pairs.User, out var user))
            {
                _usage.Add(node.Id, user, pairs.Pairs);
                Share(user);
            }
        }
    }

    private void EndPairs(HubNode node, FarmMessage.Ended ended)
    {
        foreach (var pairs in ended.Pairs)
        {
            if (Jid.TryParse(pairs.User, out var user) && _usage.End(node.Id, user, pairs.Pairs))
            {
                Share(user);
            }
        }
    }

    /// <summary>Tells the nodes of a user how many they are.</summary>
    private void Share(Jid user)
    {
        var nodes = _usage.NodesOf(user);
        var share = new FarmMessage.Share(user.ToString(), nodes.Count);
        foreach (var id in nodes)
        {
            Nodes.Find(id)?.Link.Tell(share);
        }
    }

    private void Refuse(Iq request, ProxyRefusal reason, StanzaError error)
    {
        _metrics.Refused(reason, 1);
        Reply(request.Fail(error));
    }

    private sealed record SearchOver(int Number);
}
