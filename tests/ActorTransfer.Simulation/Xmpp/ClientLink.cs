using ActorTransfer.Protocol;
using ActorTransfer.Protocol.Stanzas;
using ActorTransfer.Protocol.StreamManagement;
using ActorTransfer.Protocol.Xml;
using Step = ActorTransfer.Protocol.Step<ActorTransfer.Protocol.StreamManagement.StreamManager, ActorTransfer.Protocol.StreamManagement.StreamManagementOutput>;

namespace ActorTransfer.Simulation.Xmpp;

/// <summary>
/// The stream between a client and its server with stream management on both sides: the client's is <see cref="StreamManager"/>, the server's
/// is <see cref="ServerStream"/>. A lost link is resumed; when the server refuses that, a new session begins.
/// </summary>
internal sealed class ClientLink
{
    private readonly World _world;
    private readonly Jid _self;
    private readonly Action<Iq> _receive;
    private readonly Action _sessionLost;
    private readonly Queue<XmlElement> _unsent = new();
    private ServerStream _server;
    private StreamManager _client = null!;
    private XmlCarrier? _up;
    private XmlCarrier? _down;
    private TimeSpan _lastUp;
    private TimeSpan _lastDown;
    private int _connection;
    private bool _isUp;
    private bool _serverSends;

    public ClientLink(World world, Jid self, Action<Iq> receive, Action sessionLost)
    {
        (_world, _self, _receive, _sessionLost) = (world, self, receive, sessionLost);
        _server = new ServerStream();
        world.Server.Add(self, Deliver);
        Begin();
    }

    /// <summary>A stanza of the client. It waits while the stream is being resumed.</summary>
    public void Send(Iq iq)
    {
        var element = iq.ToXml();
        if (!_isUp)
        {
            _unsent.Enqueue(element);
            return;
        }

        var step = _client.Sent(element);
        Up(element);
        Execute(step);
        if (_world.Random.Chance(_world.Plan.LinkLoss))
        {
            Lose();
        }
    }

    /// <summary>From the server: a stanza for this client.</summary>
    private void Deliver(Iq iq)
    {
        var element = iq.ToXml();
        _server.Sent(element);
        if (!_serverSends)
        {
            return;
        }

        Down(element);
        if (_isUp && _world.Random.Chance(_world.Plan.LinkLoss))
        {
            Lose();
        }
    }

    private void Begin()
    {
        (_isUp, _serverSends) = (true, true);
        _connection++;
        Reconnected();
        Execute(StreamManager.Begin(capacity: 1000, TimeSpan.FromMinutes(5)));
    }

    private void Reconnected()
    {
        if (_world.Plan.UsesXml)
        {
            (_up, _down) = (new XmlCarrier(_world), new XmlCarrier(_world));
        }
    }

    /// <summary>What is under way is lost with the connection.</summary>
    private void Lose()
    {
        _world.History?.Note(World.Name(_self), "link lost");
        (_isUp, _serverSends) = (false, false);
        _connection++;
        _world.Clock.After(TimeSpan.FromMilliseconds(_world.Random.Between(1, 3000)), Resume);
    }

    private void Resume()
    {
        _connection++;
        Reconnected();
        if (!_client.MayResume)
        {
            Rebind();
            return;
        }

        Execute(_client.Resume());
    }

    private void Rebind()
    {
        _world.HasFaulted = true;
        _world.History?.Note(World.Name(_self), "new session");
        var undelivered = _server.Unacknowledged;
        _server = new ServerStream();
        _unsent.Clear();
        Begin();
        foreach (var element in undelivered)
        {
            if (Iq.TryRead(element, out var iq, out _))
            {
                _world.Server.Bounce(iq);
            }
        }

        _sessionLost();
    }

    private void Execute(Step step)
    {
        _client = step.State;
        foreach (var output in step.Outputs)
        {
            switch (output)
            {
                case StreamManagementOutput.Send send:
                    Up(send.Element);
                    break;
                case StreamManagementOutput.Resumed resumed:
                    _isUp = true;
                    foreach (var element in resumed.Resend)
                    {
                        Up(element);
                    }

                    while (_isUp && _unsent.TryDequeue(out var next) && Iq.TryRead(next, out var iq, out _))
                    {
                        Send(iq);
                    }

                    break;
                case StreamManagementOutput.Failed:
                    Rebind();
                    break;
                case StreamManagementOutput.Close close:
                    _world.Violations.Add($"stream management of {_self}: {close.Reason}");
                    break;
            }
        }
    }

    private void Up(XmlElement element) => Carry(element, _up, ref _lastUp, FromClient);

    private void Down(XmlElement element) => Carry(element, _down, ref _lastDown, FromServer);

    private void Carry(XmlElement element, XmlCarrier? carrier, ref TimeSpan last, Action<XmlElement> arrive)
    {
        var connection = _connection;
        var at = _world.Clock.Now + _world.Delay();
        last = at > last ? at : last;
        _world.Clock.At(last, () =>
        {
            if (connection == _connection)
            {
                arrive(carrier?.Carry(element) ?? element);
            }
        });
    }

    private void FromClient(XmlElement element)
    {
        if (element.Namespace == Namespaces.StreamManagement)
        {
            var refuses = element.Name == "resume" && _world.Random.Chance(_world.Plan.ResumptionFails);
            _serverSends |= element.Name == "resume" && !refuses;
            foreach (var response in _server.Next(element, refuses))
            {
                Down(response);
            }
        }
        else
        {
            _server.Handled();
            if (Iq.TryRead(element, out var iq, out _))
            {
                _world.Server.Route(iq with { From = _self });
            }
        }
    }

    private void FromServer(XmlElement element)
    {
        Execute(_client.Next(element));
        if (Iq.TryRead(element, out var iq, out _))
        {
            _receive(iq);
        }
    }
}
