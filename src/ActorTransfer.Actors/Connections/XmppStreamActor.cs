using ActorTransfer.Actors.Settings;
using ActorTransfer.Protocol;
using ActorTransfer.Protocol.Bytestreams;
using ActorTransfer.Protocol.Resolution;
using ActorTransfer.Protocol.Stanzas;
using ActorTransfer.Protocol.Streams;
using ActorTransfer.Protocol.Xml;
using ActorTransfer.Transports.Resolution;
using ActorTransfer.Transports.Xmpp;
using Akka.Actor;
using Akka.Event;

namespace ActorTransfer.Actors.Connections;

/// <summary>
/// The XML stream of an account or a component. Child of its connection; serves one stream: looks the server up (unless its host or port is set) -> connects
/// (to each endpoint in order, until one sends a stream header) -> logs in -> ready. It then reports <see cref="StanzaLink.Closed"/> and is replaced.
/// It reads again when it has handled what arrived. One write runs at a time and takes all queued texts.
/// </summary>
internal sealed class XmppStreamActor : ReceiveActor, IWithTimers
{
    private const int MaxMissedPings = 2;

    /// <summary>Reading stops while the server does not read our responses.</summary>
    private const int MaxQueuedTexts = 256;

    /// <summary>Enough unless the server has not read for long: the kernel buffers the closing tag at once.</summary>
    private static readonly TimeSpan s_closeTimeout = TimeSpan.FromSeconds(2);

    private readonly ServerAddress _address;
    private readonly SessionTerms _terms;
    private readonly ConnectionSettings _settings;
    private readonly IServerResolver _resolver;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly StreamOutbox _outbox = new();
    private readonly ServerEndPoints _endPoints;

    /// <summary>Stanzas held until earlier ones are acknowledged; at most as many as the connection hands over before the first of them is written.</summary>
    private readonly Queue<Iq> _held = [];
    private XmppSession? _session;
    private XmppChannel? _channel;
    private CancellationTokenSource _life = new();
    private bool _reading;
    private bool _over;
    private bool _heard;
    private int _misses;
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
        Receive<StanzaLink.Write>(write => Write(write.Stanza));
        Receive<StanzaLink.Start>(Start);
        Receive<Found>(found => Use(found.Search));
        Receive<Connected>(connected => Established(connected.Channel), connected => connected.Attempt == _endPoints.Number);
        Receive<Arrived>(arrived => Read(arrived.Items), arrived => arrived.Attempt == _endPoints.Number);
        Receive<Flushed>(flushed => Wrote(flushed.Stanzas), flushed => flushed.Attempt == _endPoints.Number);
        Receive<Secured>(secured => Encrypted(secured.Facts), secured => secured.Attempt == _endPoints.Number);
        Receive<Broke>(broke => Failed(broke.Why, broke.Fault), broke => broke.Attempt == _endPoints.Number);
        Receive<StreamTimer>(TimerElapsed);
        ReceiveAny(_ => { }); // results of an abandoned attempt
    }

    /// <inheritdoc/>
    public ITimerScheduler Timers { get; set; } = null!;

    /// <param name="address">The server.</param>
    /// <param name="terms">The identity to log in with.</param>
    /// <param name="settings">Timeouts and limits.</param>
    /// <param name="resolver">Looks the server up in DNS.</param>
    public static Props Props(ServerAddress address, SessionTerms terms, ConnectionSettings settings, IServerResolver resolver) =>
        Akka.Actor.Props.Create(() => new XmppStreamActor(address, terms, settings, resolver));

    /// <summary>Closes the stream of a session that the application ends; otherwise the server would keep it, and stanzas for it, for resumption.</summary>
    protected override void PostStop()
    {
        if (_channel is { } channel && _session is { Phase: StreamPhase.Ready } && !_over && !_outbox.IsBusy)
        {
            _ = CloseStreamAsync(channel, _life);
            return;
        }

        End(_life);
    }

    private void Start(StanzaLink.Start start)
    {
        _resume = start.Session;
        if (_address.SrvDomain is { } domain)
        {
            LookUp(domain);
        }
        else
        {
            NextEndPoint(null);
        }
    }

    private static async Task CloseStreamAsync(XmppChannel channel, CancellationTokenSource life)
    {
        using var limit = new CancellationTokenSource(s_closeTimeout);
        try
        {
            await channel.WriteAsync(XmlStreamWriter.Close, limit.Token).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException or OperationCanceledException)
        {
            // The connection is closed already.
        }
        finally
        {
            End(life);
        }
    }

    private static void End(CancellationTokenSource life)
    {
        life.Cancel();
        life.Dispose();
    }

    /// <summary>Each link queries DNS again, so that a server that has moved is found when its records expire.</summary>
    private void LookUp(string domain)
    {
        Timers.StartSingleTimer(StreamTimer.OpenTimedOut, StreamTimer.OpenTimedOut, _settings.OpenTimeout);
        var (startTls, directTls) = (_address.TakesStartTls, _address.TakesDirectTls);
        _resolver.FindAsync(domain, startTls, directTls, _life.Token).PipeTo(
            Self,
            success: search => new Found(search),
            failure: exception => new Found(FailedSearch(exception.Message)));

        ServerSearch FailedSearch(string reason) =>
            new(domain, startTls ? new SrvAnswer.Failed(reason) : null, directTls ? new SrvAnswer.Failed(reason) : null);
    }

    private void Use(ServerSearch search)
    {
        if (search.Faults.Length > 0)
        {
            _log.Warning("{Account}: DNS lookup failed: {Reason}", _address.DisplayName, search.Faults);
        }

        switch (search.Choose(Draw))
        {
            case ServerChoice.EndPoints found:
                _log.Debug(
                    "{Account} connects to {EndPoints}; from SRV records: {AreRecords}",
                    _address.DisplayName, string.Join(", ", found.InOrder), found.AreRecords);
                _endPoints.Use(found.InOrder, search.Faults);
                NextEndPoint(null);
                break;
            case ServerChoice.Unavailable unavailable:
                Close(unavailable.Reason, unavailable.IsCertain, LinkFault.ServiceUnavailable);
                break;
        }
    }

