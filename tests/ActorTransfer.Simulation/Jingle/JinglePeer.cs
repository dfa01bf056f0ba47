using ActorTransfer.Extensibility;
using ActorTransfer.Protocol;
using ActorTransfer.Protocol.Ibb;
using ActorTransfer.Protocol.Jingle;
using ActorTransfer.Protocol.JingleSessions;
using ActorTransfer.Protocol.JingleTransports;
using ActorTransfer.Protocol.Stanzas;
using ActorTransfer.Simulation.Peers;
using ActorTransfer.Simulation.Xmpp;

namespace ActorTransfer.Simulation.Jingle;

/// <summary>One side: routes requests to its sessions, as the actor of all transfers does.</summary>
internal sealed class JinglePeer : XmppPeer, ISender, IReceiver
{
    private readonly byte[] _file;
    private readonly Dictionary<string, JingleSide> _sessions = [];
    private bool _isCancelled;

    private JinglePeer(World world, Jid self, StreamHost listener, byte[] file)
        : base(world, self)
    {
        _file = file;
        Listener = new DirectListener(world, listener);
    }

    public DirectListener Listener { get; }

    public IReadOnlyList<TransferOutcome> Outcomes => _sessions.Values.First().Outcomes;

    public IReadOnlyCollection<IReceivingEnd> Ends => _sessions.Values;

    public static JinglePeer Sender(World world, byte[] file) => new(world, World.Ada, World.Direct, file);

    public static JinglePeer Receiver(World world, byte[] file) => new(world, World.Bo, World.PeerDirect, file);

    public void Start()
    {
        var plan = World.Jingle!;
        var description = new FileDescription("report.pdf", plan.IsSizeUnknown ? 0 : _file.Length, Ranged: World.Plan.IsRanged && !plan.IsSizeUnknown)
        {
            IsSizeUnknown = plan.IsSizeUnknown,
        };
        var start = JingleSessionState.Of(Self, World.Bo, "session-1", "transport-1", description) with
        {
            Methods = World.Plan.InitiatorMethods,
            SecondSessionId = "session-2",
            ReplacementId = "transport-2",
        };
        Begin(Own(start));
    }

    public void Cancel()
    {
        _isCancelled = true;
        foreach (var session in _sessions.Values)
        {
            session.Cancel();
        }
    }

    public IEnumerable<string> Leftovers()
    {
        string[] own =
        [
            .. PendingRequests > 0 ? [$"{Self} left a pending request"] : Array.Empty<string>(),
            .. Listener.IsExpecting ? [$"{Self} left an expected address"] : Array.Empty<string>(),
        ];
        return [.. own, .. _sessions.Values.SelectMany(session => session.Leftovers())];
    }

    /// <summary>The session continues with another id.</summary>
    public void ChangeSession(JingleSide session, string sessionId)
    {
        _sessions.Clear();
        _sessions[sessionId] = session;
    }

    /// <summary>Both happen in any order.</summary>
    protected override void LinkLost()
    {
        foreach (var session in _sessions.Values.ToArray())
        {
            session.LinkLost();
        }
    }

    protected override void Requested(Iq request)
    {
        var payload = request.Payload!;
        if (payload.Namespace == Namespaces.Jingle)
        {
            JingleRequested(request);
        }
        else if (payload["sid"] is { } sid && FindTransport(sid) is { } session)
        {
            session.InBandRequested(request);
        }
        else
        {
            Reply(request.Fail(IbbClose.Is(payload) ? StanzaError.ItemNotFound : StanzaError.NotAcceptable));
        }
    }

    private void JingleRequested(Iq request)
    {
        if (!JingleRequest.TryRead(request.Payload!, out var jingle, out var refusal))
        {
            World.Violations.Add($"{Self} cannot read a request: {refusal.Describe()}");
        }
        else if (jingle.Action == JingleAction.SessionInitiate)
        {
            Offered(request, jingle);
        }
        else if (_sessions.TryGetValue(jingle.SessionId, out var session) && !session.HasEnded)
        {
            session.Requested(request, jingle);
        }
        else
        {
            Reply(request.Fail(JingleErrors.UnknownSession));
        }
    }

    private void Offered(Iq request, JingleRequest jingle)
    {
        if (_sessions.TryGetValue(jingle.SessionId, out var known))
        {
            if (!known.IsOffer(request))
            {
                Reply(request.Fail(StanzaError.Conflict));
            }
        }
        else if (World.Jingle!.KnowsSession && jingle.SessionId == "session-1")
        {
            Reply(request.Fail(StanzaError.Conflict));
        }
        else
        {
            Begin(Own(JingleSessionState.Of(request, jingle))).IsDeclined = _isCancelled;
        }
    }

    /// <summary>Session ids and the sids of in-band bytestreams are different.</summary>
    private JingleSide? FindTransport(string sid) => _sessions.Values.FirstOrDefault(session => session.HasInBand(sid));

    private JingleSide Begin(JingleSessionState start)
    {
        var session = new JingleSide(World, this, start, _file);
        _sessions[start.SessionId] = session;
        session.Start();
        return session;
    }

    private JingleSessionState Own(JingleSessionState start) => start with
    {
        InBandMost = World.Jingle!.LimitsInBand ? 0 : long.MaxValue,
        BlockSize = World.Random.Between(200, 2000),
    };
}
