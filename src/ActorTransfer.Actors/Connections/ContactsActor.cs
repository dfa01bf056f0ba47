using ActorTransfer.Actors.Settings;
using ActorTransfer.Protocol;
using ActorTransfer.Protocol.Contacts;
using ActorTransfer.Protocol.Discovery;
using ActorTransfer.Protocol.Stanzas;
using ActorTransfer.Protocol.Xml;
using Akka.Actor;

namespace ActorTransfer.Actors.Connections;

/// <summary>
/// The online resources of an account's contacts, the searches for the one that can take a file, and requests for what a peer supports. Child of the engine. It
/// forgets them when a session ends; a resumed session (XEP-0198) keeps them.
/// </summary>
internal sealed class ContactsActor : ReceiveActor, IWithTimers
{
    /// <summary>Kinds of software whose features are remembered; there are fewer in use.</summary>
    private const int MostKnown = 1000;

    private readonly IActorRef _connection;
    private readonly DiscoverySettings _settings;
    private readonly OnlineResources _online;
    private readonly Dictionary<CapsHash, DiscoInfo> _known = [];
    private readonly Dictionary<Contacts.FindResource, Search> _searches = [];
    private Jid? _self;
    private DateTimeOffset _presenceUntil;

    /// <summary>Use <see cref="Props(IActorRef, DiscoverySettings)"/>.</summary>
    public ContactsActor(IActorRef connection, DiscoverySettings settings)
    {
        _connection = connection;
        _settings = settings;
        _online = new OnlineResources(settings.MaxResources);
        Receive<Connection.Up>(Up);
        Receive<Connection.Lost>(_ => Lost());
        Receive<Connection.Present>(Present);
        Receive<Connection.Answered>(Answered);
        Receive<Contacts.FindResource>(Find);
        Receive<Contacts.GetInfo>(GetInfo);
        Receive<Contacts.Leave>(Leave);
        Receive<PresenceTimedOut>(timedOut => Apply(timedOut.Search, new ResourceSearchInput.PresenceTimedOut()));
    }

    /// <inheritdoc/>
    public ITimerScheduler Timers { get; set; } = null!;

    /// <param name="connection">Receives the presence and sends the requests.</param>
    /// <param name="settings">Timeouts and limits.</param>
    public static Props Props(IActorRef connection, DiscoverySettings settings) => Akka.Actor.Props.Create(() => new ContactsActor(connection, settings));

    /// <inheritdoc/>
    protected override void PreStart()
    {
        _connection.Tell(new Connection.ServePresence());
        _connection.Tell(new Connection.Subscribe());
    }

    private void Up(Connection.Up up)
    {
        _online.Clear();
        _self = up.Self;
        _presenceUntil = Context.System.Scheduler.Now + _settings.PresenceTimeout;
    }

    private void Lost()
    {
        _self = null;
        _online.Clear();
        foreach (var search in _searches.Keys.ToArray())
        {
            Finish(search, new Contacts.NotFound(FailureReason.LinkLost, NoAnswer.LinkLost.Describe($"the search for a resource of {search.Account}")));
        }
    }

    private void Present(Connection.Present present)
    {
        if (_online.Apply(present.Presence) is { } resource)
        {
            ApplyToAll(resource.Jid.Bare, Appeared(resource));
        }
    }

    private void Find(Contacts.FindResource find)
    {
        if (_self is not { } self)
        {
            Sender.Tell(new Contacts.NotFound(FailureReason.LinkLost, "The account is not connected."));
        }
        else if (_searches.TryGetValue(find, out var search))
        {
            search.Requesters.Add(Sender);
        }
        else
        {
            _searches.Add(find, new Search { Requesters = { Sender } });
            var wait = _presenceUntil - Context.System.Scheduler.Now;
            Timers.StartSingleTimer(find, new PresenceTimedOut(find), wait > TimeSpan.Zero ? wait : TimeSpan.Zero);
            Apply(find, ResourceSearch.Begin(self, find.Account, find.Signalling, _online.Of(find.Account).Select(Appeared)));
        }
    }

