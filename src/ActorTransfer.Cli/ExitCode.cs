namespace ActorTransfer.Cli;

/// <summary>Exit codes of the process. Numbers never change meaning; <c>--help</c> lists them.</summary>
public enum ExitCode
{
    /// <summary>All bytes arrived and the hashes that are known match; a proxy has drained.</summary>
    Done = 0,

    /// <summary>An option or argument is invalid.</summary>
    Usage = 2,

    /// <summary>The file to send does not exist.</summary>
    FileMissing = 3,

    /// <summary>The file to send is a folder.</summary>
    FileIsFolder = 4,

    /// <summary>The file to send is a pipe, a socket or a device.</summary>
    FileNotRegular = 5,

    /// <summary>The file to send cannot be read.</summary>
    FileUnreadable = 6,

    /// <summary>No space left where the file is written.</summary>
    NoSpace = 7,

    /// <summary>The target folder cannot be written.</summary>
    TargetUnwritable = 8,

    /// <summary>The XMPP server cannot be reached, or the link to it broke.</summary>
    ServerUnreachable = 9,

    /// <summary>The XMPP server refused the component (wrong secret, unknown or used name) or the session (unknown domain, conflict).</summary>
    ServerRefused = 10,

    /// <summary>The server offers no SOCKS5 bytestreams proxy, and there is no other method.</summary>
    NoProxy = 11,

    /// <summary>The transfer failed for another reason; it is printed.</summary>
    TransferFailed = 12,

    /// <summary>The received file has a different hash.</summary>
    WrongHash = 13,

    /// <summary>The peer refused the offer.</summary>
    Refused = 14,

    /// <summary>A response or a transfer's progress timed out.</summary>
    TimedOut = 15,

    /// <summary>The XMPP server refused user name or password.</summary>
    LoginRefused = 16,

    /// <summary>The XMPP server's certificate is not trusted.</summary>
    CertificateNotTrusted = 17,

    /// <summary>The peer is offline, or does not support file transfer.</summary>
    PeerUnavailable = 18,

    /// <summary>No stream method works: none that both sides support, or no streamhost could be reached.</summary>
    NoStreamMethod = 19,

    /// <summary>A listen address is in use, or does not belong to this machine.</summary>
    CannotListen = 20,

    /// <summary>The other nodes of the cluster have removed this one.</summary>
    RemovedFromCluster = 21,

    /// <summary>A defect of this program.</summary>
    Internal = 70,

    /// <summary>Ctrl-C, or SIGTERM.</summary>
    Interrupted = 130,
}

/// <summary>Descriptions of <see cref="ExitCode"/>.</summary>
internal static class ExitCodes
{
    /// <summary>The list in <c>--help</c>.</summary>
    public static IReadOnlyList<(ExitCode Code, string Meaning)> All { get; } =
    [
        (ExitCode.Done, "all files arrived, and the known hashes match; a proxy has drained"),
        (ExitCode.Usage, "an option or argument is not valid"),
        (ExitCode.FileMissing, "the file to send does not exist"),
        (ExitCode.FileIsFolder, "it is a folder"),
        (ExitCode.FileNotRegular, "it is a pipe, a socket or a device"),
        (ExitCode.FileUnreadable, "it cannot be read"),
        (ExitCode.NoSpace, "no space left for the received file"),
        (ExitCode.TargetUnwritable, "the target folder cannot be written"),
        (ExitCode.ServerUnreachable, "the XMPP server cannot be reached, or the connection was lost"),
        (ExitCode.ServerRefused, "the XMPP server refused the component (secret, name) or the session (domain, conflict)"),
        (ExitCode.NoProxy, "the server offers no SOCKS5 bytestreams proxy, and no other method is available"),
        (ExitCode.TransferFailed, "the transfer failed for another reason, which is printed"),
        (ExitCode.WrongHash, "the hash of the received file differs from that of the sent file"),
        (ExitCode.Refused, "the peer refused the offer"),
        (ExitCode.TimedOut, "the peer did not respond, or no byte moved, within the time limit"),
        (ExitCode.LoginRefused, "the XMPP server refused the user name or password"),
        (ExitCode.CertificateNotTrusted, "the XMPP server's certificate is not trusted"),
        (ExitCode.PeerUnavailable, "the peer is offline, or does not support file transfer"),
        (ExitCode.NoStreamMethod, "no stream method reaches the peer"),
        (ExitCode.CannotListen, "a listen address is in use, or does not belong to this machine"),
        (ExitCode.RemovedFromCluster, "the other nodes of the cluster have removed this one; start it again"),
        (ExitCode.Internal, "a defect of this program"),
        (ExitCode.Interrupted, "interrupted (Ctrl-C or SIGTERM); the transfers were cancelled on both sides"),
    ];

    /// <summary>The code of a failed transfer.</summary>
    public static ExitCode Of(FailureReason reason) => reason switch
    {
        FailureReason.NoSpace => ExitCode.NoSpace,
        FailureReason.FileUnwritable => ExitCode.TargetUnwritable,
        FailureReason.FileUnreadable => ExitCode.FileUnreadable,
        FailureReason.NoStreamhost => ExitCode.NoProxy,
        FailureReason.LinkLost => ExitCode.ServerUnreachable,
        FailureReason.WrongHash => ExitCode.WrongHash,
        FailureReason.Timeout => ExitCode.TimedOut,
        FailureReason.NotSupported or FailureReason.PeerOffline => ExitCode.PeerUnavailable,
        FailureReason.NoMethod or FailureReason.StreamhostUnreachable or FailureReason.InBandRefused => ExitCode.NoStreamMethod,
        FailureReason.InternalError => ExitCode.Internal,
        _ => ExitCode.TransferFailed,
    };
}

/// <summary>Ends a command with one human-readable line.</summary>
internal class CommandException(ExitCode code, string message, Exception? inner = null) : Exception(message, inner)
{
    public ExitCode Code { get; } = code;
}
