using ActorTransfer.Actors.Settings;
using ActorTransfer.Protocol;
using ActorTransfer.Protocol.Stanzas;
using ActorTransfer.Protocol.Streams;
using ActorTransfer.Protocol.Xml;
using ActorTransfer.Transports.Resolution;
using Akka.Actor;
using Akka.Event;

namespace ActorTransfer.Actors.Connections;

/// <summary>
/// The XML stream of an account or a component. Child of its connection; serves one stream: looks the server up (unless its host or port is set) -> connects
/// (to each endpoint in order, until one sends a stream header) -> logs in -> ready. It then reports <see cref="StanzaLink.Closed"/> and is replaced.
/// It reads again when it has handled what arrived. One write runs at a time and takes all queued texts.
/// </summary>
internal sealed partial class XmppStreamActor : ReceiveActor, IWithTimers
{
    private readonly ServerAddress _address;
    private readonly SessionTerms _terms;
    private readonly ConnectionSettings _settings;
    private readonly IServerResolver _resolver;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly ServerPings _pings = new();
    private readonly CancellationTokenSource _lookUp = new();
    private readonly ServerEndPoints _endPoints;

    /// <summary>Stanzas held until earlier ones are acknowledged; at most as many as the connection hands over before the first of them is written.</summary>
    private readonly Queue<XmlElement> _held = [];
    private XmppSession? _session;
    private StreamConnection? _connection;
    private bool _over;
    private int _taken;
    private bool _mayResume;
    private ResumableSession? _resume;

    /// <summary>Use <see cref="Props(ServerAddress, SessionTerms, ConnectionSettings, IServerResolver)"/>.</summary>
    public XmppStreamActor(ServerAddress address, SessionTerms terms, ConnectionSettings settings, IServerResolver resolver)
    {
        _address = address;
        _endPoints = new ServerEndPoints(address);
        _terms = terms;
        _settings = settings;
        _resolver = resolver;
        Receive<StanzaLink.Write>(write => Write(write.Stanza.ToXml()));
        Receive<StanzaLink.WriteMessage>(write => Write(write.Message));
        Receive<StanzaLink.Start>(Start);
        Receive<StanzaLink.End>(end => End(end.KeepsSession));
        Receive<Found>(found => Use(found.Search));
        Receive<StreamConnection.Connected>(connected => Established(connected.Channel), connected => connected.From == _connection);
        Receive<StreamConnection.Arrived>(arrived => Read(arrived.Items), arrived => arrived.From == _connection);
        Receive<StreamConnection.Flushed>(flushed => Wrote(flushed.Stanzas), flushed => flushed.From == _connection);
        Receive<StreamConnection.Secured>(secured => Encrypted(secured.Facts), secured => secured.From == _connection);
        Receive<StreamConnection.Broken>(broken => Failed(broken.Reason, broken.Fault), broken => broken.From == _connection);
        Receive<StreamTimer>(TimerElapsed);
        ReceiveAny(_ => { }); // reports of an abandoned connection
    }

    /// <inheritdoc/>
    public ITimerScheduler Timers { get; set; } = null!;

    /// <param name="address">The server.</param>
    /// <param name="terms">The identity to log in with.</param>
    /// <param name="settings">Timeouts and limits.</param>
    /// <param name="resolver">Looks the server up in DNS.</param>
    public static Props Props(ServerAddress address, SessionTerms terms, ConnectionSettings settings, IServerResolver resolver) =>
        Akka.Actor.Props.Create(() => new XmppStreamActor(address, terms, settings, resolver));

    private void Apply(Step<XmppSession, StreamOutput> step)
    {
        _session = step.State;
        WatchResumption(step.State);
        foreach (var output in step.Outputs)
        {
            Execute(output);
        }
    }

    private void Execute(StreamOutput output)
    {
        switch (output)
        {
            case StreamOutput.Send send:
                _connection!.Send(send.Text, send.IsAsked);
                break;
            case StreamOutput.StartTls:
                _connection!.Secure();
                break;
            case StreamOutput.RestartStream:
                _connection!.Restart();
                break;
            case StreamOutput.Ready ready:
                Ready(ready);
                break;
            case StreamOutput.Deliver deliver:
                Context.Parent.Tell(new StanzaLink.Received(deliver.Stanza));
                break;
            case StreamOutput.DeliverMessage deliver:
                Context.Parent.Tell(new StanzaLink.Messaged(deliver.Message));
                break;
            case StreamOutput.DeliverPresence deliver:
                Context.Parent.Tell(new StanzaLink.Present(deliver.Presence));
                break;
            case StreamOutput.Skipped skipped:
                Context.Parent.Tell(new StanzaLink.Skipped(skipped.Stanza));
                break;
            case StreamOutput.Close close when _session is { IsGreeted: false }:
                NextEndPoint(close.Reason, close.Fault);
                break;
            case StreamOutput.Close close:
                Close(close.Reason, close.ForGood, close.Fault, close.Redirect);
                break;
        }
    }

