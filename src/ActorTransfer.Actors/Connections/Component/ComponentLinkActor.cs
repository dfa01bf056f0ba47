using ActorTransfer.Actors.Settings;
using ActorTransfer.Protocol.Addressing;
using ActorTransfer.Protocol.Conversations;
using ActorTransfer.Protocol.Xml;
using ActorTransfer.Transports;
using ActorTransfer.Transports.Sockets;
using ActorTransfer.Transports.Xmpp;
using Akka.Actor;
using Akka.Streams;
using Akka.Streams.Dsl;

namespace ActorTransfer.Actors.Connections.Component;

/// <summary>Where and as whom a component attaches to its server (XEP-0114).</summary>
/// <param name="Host">Server's host name or address.</param>
/// <param name="Port">Its component port.</param>
/// <param name="Name">The component's domain.</param>
/// <param name="Secret">Shared with the server; never logged.</param>
public sealed record ComponentAddress(string Host, int Port, Jid Name, string Secret)
{
    /// <inheritdoc/>
    public override string ToString() => $"component {Name} at {Host}:{Port}";
}

/// <summary>
/// The XML stream of an external component. Child of its connection; lives as long as one stream: connecting -> opening -> ready, then it reports
/// <see cref="StanzaLink.Closed"/> and is replaced. Reads an item only when the one before was handled; writes at most a window of stanzas ahead.
/// </summary>
public sealed class ComponentLinkActor : ReceiveActor, IWithTimers
{
    /// <summary>Room in the queue for what the stream itself says: opening, handshake, keep-alive, errors.</summary>
    private const int SpareForOurselves = 16;

    /// <summary>With so many of them unwritten nothing is read: a peer can cause errors as fast as the server delivers.</summary>
    private const int MaxOwnUnwritten = SpareForOurselves / 2;

    private readonly ComponentAddress _address;
    private readonly ConnectionSettings _settings;
    private readonly CancellationTokenSource _life = new();
    private ComponentSession _session;
    private ISourceQueueWithComplete<Outgoing>? _writer;
    private bool _wroteSinceTick;
    private int _ownUnwritten;
    private IActorRef? _unread;

    /// <summary>Use <see cref="Props(ComponentAddress, ConnectionSettings)"/>.</summary>
    public ComponentLinkActor(ComponentAddress address, ConnectionSettings settings)
    {
        _address = address;
        _settings = settings;
        _session = new ComponentSession(address.Name, address.Secret);
        Receive<StanzaLink.Start>(_ => Start());
        Receive<IByteLink>(Connected);
        Receive<StanzaLink.Write>(write => Write(new Outgoing(ComponentSession.Write(write.Stanza), IsStanza: true)));
        Receive<OwnWritten>(_ => OwnWasWritten());
        Receive<Overrun>(_ => Close("more was written than the window allows", forGood: false));
        Receive<StreamStarted>(_ => Sender.Tell(Taken.Instance));
        Receive<XmlStreamItem>(Arrived);
        Receive<StreamEnded>(ended => Close(ended.Why, forGood: false));
        Receive<OpenTimedOut>(_ => Close($"{_address} did not complete the handshake in {_settings.OpenTimeout}", forGood: false));
        Receive<KeepAliveTick>(_ => KeepAlive());
    }

    /// <inheritdoc/>
    public ITimerScheduler Timers { get; set; } = null!;

    /// <summary>Makes a link.</summary>
    public static Props Props(ComponentAddress address, ConnectionSettings settings) =>
        Akka.Actor.Props.Create(() => new ComponentLinkActor(address, settings));

    /// <inheritdoc/>
    protected override void PostStop()
    {
        _life.Cancel();
        _life.Dispose();
    }

    private void Start()
    {
        Timers.StartSingleTimer("open", OpenTimedOut.Instance, _settings.OpenTimeout);
        TcpConnector.ConnectAsync(_address.Host, _address.Port, _life.Token).LivesUntil(_life.Token).PipeTo(
            Self,
            success: link => link,
            failure: exception => new StreamEnded($"cannot connect to {_address.Host}:{_address.Port}: {exception.Message}"));
    }

