using System.Globalization;
using System.Net.Sockets;
using ActorTransfer.Actors.Settings;
using ActorTransfer.Protocol.Conversations;
using ActorTransfer.Protocol.Stanzas;
using ActorTransfer.Protocol.Xml;
using ActorTransfer.Transports.Sockets;
using ActorTransfer.Transports.Xmpp;
using Akka.Actor;
using Akka.Event;

namespace ActorTransfer.Actors.Connections.Client;

/// <summary>
/// The XML stream of a client account. Child of its connection; lives as long as one session's stream: connecting (by each <see cref="ClientAddress.Ways"/>
/// in turn, until a server greets) -> logging in -> ready, then it reports <see cref="StanzaLink.Closed"/> and is replaced. Reads on when it has handled what
/// came; one write runs at a time and takes all that waits.
/// </summary>
public sealed class ClientLinkActor : ReceiveActor, IWithTimers
{
    private const int MissesOfADeadLink = 2;

    /// <summary>A server that does not take our answers is not listened to.</summary>
    private const int MaxWaitingTexts = 256;

    private readonly ClientAddress _address;
    private readonly ClientTerms _terms;
    private readonly ConnectionSettings _settings;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly ClientOutbox _outbox = new();
    private readonly List<string> _failures = [];
    private ClientSession? _session;
    private XmppChannel? _channel;
    private CancellationTokenSource _life = new();
    private int _way = -1;
    private bool _reading;
    private bool _over;
    private bool _heard;
    private int _misses;

    /// <summary>Use <see cref="Props(ClientAddress, ClientTerms, ConnectionSettings)"/>.</summary>
    public ClientLinkActor(ClientAddress address, ClientTerms terms, ConnectionSettings settings)
    {
        _address = address;
        _terms = terms;
        _settings = settings;
        Receive<StanzaLink.Write>(write => Send(ClientSession.Write(write.Stanza.ToXml()), isStanza: true));
        Receive<Connected>(connected => Established(connected.Channel), connected => connected.Way == _way);
        Receive<Arrived>(arrived => Read(arrived.Items), arrived => arrived.Way == _way);
        Receive<Flushed>(flushed => Wrote(flushed.Stanzas), flushed => flushed.Way == _way);
        Receive<Secured>(secured => Encrypted(secured.Facts), secured => secured.Way == _way);
        Receive<Broke>(broke => Broken(broke.Why), broke => broke.Way == _way);
        Receive<NotGreeted>(_ => NextWay("nobody greets"));
        Receive<OpenTimedOut>(_ => Close($"{_address} did not complete the login in {_settings.OpenTimeout}", forGood: false));
        Receive<KeepAliveTick>(_ => KeepAlive());
        Receive<PingTimedOut>(_ => Missed());
        ReceiveAny(_ => { }); // words of a way that was given up
    }

    /// <inheritdoc/>
    public ITimerScheduler Timers { get; set; } = null!;

    /// <summary>Makes a link.</summary>
    /// <param name="address">Where.</param>
    /// <param name="terms">As whom.</param>
    /// <param name="settings">Time-outs and limits.</param>
    public static Props Props(ClientAddress address, ClientTerms terms, ConnectionSettings settings) =>
        Akka.Actor.Props.Create(() => new ClientLinkActor(address, terms, settings));

    /// <inheritdoc/>
    protected override void PreStart()
    {
        Timers.StartSingleTimer("open", OpenTimedOut.Instance, _settings.OpenTimeout);
        NextWay(null);
    }

    /// <summary>A session that the host ends is ended at the server too: it would keep it for resumption and take stanzas for it.</summary>
    protected override void PostStop()
    {
        if (_channel is { } channel && _session is { Phase: ClientPhase.Ready } && !_over && !_outbox.IsBusy)
        {
            _ = LeaveAsync(channel, _life);
            return;
        }

        End(_life);
    }

