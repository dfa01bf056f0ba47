using ActorTransfer.Protocol.Streams;
using ActorTransfer.Protocol.Xml;
using Akka.Actor;

namespace ActorTransfer.Actors.Connections;

/// <content>The end of a session that is closed from this side (RFC 6120 §4.4).</content>
internal sealed partial class XmppStreamActor
{
    /// <summary>How long the server may take for its closing tag.</summary>
    private static readonly TimeSpan s_endTimeout = TimeSpan.FromSeconds(2);

    private bool _ending;

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

    /// <summary>
    /// Closes the stream and awaits the server's closing tag: then the server has freed the resource, and another process may log in with it.
    /// </summary>
    private void End()
    {
        if (_over || _session is not { Phase: StreamPhase.Ready })
        {
            Context.Stop(Self);
            return;
        }

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
