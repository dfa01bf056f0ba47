namespace ActorTransfer.Transports.Files;

/// <summary>What is asked of the disk before a received file counts as there.</summary>
public enum FileDurability
{
    /// <summary>Nothing: after a loss of power a file that was reported as complete may be empty, or not there.</summary>
    None,

    /// <summary>The bytes are on the disk (fsync) before the file gets its name: what has the name is whole. The name may be lost.</summary>
    File,

    /// <summary>As <see cref="File"/>, and the name is on the disk (fsync of the folder) before the file is reported as complete.</summary>
    Folder,
}

/// <summary>How a file is received.</summary>
public sealed record IncomingFileOptions
{
    /// <summary>Everything off.</summary>
    public static IncomingFileOptions Default { get; } = new();

    /// <summary>Bytes to reserve on the disk at once, so a full disk is noticed before the first byte; 0 for none.</summary>
    public long Preallocate { get; init; }

    /// <summary>What the disk is asked for at the end. Costs what the disk costs.</summary>
    public FileDurability Durability { get; init; }

    /// <summary>The seam of the tests: a file system with a limit of its own for names, in bytes; null = what the folder says.</summary>
    internal int? NameLimit { get; init; }

    /// <summary>The seam of the tests: the last step. See <see cref="FreeName.TryMove"/>.</summary>
    internal Func<string, string, bool> Move { get; init; } = FreeName.TryMove;
}