    private static async Task LeaveAsync(XmppChannel channel, CancellationTokenSource life)
    {
        try
        {
            await channel.WriteAsync(XmlStreamWriter.Close, CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception gone) when (gone is IOException or ObjectDisposedException or InvalidOperationException)
        {
            // Nobody there to be told.
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

    private void NextWay(string? why)
    {
        if (_over)
        {
            return;
        }

        if (why is not null)
        {
            _failures.Add(string.Create(CultureInfo.InvariantCulture, $"{_address.HostOrDomain}:{_address.Ways[_way].Port}{(_address.Ways[_way].Direct ? " by direct TLS" : "")}: {why}"));
        }

        if (_way + 1 == _address.Ways.Count)
        {
            Close($"cannot connect to {string.Join(", ", _failures)}", forGood: false);
            return;
        }

        End(_life);
        _life = new CancellationTokenSource();
        (_session, _channel, _reading) = (null, null, false);
        _outbox.Clear();
        var way = ++_way;
        var (port, direct) = _address.Ways[way];
        if (way + 1 < _address.Ways.Count)
        {
            Timers.StartSingleTimer("greeting", NotGreeted.Instance, _settings.GreetingTimeout);
        }

        XmppChannel.ConnectAsync(ClientNames.ToAscii(_address.HostOrDomain), port, _settings.Limits, _address.Allowed, _life.Token).LivesUntil(_life.Token).PipeTo(
            Self,
            success: channel => new Connected(way, channel),
            failure: exception => new Broke(way, ConnectFailure(exception)));
        _log.Debug("Connecting to {Host}:{Port}, direct TLS {Direct}", _address.HostOrDomain, port, direct);
    }

    private string ConnectFailure(Exception exception) => exception switch
    {
        EndPointNotAllowedException => "this is not the local machine, and passwords do not travel in clear to others",
        SocketException { SocketErrorCode: SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain } when _address.Host is null =>
            "the domain has no address of its own; name the server's host and port (SRV records are not looked up)",
        _ => exception.Message,
    };

    private void Established(XmppChannel channel)
    {
        _channel = channel;
        if (_address.Ways[_way].Direct)
        {
            _outbox.Secure();
            Pump();
        }
        else
        {
            Carry(ClientSession.Begin(_terms, StanzaIds.Random()));
        }
    }

    private void Encrypted(TlsFacts facts)
    {
        _outbox.Done();
        _log.Debug("{Account} is under {Tls}", _address.Account, facts.Description);
        Carry(_session is { } session ? session.Secured(facts.Bindings) : ClientSession.Begin(_terms, StanzaIds.Random(), facts.Bindings));
        ReadOn();
    }

    private void Carry(Step<ClientSession, ClientOutput> step)
    {
        _session = step.State;
        foreach (var output in step.Outputs)
        {
            Perform(output);
        }
    }

    private void Perform(ClientOutput output)
    {
        switch (output)
        {
            case ClientOutput.Send send:
                Send(send.Text, isStanza: false);
                break;
            case ClientOutput.StartTls:
                _outbox.Secure();
                Pump();
                break;
            case ClientOutput.RestartStream:
                _channel!.Restart();
                break;
            case ClientOutput.Ready ready:
                Ready(ready);
                break;
            case ClientOutput.Deliver deliver:
                Context.Parent.Tell(new StanzaLink.Received(deliver.Stanza));
                break;
            case ClientOutput.DeliverMessage deliver:
                Context.Parent.Tell(new StanzaLink.Messaged(deliver.Message));
                break;
            case ClientOutput.Close close when _session is { IsGreeted: false }:
                NextWay(close.Why);
                break;
            case ClientOutput.Close close:
                Close(close.Why, close.ForGood);
                break;
        }
    }

    private void Ready(ClientOutput.Ready ready)
    {
        Timers.Cancel("open");
        if (_settings.KeepAlive > TimeSpan.Zero)
        {
            Timers.StartPeriodicTimer("keep-alive", KeepAliveTick.Instance, _settings.KeepAlive);
        }

        Context.Parent.Tell(new StanzaLink.Opened(ready.Self, InProcess: false));
    }

    private void ReadOn()
    {
        if (_reading || _over || _channel is not { } channel || _session is null or { Phase: ClientPhase.Handshake } || _outbox.Count > MaxWaitingTexts)
        {
            return;
        }

        var way = _way;
        _reading = true;
        channel.ReadAsync(_life.Token).PipeTo(
            Self,
            success: items => items.Count == 0 ? new Broke(way, "the server closed the connection") : new Arrived(way, items),
            failure: exception => new Broke(way, exception.Message));
    }

    private void Read(IReadOnlyList<XmlStreamItem> items)
    {
        (_reading, _heard, _misses) = (false, true, 0);
        Timers.Cancel("ping");
        var way = _way;
        foreach (var item in items)
        {
            if (_over || way != _way)
            {
                return;
            }

            Carry(_session!.Next(item));
            if (_session is { IsGreeted: true })
            {
                Timers.Cancel("greeting");
            }
        }

        ReadOn();
    }

    private void Send(string text, bool isStanza)
    {
        _outbox.Add(text, isStanza);
        Pump();
    }

    private void Pump()
    {
        if (_channel is not { } channel || _outbox.Next() is not { } next)
        {
            return;
        }

        var way = _way;
        if (next.IsSecure)
        {
            channel.SecureAsync(Tls(), _life.Token).PipeTo(Self, success: facts => new Secured(way, facts), failure: exception => new Broke(way, exception.Message));
        }
        else
        {
            channel.WriteAsync(next.Text, _life.Token).PipeTo(
                Self, success: () => new Flushed(way, next.Stanzas), failure: exception => new Broke(way, exception.Message));
        }
    }

    private TlsTerms Tls() => new(ClientNames.ToAscii(_address.Account.Domain.Trim('[', ']')))
    {
        Certificate = _address.Certificate,
        Roots = _address.Roots,
        PinnedSha256 = _address.PinnedSha256,
        IsDirect = _address.Ways[_way].Direct,
    };

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

    private void Broken(string why)
    {
        if (_session is { IsGreeted: true })
        {
            Close(why, forGood: false);
        }
        else
        {
            NextWay(why);
        }
    }

    /// <summary>A server that said anything since the last tick is there; else it is asked (XEP-0199).</summary>
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
        Carry(_session!.Ping(StanzaIds.Random()));
        Timers.StartSingleTimer("ping", PingTimedOut.Instance, _settings.PingTimeout);
    }

    private void Missed()
    {
        if (++_misses == MissesOfADeadLink)
        {
            Close($"the server left {MissesOfADeadLink} pings unanswered", forGood: false);
        }
        else
        {
            Ping();
        }
    }

    private void Close(string why, bool forGood)
    {
        if (!_over)
        {
            _over = true;
            Timers.CancelAll();
            Context.Parent.Tell(new StanzaLink.Closed(why, forGood));
        }
    }

    private sealed record Connected(int Way, XmppChannel Channel);

    private sealed record Arrived(int Way, IReadOnlyList<XmlStreamItem> Items);

    private sealed record Flushed(int Way, int Stanzas);

    private sealed record Secured(int Way, TlsFacts Facts);

    private sealed record Broke(int Way, string Why);

    private sealed record NotGreeted
    {
        public static NotGreeted Instance { get; } = new();
    }

    private sealed record OpenTimedOut
    {
        public static OpenTimedOut Instance { get; } = new();
    }

    private sealed record KeepAliveTick
    {
        public static KeepAliveTick Instance { get; } = new();
    }

    private sealed record PingTimedOut
    {
        public static PingTimedOut Instance { get; } = new();
    }
}
