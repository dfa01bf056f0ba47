using ActorTransfer.Protocol.Streams;
using ActorTransfer.Protocol.Xml;
using Akka.Actor;

namespace ActorTransfer.Actors.Connections;

/// <content>The end of a session that is closed from this side (RFC 6120 §4.4).</content>
internal sealed partial class XmppStreamActor
{
    /// <summary>How long the server may take for its closing tag, or for the acknowledgement of what was sent.</summary>
    private static readonly TimeSpan s_endTimeout = TimeSpan.FromSeconds(2);

    private bool _ending;
    private bool _leaving;

    /// <summary>Closes the stream of a session that the application ends; otherwise the server would keep it, and stanzas for it, for resumption.</summary>
    protected override void PostStop()
    {
        _lookUp.Cancel();
        _lookUp.Dispose();
        if (_session is { Phase: StreamPhase.Ready } && !_over && !_ending)
        {
            _connection?.CloseStream();
        }
        else
        {
            _connection?.Dispose();
        }
    }

    /// <summary>Ends the session, or leaves it at the server for another process.</summary>
    private void End(bool keepsSession)
    {
        if (_leaving || _ending)
        {
            return;
        }

        if (_over || _session is not { Phase: StreamPhase.Ready } session)
        {
            Context.Stop(Self);
            return;
        }

        Timers.CancelAll();
        if (keepsSession && session.MayResume)
        {
            _leaving = true;
            Timers.StartSingleTimer(StreamTimer.NotLeft, StreamTimer.NotLeft, s_endTimeout);
            Apply(session.Freeze());
            Leave();
            ReadOn();
        }
        else
        {
            CloseStream();
        }
    }

    /// <summary>
    /// Stops without closing the stream, so that the server keeps the session (XEP-0198 §5), when everything that was sent is acknowledged. What arrives until
    /// then is not counted as handled.
    /// </summary>
    private void Leave()
    {
        if (_leaving && !_over && _held.Count == 0 && _session is { Resumable: { Manager.Position: not null } session })
        {
            _over = true;
            Context.Parent.Tell(new StanzaLink.Kept(session));
            Context.Stop(Self);
        }
    }

    /// <summary>Responses to requests that arrived earlier need an acknowledgement, too.</summary>
    private void RemindBeforeLeaving()
    {
        if (_leaving && !_over)
        {
            Apply(_session!.Remind());
        }
    }

    /// <summary>
    /// Closes the stream and awaits the server's closing tag: then the server has freed the resource, and another process may log in with it.
    /// </summary>
    private void CloseStream()
    {
        _ending = true;
        Timers.CancelAll();
        Timers.StartSingleTimer(StreamTimer.NotEnded, StreamTimer.NotEnded, s_endTimeout);
        _connection!.Send(XmlStreamWriter.Close, isStanza: false);
        ReadOn();
    }

    /// <summary>What arrives before the closing tag came too late.</summary>
    private void ReadLast(IReadOnlyList<XmlStreamItem> items)
    {
        if (items.Any(item => item is XmlStreamItem.Closed))
        {
            Context.Stop(Self);
        }
        else
        {
            ReadOn();
        }
    }
}