#pragma warning disable CA5394 // balances load; not used for security
    private static int Draw(int most) => Random.Shared.Next(most + 1);
#pragma warning restore CA5394

    private void NextEndPoint(string? why, LinkFault fault = LinkFault.Unreachable)
    {
        if (_over)
        {
            return;
        }

        if (!_endPoints.Next(why, fault))
        {
            Close($"cannot connect to {_endPoints.Failures}", forGood: false, _endPoints.Fault);
            return;
        }

        End(_life);
        _life = new CancellationTokenSource();
        (_session, _channel, _reading) = (null, null, false);
        _outbox.Clear();
        Timers.Cancel(StreamTimer.NotGreeted);
        Timers.StartSingleTimer(StreamTimer.OpenTimedOut, StreamTimer.OpenTimedOut, _settings.OpenTimeout);
        if (!_endPoints.IsLast)
        {
            Timers.StartSingleTimer(StreamTimer.NotGreeted, StreamTimer.NotGreeted, _settings.GreetingTimeout);
        }

        var attempt = _endPoints.Number;
        var at = _endPoints.Current;
        XmppChannel.ConnectAsync(ServerEndPoints.ToAscii(at.Host), at.Port, _settings.Limits, _address.Allowed, _resolver, _life.Token).LivesUntil(_life.Token).PipeTo(
            Self,
            success: channel => new Connected(attempt, channel),
            failure: exception => new Broke(attempt, _endPoints.Describe(exception, at)));
    }

    private void Established(XmppChannel channel)
    {
        _channel = channel;
        if (_endPoints.Current.DirectTls)
        {
            _outbox.Secure();
            Pump();
        }
        else
        {
            Apply(_terms.Begin(StanzaIds.Random(), resume: _resume));
        }
    }

    private void Encrypted(TlsFacts facts)
    {
        _outbox.Done();
        _log.Debug("{Account} uses {Tls}", _address.DisplayName, facts.Description);
        Apply(_session is { } session ? session.Secured(facts.Bindings) : _terms.Begin(StanzaIds.Random(), facts.Bindings, _resume));
        ReadOn();
    }

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
                _outbox.Add(send.Text, send.IsAsked);
                Pump();
                break;
            case StreamOutput.StartTls:
                _outbox.Secure();
                Pump();
                break;
            case StreamOutput.RestartStream:
                _channel!.Restart();
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
            case StreamOutput.Skipped skipped:
                Context.Parent.Tell(new StanzaLink.Skipped(skipped.Stanza));
                break;
            case StreamOutput.Close close when _session is { IsGreeted: false }:
                NextEndPoint(close.Why, close.Fault);
                break;
            case StreamOutput.Close close:
                Close(close.Why, close.ForGood, close.Fault, close.Redirect);
                break;
        }
    }

    private void Ready(StreamOutput.Ready ready)
    {
        Timers.Cancel(StreamTimer.OpenTimedOut);
        _log.Debug("{Account} logged in by {Mechanism}, session resumed {Resumed}", _address.DisplayName, _session!.Mechanism, ready.Resumed);
        if (_settings.KeepAlive > TimeSpan.Zero)
        {
            Timers.StartPeriodicTimer(StreamTimer.KeepAlive, StreamTimer.KeepAlive, _settings.KeepAlive);
        }

        Timers.StartPeriodicTimer(StreamTimer.Acknowledge, StreamTimer.Acknowledge, _settings.AcknowledgeAfter);
        Context.Parent.Tell(new StanzaLink.Opened(ready.Self, InProcess: false) { Resumed = ready.Resumed });
    }

    private void ReadOn()
    {
        if (_reading || _over || _channel is not { } channel || _session is null or { Phase: StreamPhase.TlsHandshake } || _outbox.Count > MaxQueuedTexts)
        {
            return;
        }

        var attempt = _endPoints.Number;
        _reading = true;
        channel.ReadAsync(_life.Token).PipeTo(
            Self,
            success: items => items.Count == 0 ? new Broke(attempt, "the server closed the connection") : new Arrived(attempt, items),
            failure: exception => new Broke(attempt, exception.Message));
    }

    private void Read(IReadOnlyList<XmlStreamItem> items)
    {
        (_reading, _heard, _misses) = (false, true, 0);
        Timers.Cancel(StreamTimer.PingTimedOut);
        var attempt = _endPoints.Number;
        foreach (var item in items)
        {
            if (_over || attempt != _endPoints.Number)
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
        ReadOn();
    }

    private void Write(Iq stanza)
    {
        if (!_over && _session is { Phase: StreamPhase.Ready })
        {
            _held.Enqueue(stanza);
            SendHeld();
        }
    }

    /// <summary>Sends held stanzas as long as the session could still be resumed with them. Meanwhile the connection's bounded queue fills.</summary>
    private void SendHeld()
    {
        var taken = _taken;
        while (!_over && _session is { Phase: StreamPhase.Ready, IsFull: false } session && _held.TryDequeue(out var stanza))
        {
            _taken++;
            Apply(session.Say(stanza.ToXml()));
        }

        if (_held.Count == 0 || _over)
        {
            Timers.Cancel(StreamTimer.NotAcknowledged);
        }
        else if (_taken > taken || !Timers.IsTimerActive(StreamTimer.NotAcknowledged))
        {
            _log.Debug("{Account} holds back stanzas: {Unacknowledged} are unacknowledged", _address.DisplayName, _settings.MaxUnacknowledged);
            Timers.StartSingleTimer(StreamTimer.NotAcknowledged, StreamTimer.NotAcknowledged, _settings.AcknowledgeTimeout);
            Apply(_session!.Remind());
        }
    }

    /// <summary>Logs and counts an established session that can no longer be resumed.</summary>
    private void WatchResumption(XmppSession session)
    {
        if (_mayResume && session is { Phase: StreamPhase.Ready, MayResume: false })
        {
            Telemetry.ResumptionGivenUp();
            _log.Warning(
                "{Account}: the server left {Unacknowledged} stanzas unacknowledged; the session continues but can no longer be resumed",
                _address.DisplayName, _settings.MaxUnacknowledged);
        }

        _mayResume = session is { Phase: StreamPhase.Ready, MayResume: true };
    }

    private void Pump()
    {
        if (_channel is not { } channel || _outbox.Next() is not { } next)
        {
            return;
        }

        var attempt = _endPoints.Number;
        if (next.IsSecure)
        {
            channel.SecureAsync(_address.TlsTerms(_endPoints.Current.DirectTls), _life.Token).PipeTo(Self, success: facts => new Secured(attempt, facts), failure: exception => new Broke(attempt, exception.Message, FaultOf(exception)));
        }
        else
        {
            channel.WriteAsync(next.Text, _life.Token).PipeTo(
                Self, success: () => new Flushed(attempt, next.Stanzas), failure: exception => new Broke(attempt, exception.Message));
        }
    }

    private void Wrote(int stanzas)
    {
        _outbox.Done();
        for (var i = 0; i < stanzas; i++)
        {
            Context.Parent.Tell(StanzaLink.Written.Instance);
        }

        Pump();
        ReadOn();
    }

    private void Failed(string why, LinkFault fault)
    {
        if (_session is { IsGreeted: true })
        {
            Close(why, forGood: false, fault);
        }
        else
        {
            NextEndPoint(why, fault);
        }
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
            case StreamTimer.NotAcknowledged:
                Apply(_session!.GiveUpResumption());
                SendHeld();
                break;
        }
    }

    /// <summary>Pings a server that has sent nothing since the last tick (XEP-0199).</summary>
    private void KeepAlive()
    {
        if (!_heard)
        {
            Ping();
        }

        _heard = false;
    }

    private void Ping()
    {
        Apply(_session!.Ping(StanzaIds.Random()));
        if (_session is { AwaitsPong: true })
        {
            Timers.StartSingleTimer(StreamTimer.PingTimedOut, StreamTimer.PingTimedOut, _settings.PingTimeout);
        }
    }

    private void PingMissed()
    {
        if (++_misses == MaxMissedPings)
        {
            Close($"the server did not respond to {MaxMissedPings} pings", forGood: false);
        }
        else
        {
            Ping();
        }
    }

    private static LinkFault FaultOf(Exception exception) =>
        exception is CertificateRefusedException ? LinkFault.CertificateRefused : LinkFault.Unreachable;

    /// <summary>A session to be resumed remains at the server as long as this stream has not authenticated.</summary>
    private void Close(string why, bool forGood, LinkFault fault = LinkFault.Unreachable, OtherHost? redirect = null)
    {
        if (!_over)
        {
            _over = true;
            Timers.CancelAll();
            var resumable = _session is { IsAuthenticated: true } session ? session.Resumable : _resume;
            Context.Parent.Tell(new StanzaLink.Closed(why, forGood) { Fault = fault, Resumable = resumable, Taken = _taken, Redirect = redirect });
        }
    }

    private sealed record Found(ServerSearch Search);

    private sealed record Connected(int Attempt, XmppChannel Channel);

    private sealed record Arrived(int Attempt, IReadOnlyList<XmlStreamItem> Items);

    private sealed record Flushed(int Attempt, int Stanzas);

    private sealed record Secured(int Attempt, TlsFacts Facts);

    private sealed record Broke(int Attempt, string Why, LinkFault Fault = LinkFault.Unreachable);

    private enum StreamTimer
    {
        NotGreeted,
        OpenTimedOut,
        KeepAlive,
        PingTimedOut,
        Acknowledge,
        NotAcknowledged,
    }
}
