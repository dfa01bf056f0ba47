using ActorTransfer.Actors.Settings;
using ActorTransfer.Protocol;
using ActorTransfer.Protocol.Contacts;
using ActorTransfer.Protocol.Discovery;
using ActorTransfer.Protocol.Stanzas;
using ActorTransfer.Protocol.Xml;
using Akka.Actor;

namespace ActorTransfer.Actors.Connections;

/// <summary>
/// The online resources of an account's contacts, and the searches for the one that can take a file. Child of the engine. It forgets them when a session ends;
/// a resumed session (XEP-0198) keeps them.
/// </summary>
internal sealed class ContactsActor : ReceiveActor, IWithTimers
{
    /// <summary>Kinds of software whose features are remembered; there are fewer in use.</summary>
    private const int MostKnown = 1000;

    private readonly IActorRef _connection;
    private readonly DiscoverySettings _settings;
    private readonly OnlineResources _online;
    private readonly Dictionary<CapsHash, DiscoInfo> _known = [];
    private readonly Dictionary<Jid, Search> _searches = [];
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
        Receive<PresenceTimedOut>(timedOut => Apply(timedOut.Account, new ResourceSearchInput.PresenceTimedOut()));
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
        foreach (var account in _searches.Keys.ToArray())
        {
            Finish(account, new Contacts.NotFound(FailureReason.LinkLost, NoAnswer.LinkLost.Describe($"the search for a resource of {account}")));
        }
    }

    private void Present(Connection.Present present)
    {
        if (_online.Apply(present.Presence) is { } resource)
        {
            Apply(resource.Jid.Bare, Appeared(resource));
        }
    }

    private void Find(Contacts.FindResource find)
    {
        if (_self is not { } self)
        {
            Sender.Tell(new Contacts.NotFound(FailureReason.LinkLost, "The account is not connected."));
        }
        else if (_searches.TryGetValue(find.Account, out var search))
        {
            search.Requesters.Add(Sender);
        }
        else
        {
            _searches.Add(find.Account, new Search { Requesters = { Sender } });
            var wait = _presenceUntil - Context.System.Scheduler.Now;
            Timers.StartSingleTimer(find.Account, new PresenceTimedOut(find.Account), wait > TimeSpan.Zero ? wait : TimeSpan.Zero);
            Apply(find.Account, ResourceSearch.Begin(self, find.Account, _online.Of(find.Account).Select(Appeared)));
        }
    }

    private ResourceSearchInput.Appeared Appeared(OnlineResource resource) =>
        new(resource, resource.Capabilities is { } hash ? _known.GetValueOrDefault(hash) : null);

    private void Answered(Connection.Answered answered)
    {
        switch (answered.Tag)
        {
            case RosterAsked asked:
                Apply(asked.Account, new ResourceSearchInput.RosterAnswered(answered.Answer));
                break;
            case InfoAsked { Resource: var resource }:
                Remember(resource, answered.Answer);
                Apply(resource.Bare, new ResourceSearchInput.InfoAnswered(resource, answered.Answer));
                break;
        }
    }

    /// <summary>Only a response that matches its hash is valid for all resources that announce the hash (XEP-0115 §5.4).</summary>
    private void Remember(Jid resource, Answer answer)
    {
        var hash = _online.Of(resource.Bare).FirstOrDefault(online => online.Jid == resource)?.Capabilities;
        if (hash is not null && answer is Answer.Result { Payload: { } payload } && _known.Count < MostKnown && Caps.Verify(hash, payload))
        {
            _known[hash] = DiscoInfo.Read(payload);
        }
    }

    private void Apply(Jid account, ResourceSearchInput input)
    {
        if (_searches.GetValueOrDefault(account)?.State is { } state)
        {
            Apply(account, state.Next(input));
        }
    }

    private void Apply(Jid account, Step<ResourceSearch, ResourceSearchOutput> step)
    {
        _searches[account].State = step.State;
        foreach (var output in step.Outputs)
        {
            switch (output)
            {
                case ResourceSearchOutput.AskInfo ask:
                    Ask(ask.Resource, DiscoInfo.Query(), new InfoAsked(ask.Resource));
                    break;
                case ResourceSearchOutput.AskRoster:
                    Ask(null, new XmlElement(Namespaces.Roster, "query"), new RosterAsked(account));
                    break;
                case ResourceSearchOutput.Finish { Resource: { } found }:
                    Finish(account, new Contacts.Found(found));
                    break;
                case ResourceSearchOutput.Finish none:
                    Finish(account, new Contacts.NotFound(none.Reason, none.Detail));
                    break;
            }
        }
    }

    private void Ask(Jid? to, XmlElement payload, object tag) =>
        _connection.Tell(new Connection.Ask(IqType.Get, null, to, payload, _settings.RequestTimeout, tag));

    private void Finish(Jid account, object result)
    {
        Timers.Cancel(account);
        if (_searches.Remove(account, out var search))
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

    private sealed record RosterAsked(Jid Account);

    private sealed record PresenceTimedOut(Jid Account);
}
