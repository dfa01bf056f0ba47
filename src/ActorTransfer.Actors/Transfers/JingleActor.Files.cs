using ActorTransfer.Extensibility;
using ActorTransfer.Protocol.FileTransfer;
using ActorTransfer.Protocol.Hashes;
using ActorTransfer.Protocol.Jingle;
using ActorTransfer.Protocol.JingleFiles;
using ActorTransfer.Protocol.JingleSessions;
using ActorTransfer.Transports.Files;
using Akka.Actor;

namespace ActorTransfer.Actors.Transfers;

/// <content>The file and its bytes.</content>
internal sealed partial class JingleActor
{
    private JingleInput? Prepare(Transfer.Accept accept)
    {
        if (Phase != TransferState.Offer || _file is not { IsAccepted: false })
        {
            return null;
        }

        ReportTo(accept.Observer);
        _file.Accept(accept);
        _file.PrepareAsync(Life).PipeTo(
            Self,
            success: content => content,
            failure: exception => new JingleInput.HostDeclined(ToPeer(exception)) { Detail = exception.GetBaseException().Message });
        return null;
    }

    /// <summary>What the peer is told when its file cannot be stored: only the kind of fault.</summary>
    private static JingleReason ToPeer(Exception exception)
    {
        var text = FlowFaults.ToPeer(exception).Text;
        return exception.GetBaseException() is IncomingFileException { Reason: IncomingFileFault.NoSpace or IncomingFileFault.TooLarge }
            ? FileErrors.TooLarge(text)
            : new JingleReason(JingleCondition.FailedApplication, text);
    }

    private JingleInput.HostAccepted Prepared(IIncomingContent content)
    {
        _file!.Use(content);
        return new JingleInput.HostAccepted(_file.Methods, content.Offset);
    }

    private void StartFlow(JingleOutput.StartFlow start)
    {
        var link = UseLink();
        ReportMethod(start.Method, start.Candidate switch
        {
            null => null,
            { IsProxy: false } => LinkEndPoint.Describe(link),
            { Host: var host } => $"{host.Host}:{host.Port}",
        });
        if (_content is null)
        {
            Receive(link, start.Method);
            return;
        }

        _length = start.Length ?? _description.Size - start.Offset;
        var (self, life) = (Self, Life);
        var flow = new SendingFlow(_content, _services, _shared, Control, life) { Hashed = sha256 => self.Tell(new Hashed(sha256), ActorRefs.NoSender) };
        var staged = _services.Stages is null ? null : new StagedTransfer(Id, MachineState.Peer, Address, _description, Sends: true);
        Await(flow.StartAsync(link, start.Offset, _length, staged, NextFlow(), Context), TransferSide.Local);
    }

    /// <summary>Over SOCKS5 the file is complete at its size: some senders keep the connection until the session ends. In-band its end is a stanza.</summary>
    private void Receive(IByteLink link, StreamMethod method)
    {
        if (method != StreamMethod.InBand)
        {
            _file!.Conclude();
        }

        Await(_file!.StartAsync(link, Control, NextFlow(), Context, Life), TransferSide.Peer, _file.IsLimitedByQuota);
    }

    private JingleInput.Arrived? AllArrived(IncomingTransfer.Arrived arrived)
    {
        if (!_file!.HasArrived(arrived))
        {
            return null;
        }

        var hashes = _file.Sha256 is { } sha256 ? FileHashes.Of(new FileHash(HashFunction.Sha256, sha256)) : FileHashes.None;
        return new JingleInput.Arrived(hashes);
    }
}