    private void Connected(IByteLink link)
    {
        var materializer = Context.Materializer();
        var self = Self;
        var parent = Context.Parent;
        (_writer, var written) = Source.Queue<Outgoing>(_settings.WriteWindow + SpareForOurselves, OverflowStrategy.DropNew)
            .Select(outgoing => Announce(outgoing, parent, self))
            .Via(XmppFraming.TextWriter())
            .ToMaterialized(link.Outgoing, Keep.Both)
            .Run(materializer);
        written.PipeTo(self, success: _ => new StreamEnded("the stream was closed"), failure: exception => new StreamEnded(exception.Message));
        link.Incoming
            .Via(XmppFraming.Reader(_settings.Limits))
            .RunWith(
                Sink.ActorRefWithAck<XmlStreamItem>(
                    self,
                    new StreamStarted(),
                    Taken.Instance,
                    new StreamEnded("the server closed the connection"),
                    exception => new StreamEnded(exception.Message)),
                materializer);
        Write(new Outgoing(_session.Opening));
    }

    /// <summary>A stanza leaves the queue when the socket took the one before: that is what the connection's window counts.</summary>
    private static string Announce(Outgoing outgoing, IActorRef connection, IActorRef self)
    {
        if (outgoing.IsStanza)
        {
            connection.Tell(StanzaLink.Written.Instance, self);
        }
        else
        {
            self.Tell(OwnWritten.Instance, ActorRefs.NoSender);
        }

        return outgoing.Text;
    }

    private void Write(Outgoing outgoing)
    {
        _wroteSinceTick = true;
        if (_writer is { } writer)
        {
            _ownUnwritten += outgoing.IsStanza ? 0 : 1;
            _ = OfferAsync(writer, outgoing, Self);
        }
    }

    /// <summary>Says only what went wrong: a message for each stanza that was taken would double the actor's work.</summary>
    private static async Task OfferAsync(ISourceQueueWithComplete<Outgoing> writer, Outgoing outgoing, IActorRef self)
    {
        try
        {
            if (await writer.OfferAsync(outgoing).ConfigureAwait(false) is QueueOfferResult.Dropped)
            {
                self.Tell(new Overrun(), ActorRefs.NoSender);
            }
        }
#pragma warning disable CA1031 // whatever ended the stream is the message
        catch (Exception exception)
#pragma warning restore CA1031
        {
            self.Tell(new StreamEnded(exception.Message), ActorRefs.NoSender);
        }
    }

    private void Arrived(XmlStreamItem item)
    {
        var step = _session.Next(item);
        _session = step.State;
        foreach (var output in step.Outputs)
        {
            Perform(output);
        }

        if (_ownUnwritten > MaxOwnUnwritten)
        {
            _unread = Sender;
        }
        else
        {
            Sender.Tell(Taken.Instance);
        }
    }

    private void OwnWasWritten()
    {
        _ownUnwritten--;
        if (_ownUnwritten <= MaxOwnUnwritten)
        {
            _unread?.Tell(Taken.Instance);
            _unread = null;
        }
    }

    private void Perform(ComponentOutput output)
    {
        switch (output)
        {
            case ComponentOutput.Send send:
                Write(new Outgoing(send.Text));
                break;
            case ComponentOutput.Ready:
                Ready();
                break;
            case ComponentOutput.Deliver deliver:
                Context.Parent.Tell(new StanzaLink.Received(deliver.Stanza));
                break;
            case ComponentOutput.DeliverMessage deliver:
                Context.Parent.Tell(new StanzaLink.Messaged(deliver.Message));
                break;
            case ComponentOutput.Skipped skipped:
                Context.Parent.Tell(new StanzaLink.Skipped(skipped.Stanza));
                break;
            case ComponentOutput.Close close:
                Close(close.Why, close.ForGood);
                break;
        }
    }

    private void Ready()
    {
        Timers.Cancel("open");
        if (_settings.KeepAlive > TimeSpan.Zero)
        {
            Timers.StartPeriodicTimer("keep-alive", KeepAliveTick.Instance, _settings.KeepAlive);
        }

        Context.Parent.Tell(new StanzaLink.Opened(_address.Name, InProcess: false));
    }

    private void KeepAlive()
    {
        if (!_wroteSinceTick)
        {
            Write(new Outgoing(" "));
        }

        _wroteSinceTick = false;
    }

    private static void Close(string why, bool forGood) => Context.Parent.Tell(new StanzaLink.Closed(why, forGood));

    private sealed record Outgoing(string Text, bool IsStanza = false);

    private sealed record Overrun;

    private sealed record OwnWritten
    {
        public static OwnWritten Instance { get; } = new();
    }

    private sealed record StreamStarted;

    private sealed record StreamEnded(string Why);

    private sealed record Taken
    {
        public static Taken Instance { get; } = new();
    }

    private sealed record OpenTimedOut
    {
        public static OpenTimedOut Instance { get; } = new();
    }

    private sealed record KeepAliveTick
    {
        public static KeepAliveTick Instance { get; } = new();
    }
}
