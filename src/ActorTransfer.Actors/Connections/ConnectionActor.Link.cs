using ActorTransfer.Protocol.Stanzas;
using ActorTransfer.Protocol.Streams;
using Akka.Actor;
using Akka.Event;

namespace ActorTransfer.Actors.Connections;

/// <content>The link: opened, lost, suspended, resumed and replaced.</content>
internal sealed partial class ConnectionActor
{
    private void Open()
    {
        if (_definition.Hold?.Invoke() is { } hold && hold > TimeSpan.Zero)
        {
            Timers.StartSingleTimer(ConnectionTimer.Reconnect, ConnectionTimer.Reconnect, hold);
            return;
        }

        _wasUp = false;
        _link = Context.Watch(Context.ActorOf(_host is { } host && _definition.Elsewhere is { } elsewhere ? elsewhere(host) : _definition.Link));
        _link.Tell(new StanzaLink.Start(_resumable));
    }

    private void Opened(StanzaLink.Opened opened)
    {
        if (_suspended && !opened.Resumed)
        {
            Lose("the server did not resume the session", forGood: false, LinkFault.Unreachable, TimeSpan.Zero);
        }

        var isResumed = EndSuspension();
        if (_opened is null)
        {
            _metrics.Up(_definition.Name, 1);
        }

        _opened = opened;
        _lost = null;
        _resumable = null;
        _wasUp = true;
        Timers.StartSingleTimer(ConnectionTimer.Stable, ConnectionTimer.Stable, _settings.ReconnectStable);
        _queue.Open(_link);
        _log.Write(opened.Resumed ? ConnectionsLog.ConnectionResumed : ConnectionsLog.ConnectionUp, _definition.Name, opened.Self);
        if (!isResumed)
        {
            Publish(new Connection.Up(_definition.Name, opened.Self));
        }

        TellReconnecting(new Connection.Up(_definition.Name, opened.Self));
        HandleLeft(opened.Resumed);
    }

    private void Closed(StanzaLink.Closed closed)
    {
        if (_closing)
        {
            Stop(closed.Resumable);
            return;
        }

        _resumable = closed.ForGood || _settings.ResumeWithin == TimeSpan.Zero ? null : closed.Resumable;
        if (closed.Redirect is not { } host || _definition.Elsewhere is null)
        {
            Down(closed);
        }
        else if (!_policy.TryRedirect())
        {
            Down(closed with { Reason = $"{closed.Reason}; too many consecutive redirects" });
        }
        else
        {
            Follow(closed, host);
        }
    }

    /// <summary>Connects to the host that the server refers to, with the same account and security (RFC 6120 §4.9.3.19).</summary>
    private void Follow(StanzaLink.Closed closed, OtherHost host)
    {
        _log.Write(ConnectionsLog.ConnectionRedirected, _definition.Name, host);
        StopLink();
        if (_opened is not null && _resumable is null)
        {
            Lose(closed.Reason, forGood: false, closed.Fault, TimeSpan.Zero);
        }

        _host = host;
        Open();
    }

    /// <summary>The link is closed. If its session can be resumed, the connection keeps its state for a while; otherwise it is lost.</summary>
    private void Down(StanzaLink.Closed closed)
    {
        StopLink();
        _host = _wasUp ? _host : null;
        var delay = _policy.Next(closed.ForGood, closed.Fault);
        if (_opened is null || _resumable is null)
        {
            var handedOver = _opened is null ? _resumable : null;
            Lose(closed.Reason, closed.ForGood, closed.Fault, delay);
            _resumable = handedOver;
        }
        else if (!_suspended)
        {
            _queue.Suspend(closed.Taken);
            _suspended = true;
            Timers.StartSingleTimer(ConnectionTimer.Suspended, ConnectionTimer.Suspended, _settings.ResumeWithin);
        }

        if (delay is { } pause)
        {
            _log.Write(ConnectionsLog.ConnectionLost, _definition.Name, closed.Reason, pause);
            Timers.StartSingleTimer(ConnectionTimer.Reconnect, ConnectionTimer.Reconnect, pause);
        }
        else
        {
            _log.Write(ConnectionsLog.ConnectionRefused, _definition.Name, closed.Reason);
        }

        TellReconnecting(new Connection.Lost(_definition.Name, closed.Reason, closed.ForGood) { Fault = closed.Fault, RetryIn = delay });
    }

    private void StopLink()
    {
        Context.Unwatch(_link);
        Context.Stop(_link);
        _link = ActorRefs.Nobody;
        Timers.Cancel(ConnectionTimer.Stable);
    }

    private void Lose(string reason, bool forGood, LinkFault fault, TimeSpan? retryIn)
    {
        EndSuspension();
        CountDown();
        _opened = null;
        _resumable = null;
        _returned.Clear();
        _queue.Clear();
        _routes.DropHeld();
        _pending.FailAll(NoAnswer.LinkLost);
        _lost = new Connection.Lost(_definition.Name, reason, forGood) { Fault = fault, RetryIn = retryIn };
        Publish(_lost);
    }

    private void Reconnect()
    {
        if (_opened is { } opened && !_suspended)
        {
            Sender.Tell(new Connection.Up(_definition.Name, opened.Self));
            return;
        }

        _reconnecting.Add(Sender);
        if (_link.IsNobody())
        {
            Timers.Cancel(ConnectionTimer.Reconnect);
            _metrics.Reconnecting(_definition.Name);
            _policy.Reset();
            Open();
        }
    }

    private void TellReconnecting(object status)
    {
        foreach (var caller in _reconnecting)
        {
            caller.Tell(status);
        }

        _reconnecting.Clear();
    }

    private void CountDown()
    {
        if (_opened is not null)
        {
            _metrics.Up(_definition.Name, -1);
        }
    }

    /// <summary>True when the connection was suspended.</summary>
    private bool EndSuspension()
    {
        var was = _suspended;
        Timers.Cancel(ConnectionTimer.Suspended);
        _suspended = false;
        return was;
    }

    private void TimerElapsed(ConnectionTimer timer)
    {
        switch (timer)
        {
            case ConnectionTimer.Reconnect when _link.IsNobody():
                _metrics.Reconnecting(_definition.Name);
                Open();
                break;
            case ConnectionTimer.Stable:
                _policy.Reset();
                break;
            case ConnectionTimer.CloseTimedOut:
                Stop(null);
                break;
            case ConnectionTimer.Suspended when _suspended:
                Lose($"the session was not resumed in {_settings.ResumeWithin}", forGood: false, LinkFault.Unreachable, _policy.LastPause);
                break;
        }
    }
}
