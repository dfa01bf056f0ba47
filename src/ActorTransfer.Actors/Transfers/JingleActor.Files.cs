using ActorTransfer.Actors.Settings;
using ActorTransfer.Extensibility;
using ActorTransfer.Protocol.FileTransfer;
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

    /// <summary>The application may have the file that the peer requests. Its call may block.</summary>
    private void FindRequested()
    {
        var file = MachineState.File;
        var request = new FileRequest(MachineState.Peer, Address, file.Name, file.Size)
        {
            HashAlgorithm = file.Hashes.Strongest?.Function.Name,
            Hash = file.Hashes.Strongest?.Hex,
        };
        FindRequestedAsync(request, _services.Requests!, _services.Settings.Files, Life).PipeTo(
            Self,
            success: served => served,
            failure: exception => new JingleInput.HostDeclined(FileErrors.NotAvailable) { Detail = exception.GetBaseException().Message });
    }

    private static async Task<object> FindRequestedAsync(FileRequest request, IFileRequestPolicy policy, FileSettings settings, CancellationToken life)
    {
        var content = await Task.Run(() => policy.FindAsync(request, life).AsTask(), life).ConfigureAwait(false);
        try
        {
            return content is null
                ? new JingleInput.HostDeclined(FileErrors.NotAvailable)
                : new Served(content, await content.DescribeAsync(settings, life).ConfigureAwait(false));
        }
        catch
        {
            (content as IDisposable)?.Dispose();
            throw;
        }
    }

    private JingleInput.HostAccepted Serve(Served served)
    {
        (_content, _served, _description, _length) = (served.Content, served.Content, served.File, served.File.Size);
        return new JingleInput.HostAccepted { File = served.File };
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
        if (!Sends)
        {
            Receive(link, start.Method);
            return;
        }

        _length = start.Length ?? _description.Size - start.Offset;
        var (self, life) = (Self, Life);
        var flow = new SendingFlow(_content!, _services, _shared, Control, life) { Hashed = sha256 => self.Tell(new Hashed(sha256), ActorRefs.NoSender) };
        var staged = _services.Stages is null ? null : new StagedTransfer(Id, MachineState.Peer, Address, _description, Sends: true);
        Await(flow.StartAsync(link, start.Offset, _length, staged, NextFlow(), Context), TransferSide.Local);
    }

    /// <summary>
    /// The file is complete at its size: some senders keep the connection until the session ends, and Conversations does not close in-band bytestreams. Others
    /// close them, which they may expect to be confirmed.
    /// </summary>
    private void Receive(IByteLink link, StreamMethod method)
    {
        if (method != StreamMethod.InBand)
        {
            _file!.Conclude();
        }

        TimeSpan? tailWait = method == StreamMethod.InBand ? _services.Settings.Jingle.Close : null;
        Await(_file!.StartAsync(link, Control, NextFlow(), Context, Life, tailWait), TransferSide.Peer, _file.IsLimitedByQuota);
    }

    private void StopFlow()
    {
        Control.Pause(true);
        _file?.ForgetFlow();
        ForgetFlow();
    }

    private JingleInput.Arrived? AllArrived(IncomingTransfer.Arrived arrived)
    {
        if (!_file!.HasArrived(arrived))
        {
            return null;
        }

        return new JingleInput.Arrived(_file.Hashes);
    }

    /// <summary>The application has the file that the peer requests.</summary>
    private sealed record Served(IOutgoingContent Content, FileDescription File);
}