    private void Ready(StreamOutput.Ready ready)
    {
        Timers.Cancel(StreamTimer.OpenTimedOut);
        _log.Write(ConnectionsLog.LoggedIn, _address.DisplayName, _session!.Mechanism, ready.Resumed);
        if (_settings.KeepAlive > TimeSpan.Zero)
        {
            Timers.StartPeriodicTimer(StreamTimer.KeepAlive, StreamTimer.KeepAlive, _settings.KeepAlive);
        }

        Timers.StartPeriodicTimer(StreamTimer.Acknowledge, StreamTimer.Acknowledge, _settings.AcknowledgeAfter);
        Context.Parent.Tell(new StanzaLink.Opened(ready.Self, InProcess: false) { Resumed = ready.Resumed });
    }

    private void ReadOn()
    {
        if (!_over && _session is not (null or { Phase: StreamPhase.TlsHandshake }))
        {
            _connection!.Read();
        }
    }

    private void Read(IReadOnlyList<XmlStreamItem> items)
    {
        var connection = _connection!;
        connection.HasRead();
        if (_ending)
        {
            ReadLast(items);
            return;
        }

        _pings.Heard();
        Timers.Cancel(StreamTimer.PingTimedOut);
        foreach (var item in items)
        {
            if (_over || connection != _connection)
            {
                return;
            }

            Apply(_session!.Next(item));
            if (_session is { IsGreeted: true })
            {
                Timers.Cancel(StreamTimer.NotGreeted);
            }
        }

        SendHeld();
        Leave();
        ReadOn();
    }

    private void Write(XmlElement stanza)
    {
        if (!_over && !_ending && _session is { Phase: StreamPhase.Ready })
        {
            _held.Enqueue(stanza);
            SendHeld();
            RemindBeforeLeaving();
        }
    }

    /// <summary>Sends held stanzas as long as the session could still be resumed with them. Meanwhile the connection's bounded queue fills.</summary>
    private void SendHeld()
    {
        var taken = _taken;
        while (!_over && _session is { Phase: StreamPhase.Ready, IsFull: false } session && _held.TryDequeue(out var stanza))
        {
            _taken++;
            Apply(session.Say(stanza));
        }

        if (_held.Count == 0 || _over)
        {
            Timers.Cancel(StreamTimer.NotAcknowledged);
        }
        else if (_taken > taken || !Timers.IsTimerActive(StreamTimer.NotAcknowledged))
        {
            _log.Write(ConnectionsLog.StanzasHeldBack, _address.DisplayName, _settings.MaxUnacknowledged);
            Timers.StartSingleTimer(StreamTimer.NotAcknowledged, StreamTimer.NotAcknowledged, _settings.AcknowledgeTimeout);
            Apply(_session!.Remind());
        }
    }

    /// <summary>Logs and counts an established session that can no longer be resumed.</summary>
    private void WatchResumption(XmppSession session)
    {
        if (_mayResume && session is { Phase: StreamPhase.Ready, MayResume: false })
        {
            Instrumentation.EngineMetrics.Of(Context.System).Connections.ResumptionGivenUp();
            _log.Write(ConnectionsLog.ResumptionGivenUp,
                _address.DisplayName, _settings.MaxUnacknowledged);
        }

        _mayResume = session is { Phase: StreamPhase.Ready, MayResume: true };
    }

    private void Wrote(int stanzas)
    {
        for (var i = 0; i < stanzas; i++)
        {
            Context.Parent.Tell(StanzaLink.Written.Instance);
        }

        _connection!.HasWritten();
        ReadOn();
    }

    private void TimerElapsed(StreamTimer timer)
    {
        switch (timer)
        {
            case StreamTimer.NotGreeted:
                NextEndPoint("no XMPP stream header was received in time");
                break;
            case StreamTimer.OpenTimedOut when _endPoints.Number >= 0 && !_endPoints.IsLast && _session is not { IsGreeted: true }:
                NextEndPoint("no XMPP stream header was received in time");
                break;
            case StreamTimer.OpenTimedOut:
                Close($"{_address} did not complete the login in {_settings.OpenTimeout}", forGood: false);
                break;
            case StreamTimer.KeepAlive:
                KeepAlive();
                break;
            case StreamTimer.PingTimedOut:
                PingMissed();
                break;
            case StreamTimer.Acknowledge:
                Apply(_session!.Remind());
                break;
            case StreamTimer.NotLeft:
                CloseStream();
                break;
            case StreamTimer.NotEnded:
                Context.Stop(Self);
                break;
            case StreamTimer.NotAcknowledged:
                Apply(_session!.GiveUpResumption());
                SendHeld();
                break;
        }
    }

    /// <summary>A session to be resumed remains at the server as long as this stream has not authenticated.</summary>
    private void Close(string reason, bool forGood, LinkFault fault = LinkFault.Unreachable, OtherHost? redirect = null)
    {
        if (!_over)
        {
            _over = true;
            Timers.CancelAll();
            var resumable = _session is { IsAuthenticated: true } session ? session.Resumable : _resume;
            Context.Parent.Tell(new StanzaLink.Closed(reason, forGood) { Fault = fault, Resumable = resumable, Taken = _taken, Redirect = redirect });
        }
    }
}
