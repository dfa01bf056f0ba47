using ActorTransfer.Protocol.Bytestreams;
using ActorTransfer.Protocol.Resolution;
using ActorTransfer.Protocol.Stanzas;
using ActorTransfer.Transports.Resolution;
using ActorTransfer.Transports.Xmpp;
using Akka.Actor;
using Akka.Event;

namespace ActorTransfer.Actors.Connections;

/// <content>From the DNS lookup to the first endpoint that sends a stream header.</content>
internal sealed partial class XmppStreamActor
{
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

    /// <summary>Each link queries DNS again, so that a server that has moved is found when its records expire.</summary>
    private void LookUp(string domain)
    {
        Timers.StartSingleTimer(StreamTimer.OpenTimedOut, StreamTimer.OpenTimedOut, _settings.OpenTimeout);
        var (startTls, directTls) = (_address.TakesStartTls, _address.TakesDirectTls);
        _resolver.FindAsync(domain, startTls, directTls, _lookUp.Token).PipeTo(
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
            _log.Write(ConnectionsLog.LookUpFailed, _address.DisplayName, search.Faults);
        }

        switch (search.Choose(Draw))
        {
            case ServerChoice.EndPoints found:
                _log.Write(ConnectionsLog.Connecting,
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

    private void NextEndPoint(string? reason, LinkFault fault = LinkFault.Unreachable)
    {
        if (_over)
        {
            return;
        }

        if (!_endPoints.Next(reason, fault))
        {
            Close($"cannot connect to {_endPoints.Failures}", forGood: false, _endPoints.Fault);
            return;
        }

        _connection?.Dispose();
        _connection = new StreamConnection(Self, _address);
        _session = null;
        Timers.Cancel(StreamTimer.NotGreeted);
        Timers.StartSingleTimer(StreamTimer.OpenTimedOut, StreamTimer.OpenTimedOut, _settings.OpenTimeout);
        if (!_endPoints.IsLast)
        {
            Timers.StartSingleTimer(StreamTimer.NotGreeted, StreamTimer.NotGreeted, _settings.GreetingTimeout);
        }

        var endPoint = _endPoints.Current;
        _connection.Connect(endPoint, _settings, _resolver, exception => _endPoints.Describe(exception, endPoint));
    }

    private void Established(XmppChannel channel)
    {
        _connection!.Use(channel);
        if (_endPoints.Current.DirectTls)
        {
            _connection.Secure();
        }
        else
        {
            Apply(_terms.Begin(StanzaIds.Random(), resume: _resume));
        }
    }

    private void Encrypted(TlsFacts facts)
    {
        _connection!.HasWritten();
        _log.Write(ConnectionsLog.Encrypted, _address.DisplayName, facts.Description);
        Apply(_session is { } session ? session.Secured(facts.Bindings) : _terms.Begin(StanzaIds.Random(), facts.Bindings, _resume));
        ReadOn();
    }

    private void Failed(string reason, LinkFault fault)
    {
        if (_session is { IsGreeted: true })
        {
            Close(reason, forGood: false, fault);
        }
        else
        {
            NextEndPoint(reason, fault);
        }
    }

    private sealed record Found(ServerSearch Search);
}
