namespace ActorTransfer.Transports.Files;

/// <summary>How a file is received.</summary>
internal sealed record IncomingFileOptions
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
