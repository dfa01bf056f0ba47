namespace ActorTransfer.Cli;

/// <summary>What the process tells its caller. Numbers never change meaning; <c>--help</c> lists them.</summary>
public enum ExitCode
{
    /// <summary>All bytes arrived and both hashes match.</summary>
    Done = 0,

    /// <summary>An option or argument makes no sense.</summary>
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

    /// <summary>The XMPP server refused the component: wrong secret, unknown or used name.</summary>
    ServerRefused = 10,

    /// <summary>The server offers no SOCKS5 bytestreams proxy.</summary>
    NoProxy = 11,

    /// <summary>The transfer failed for another reason, which is printed.</summary>
    TransferFailed = 12,

    /// <summary>What arrived has another hash than what was sent.</summary>
    WrongHash = 13,

    /// <summary>A defect of this program.</summary>
    Internal = 70,

    /// <summary>Ctrl-C, or SIGTERM.</summary>
    Interrupted = 130,
}

/// <summary>The list in <c>--help</c>.</summary>
internal static class ExitCodes
{
    public static IReadOnlyList<(ExitCode Code, string Meaning)> All { get; } =
    [
        (ExitCode.Done, "the file arrived and both hashes match"),
        (ExitCode.Usage, "an option or argument makes no sense"),
        (ExitCode.FileMissing, "the file to send does not exist"),
        (ExitCode.FileIsFolder, "it is a folder"),
        (ExitCode.FileNotRegular, "it is a pipe, a socket or a device"),
        (ExitCode.FileUnreadable, "it cannot be read"),
        (ExitCode.NoSpace, "no space left where the file is written"),
        (ExitCode.TargetUnwritable, "the target folder cannot be written"),
        (ExitCode.ServerUnreachable, "the XMPP server cannot be reached, or the link to it broke"),
        (ExitCode.ServerRefused, "the XMPP server refused the component (secret, name)"),
        (ExitCode.NoProxy, "the server offers no SOCKS5 bytestreams proxy"),
        (ExitCode.TransferFailed, "the transfer failed for another reason, which is printed"),
        (ExitCode.WrongHash, "what arrived has another hash than what was sent"),
        (ExitCode.Internal, "a defect of this program"),
        (ExitCode.Interrupted, "interrupted (Ctrl-C or SIGTERM); both sides were cancelled, nothing is left"),
    ];
}

/// <summary>Ends a command with one line for people.</summary>
internal sealed class CommandException(ExitCode code, string message, Exception? inner = null) : Exception(message, inner)
{
    public ExitCode Code { get; } = code;
}
