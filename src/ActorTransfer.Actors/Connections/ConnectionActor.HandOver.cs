using System.Collections.Immutable;
using ActorTransfer.Protocol.Stanzas;
using ActorTransfer.Protocol.Xml;
using Akka.Actor;

namespace ActorTransfer.Actors.Connections;

/// <content>
/// The session moves to the connection of another process. What this engine does not handle any more, the next one gets: requests and messages that were
/// returned here, and from the server what it sends from the moment at which this connection leaves the session.
/// </content>
internal sealed partial class ConnectionActor
{
    /// <summary>Requests with the response that they get if the connection does not move after all, and messages.</summary>
    private readonly List<(XmlElement Stanza, Iq? Refusal)> _returned = [];

    /// <summary>What the previous process left, until the link is open.</summary>
    private ImmutableArray<XmlElement> _leftHere = [];

    private bool KeepsReturned => _definition.Moves?.Invoke() == true && _opened is not null && _returned.Count < _settings.MaxQueuedStanzas;

    private void Return(Connection.Return returned)
    {
        var refusal = returned.Request.Fail(returned.Error);
        if (KeepsReturned)
        {
            _returned.Add((returned.Request.ToXmlAsReceived(), refusal));
        }
        else
        {
            ReplyOrDrop(refusal);
        }
    }

    private void Return(Connection.ReturnMessage returned)
    {
        if (KeepsReturned)
        {
            _returned.Add((returned.Message, null));
        }
    }

    private void RefuseReturned()
    {
        foreach (var (_, refusal) in _returned)
        {
            if (refusal is not null)
            {
                ReplyOrDrop(refusal);
            }
        }

        _returned.Clear();
    }

    private void TellHandedOver()
    {
        var position = _left?.Manager.Position;
        var stanzas = _leftHere.AddRange(_returned.Select(returned => returned.Stanza));
        _successor.Tell(new Connection.HandedOver(_definition.Name, new SessionHandOver(position is null ? null : _left!.Self, position, stanzas)));
    }

    private void TakeOver(SessionHandOver handOver)
    {
        _resumable = handOver.ToSession(_settings.MaxUnacknowledged);
        _leftHere = handOver.Stanzas;
        if (_link.IsNobody())
        {
            Open();
        }
    }

    /// <summary>The server does not tell a resumed session again who is online; a new one it does.</summary>
    private void HandleLeft(bool isResumed)
    {
        var stanzas = _leftHere;
        _leftHere = [];
        foreach (var stanza in stanzas)
        {
            if (stanza.Name == "presence")
            {
                if (isResumed)
                {
                    _presence.Tell(new Connection.Present(stanza));
                }
            }
            else if (stanza.Name == "message")
            {
                Messaged(stanza);
            }
            else if (Iq.TryRead(stanza, out var request, out _))
            {
                Received(request, isOfDomain: false);
            }
        }
    }
}
