using ActorTransfer.Protocol.FileTransfer;
using ActorTransfer.Protocol.Ibb;
using ActorTransfer.Protocol.Jingle;
using ActorTransfer.Protocol.JingleSessions;
using ActorTransfer.Protocol.JingleTransports;
using ActorTransfer.Protocol.Stanzas;
using ActorTransfer.Protocol.Xml;

namespace ActorTransfer.Protocol.Tests.JingleSessions;

/// <summary>What works between the two sides of a <see cref="SessionPair"/>.</summary>
internal sealed record PairTerms
{
    public StreamMethods SenderMethods { get; init; } = StreamMethods.All;

    public StreamMethods ReceiverMethods { get; init; } = StreamMethods.All;

    /// <summary>Candidates that the other side can connect to.</summary>
    public Func<TransportCandidate, bool> IsReachable { get; init; } = _ => true;

    /// <summary>Proxies can be activated.</summary>
    public bool Activates { get; init; } = true;
}

/// <summary>Two sessions with each other: stanzas keep their order, everything else happens in any order; timers fire when nothing else can happen.</summary>
internal sealed class SessionPair
{
    private readonly Random _random;
    private readonly PairTerms _terms;
    private readonly Side _sender;
    private readonly Side _receiver;

    public SessionPair(PairTerms terms, int seed)
    {
        (_random, _terms) = (new Random(seed), terms);
        _sender = new Side(this, SessionRun.Sender(terms.SenderMethods));
        _sender.Feed(new JingleInput.Begin());
        _receiver = new Side(this, null);
    }

    public JingleSessionState Sender => _sender.State!;

    public JingleSessionState? Receiver => _receiver.State;

    /// <summary>What happened, for a test that fails.</summary>
    public List<string> Log { get; } = [];

    public void Run()
    {
        for (var steps = 0; steps < 1000; steps++)
        {
            Action[] possible = [.. _sender.Possible(_receiver), .. _receiver.Possible(_sender)];
            if (possible.Length == 0)
            {
                possible = [.. _sender.Timers(), .. _receiver.Timers()];
            }

            if (possible.Length == 0)
            {
                return;
            }

            possible[_random.Next(possible.Length)]();
        }

        Assert.Fail("It does not end.");
    }

    private sealed class Side(SessionPair pair, SessionRun? run)
    {
        private readonly Queue<Iq> _stanzas = new();
        private readonly Dictionary<string, JingleAsk?> _asks = [];
        private readonly List<JingleInput> _events = [];
        private readonly Queue<JingleInput> _flow = new();
        private SessionRun? _run = run;
        private int _id;
        private bool _timer;

        public JingleSessionState? State => _run?.State;

        private bool HasSentAll { get; set; }

        public IEnumerable<Action> Possible(Side other)
        {
            foreach (var local in _events.ToArray())
            {
                yield return () =>
                {
                    _events.Remove(local);
                    Feed(local);
                };
            }

            if (_flow.Count > 0 && (State!.Sends || other.HasSentAll))
            {
                yield return () => Feed(_flow.Dequeue());
            }

            if (other._stanzas.Count > 0)
            {
                yield return () => Receive(other._stanzas.Dequeue());
            }
        }

        public IEnumerable<Action> Timers() => _timer && State!.Stage != JingleStage.Ended ? [() => Feed(new JingleInput.TimedOut())] : [];

        private void Receive(Iq iq)
        {
            pair.Log.Add($"{iq.To?.Local} <- {iq.Type} {iq.Payload?["action"] ?? iq.Payload?.Name ?? iq.Error?.Describe()}");
            if (!iq.IsRequest)
            {
                if (_asks.Remove(iq.Id, out var ask))
                {
                    Feed(ask is { } kind ? new JingleInput.Answered(kind, iq.Error is { } error ? new Answer.Error(error) : new Answer.Result(iq.Payload))
                        : iq.Error is { } refused ? new JingleInput.InBandFailed(refused.Describe()) : new JingleInput.InBandUp());
                }
            }
            else if (IbbOpen.TryRead(iq.Payload, out var open, out _))
            {
                Feed(new JingleInput.InBandOffered(iq, open.SessionId));
            }
            else
            {
                Assert.True(JingleRequest.TryRead(XmlElement.Parse(iq.Payload!.ToString()), out var request, out var refusal), refusal?.Describe());
                if (_run is null)
                {
                    _run = new SessionRun(JingleSessionState.Of(iq, request));
                    Feed(new JingleInput.Begin());
                }
                else
                {
                    Feed(new JingleInput.Received(iq, request));
                }
            }
        }