    private void GetInfo(Contacts.GetInfo get)
    {
        if (Online(get.Peer) is { Capabilities: { } hash } && _known.GetValueOrDefault(hash) is { } known)
        {
            Sender.Tell(new Contacts.Info(get.Peer, new Answer.Result(known.ToXml())));
        }
        else
        {
            Ask(get.Peer, DiscoInfo.Query(), new PeerAsked(get.Peer, Sender), get.Self);
        }
    }

    private void Leave(Contacts.Leave leave)
    {
        Sender.Tell(new Contacts.Left(leave.Account, [.. _online.All.Select(resource => resource.ToXml())]));
        Context.Stop(Self);
    }

    private OnlineResource? Online(Jid resource) => _online.Of(resource.Bare).FirstOrDefault(online => online.Jid == resource);

    private ResourceSearchInput.Appeared Appeared(OnlineResource resource) =>
        new(resource, resource.Capabilities is { } hash ? _known.GetValueOrDefault(hash) : null);

    private void Answered(Connection.Answered answered)
    {
        switch (answered.Tag)
        {
            case RosterAsked asked:
                Apply(asked.Search, new ResourceSearchInput.RosterAnswered(answered.Answer));
                break;
            case InfoAsked { Resource: var resource }:
                Remember(resource, answered.Answer);
                ApplyToAll(resource.Bare, new ResourceSearchInput.InfoAnswered(resource, answered.Answer));
                break;
            case PeerAsked asked:
                Remember(asked.Peer, answered.Answer);
                asked.Requester.Tell(new Contacts.Info(asked.Peer, answered.Answer));
                break;
        }
    }

    /// <summary>Only a response that matches its hash is valid for all resources that announce the hash (XEP-0115 §5.4).</summary>
    private void Remember(Jid resource, Answer answer)
    {
        if (Online(resource)?.Capabilities is { } hash
            && answer is Answer.Result { Payload: { } payload }
            && _known.Count < MostKnown
            && Caps.Verify(hash, payload))
        {
            _known[hash] = DiscoInfo.Read(payload);
        }
    }

    private void ApplyToAll(Jid account, ResourceSearchInput input)
    {
        foreach (var search in _searches.Keys.Where(search => search.Account == account).ToArray())
        {
            Apply(search, input);
        }
    }

    private void Apply(Contacts.FindResource search, ResourceSearchInput input)
    {
        if (_searches.GetValueOrDefault(search)?.State is { } state)
        {
            Apply(search, state.Next(input));
        }
    }

    private void Apply(Contacts.FindResource search, Step<ResourceSearch, ResourceSearchOutput> step)
    {
        _searches[search].State = step.State;
        foreach (var output in step.Outputs)
        {
            switch (output)
            {
                case ResourceSearchOutput.AskInfo ask:
                    Ask(ask.Resource, DiscoInfo.Query(), new InfoAsked(ask.Resource));
                    break;
                case ResourceSearchOutput.AskRoster:
                    Ask(null, new XmlElement(Namespaces.Roster, "query"), new RosterAsked(search));
                    break;
                case ResourceSearchOutput.Finish { Resource: { } found } finish:
                    Finish(search, new Contacts.Found(found, finish.Info));
                    break;
                case ResourceSearchOutput.Finish none:
                    Finish(search, new Contacts.NotFound(none.Reason, none.Detail));
                    break;
            }
        }
    }

    private void Ask(Jid? to, XmlElement payload, object tag, Jid? self = null) =>
        _connection.Tell(new Connection.Ask(IqType.Get, self, to, payload, _settings.RequestTimeout, tag));

    private void Finish(Contacts.FindResource find, object result)
    {
        Timers.Cancel(find);
        if (_searches.Remove(find, out var search))
        {
            foreach (var requester in search.Requesters)
            {
                requester.Tell(result);
            }
        }
    }

    /// <summary>One search for an account serves all who wait for it; each requester is a transfer, whose number is limited.</summary>
    private sealed class Search
    {
        public ResourceSearch? State { get; set; }

        public List<IActorRef> Requesters { get; } = [];
    }

    private sealed record InfoAsked(Jid Resource);

    private sealed record PeerAsked(Jid Peer, IActorRef Requester);

    private sealed record RosterAsked(Contacts.FindResource Search);

    private sealed record PresenceTimedOut(Contacts.FindResource Search);
}
