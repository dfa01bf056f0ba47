using ActorTransfer.Actors.Connections;
using ActorTransfer.Actors.InBand;
using ActorTransfer.Extensibility;
using ActorTransfer.Protocol.Ibb;
using ActorTransfer.Protocol.JingleSessions;
using ActorTransfer.Protocol.JingleTransports;
using ActorTransfer.Protocol.Stanzas;
using Akka.Actor;

namespace ActorTransfer.Actors.Transfers;

/// <content>In-band bytestreams.</content>
internal sealed partial class JingleActor
{
    /// <summary>The initiator of the session opens the bytestream, whichever side sends.</summary>
    private void OpenInBand(JingleTransport.InBand transport, Iq? request)
    {
        var settings = _services.Settings.InBand;
        var blockSize = transport.BlockSize ?? settings.BlockSize;
        if (request is not null)
        {
            if (!IbbOpen.TryRead(request.Payload, out var open, out var refusal))
            {
                _account.Connection.Tell(new Connection.Reply(request.Fail(refusal)));
                return;
            }

            blockSize = Math.Min(blockSize, open.BlockSize);
        }

        StopInBand();
        _inBand = Context.ActorOf(InBandSenderActor.Props(
            InBandSession(),
            _account.Connection,
            settings with { BlockSize = blockSize, MinBlockSize = Math.Min(blockSize, settings.MinBlockSize) },
            _shared.Peers,
            BlockOrder.Promised,
            request));
    }

    private void AcceptInBand(JingleOutput.AcceptInBand accept)
    {
        StopInBand();
        _inBand = Context.ActorOf(InBandReceiverActor.Props(
            InBandSession() with { OfferedBlockSize = accept.OfferedBlockSize },
            accept.Request,
            _account.Connection,
            _services.Settings.InBand,
            _shared.InBandMemory));
    }

    private void StopInBand()
    {
        if (!_inBand.IsNobody())
        {
            Context.Stop(_inBand);
        }
    }

    private InBandSession InBandSession() => new(Address, MachineState.Peer, MachineState.Transport.SessionId)
    {
        Scope = Scope,
        Length = MachineState.File.Size is { } size ? MachineState.Range.LengthIn(size) : null,
    };

    private JingleInput.InBandUp InBandUp(IByteLink link)
    {
        _peersLink = link;
        return new JingleInput.InBandUp();
    }

    /// <summary>A refused block size may be followed by a smaller one.</summary>
    private JingleInput.InBandFailed? InBandRefused(InBandBytestream.Refused refused)
    {
        _inBand = ActorRefs.Nobody;
        return Sends ? new JingleInput.InBandFailed(refused.Detail) : null;
    }
}