        public void Feed(JingleInput input)
        {
            var wasOver = State!.Stage == JingleStage.Ended;
            _run!.Feed(input);
            pair.Log.Add($"   {State.Self.Local} {State.Stage}: {input.GetType().Name}");
            Assert.Equal(!wasOver && State.Stage == JingleStage.Ended ? 1 : 0, _run.Outputs.Count(output => output is JingleOutput.Finish));
            foreach (var output in _run.Outputs)
            {
                Execute(output);
            }
        }

        private void Execute(JingleOutput output)
        {
            switch (output)
            {
                case JingleOutput.Reply reply:
                    _stanzas.Enqueue(reply.Answer);
                    break;
                case JingleOutput.Ask ask:
                    Send(ask.Kind, ask.Request.ToXml());
                    break;
                case JingleOutput.OpenInBand open:
                    Send(null, new IbbOpen(open.Transport.SessionId, open.Transport.BlockSize!.Value).ToXml());
                    break;
                case JingleOutput.AcceptInBand accept:
                    _stanzas.Enqueue(accept.Request.Result());
                    _events.Add(new JingleInput.InBandUp());
                    break;
                case JingleOutput.AskHost:
                    _events.Add(new JingleInput.HostAccepted(pair._terms.ReceiverMethods));
                    break;
                case JingleOutput.CollectCandidates collect:
                    _events.Add(new JingleInput.CandidatesFound(
                        collect.Methods.HasFlag(StreamMethods.Direct) ? [State!.Self == SessionRun.Ada ? SessionRun.AdaDirect : SessionRun.BoDirect] : [],
                        collect.Methods.HasFlag(StreamMethods.Proxy) ? [SessionRun.Relay] : []));
                    break;
                case JingleOutput.Connect { Output: NegotiationOutput.Race race }:
                    var reached = race.Candidates.Where(pair._terms.IsReachable).ToArray();
                    _events.Add(new JingleInput.Candidates(
                        reached.Length == 0 ? new NegotiationInput.RaceLost("none") : new NegotiationInput.RaceWon(reached[pair._random.Next(reached.Length)].Id)));
                    break;
                case JingleOutput.Connect { Output: NegotiationOutput.OnlyAbove above }:
                    _events.RemoveAll(local => local is JingleInput.Candidates { Input: NegotiationInput.RaceWon } && pair._random.Next(2) == 0);
                    _events.Add(new JingleInput.Candidates(new NegotiationInput.RaceLost($"none above {above.Priority}")));
                    break;
                case JingleOutput.Connect { Output: NegotiationOutput.TakeDirect }:
                    _events.Add(new JingleInput.Candidates(new NegotiationInput.OwnLinkUp()));
                    break;
                case JingleOutput.Connect { Output: NegotiationOutput.Activate }:
                    _events.Add(new JingleInput.Candidates(
                        pair._terms.Activates ? new NegotiationInput.OwnLinkUp() : new NegotiationInput.OwnLinkFailed("refused")));
                    break;
                case JingleOutput.StartFlow:
                    StartFlow();
                    break;
                case JingleOutput.PutInPlace:
                    _events.Add(new JingleInput.FlowEnded(new FlowEnd.Whole(1000, "ab", "/f") { Delivery = Delivery.Verified }));
                    break;
                case JingleOutput.StartTimer:
                    _timer = true;
                    break;
            }
        }

        private void StartFlow()
        {
            _flow.Enqueue(new JingleInput.Progressed());
            if (State!.Sends)
            {
                _flow.Enqueue(new JingleInput.HashesKnown(SessionRun.Hash));
                _flow.Enqueue(new JingleInput.FlowEnded(SessionRun.Whole()));
                HasSentAll = true;
            }
            else
            {
                _flow.Enqueue(new JingleInput.Arrived(SessionRun.Hash));
            }
        }

        private void Send(JingleAsk? kind, XmlElement payload)
        {
            var id = $"{State!.Self.Local}{_id++}";
            _asks[id] = kind;
            _stanzas.Enqueue(Iq.Set(id, State.Peer, payload, State.Self));
        }
    }
}
