namespace ActorTransfer.Transports.Files;

/// <summary>How a file is received.</summary>
internal sealed record IncomingFileOptions
{
    /// <summary>Everything off.</summary>
    public static IncomingFileOptions Default { get; } = new();

    /// <summary>Bytes to preallocate, so that a full disk is detected before the first byte; 0 for none.</summary>
    public long Preallocate { get; init; }

    /// <summary>Bytes of the file system that are left free; 0 = none.</summary>
    public long DiskReserve { get; init; }

    /// <summary>The durability of the completed file. Its cost depends on the disk.</summary>
    public FileDurability Durability { get; init; }

    /// <summary>For tests: maximum bytes of a name; null = determined from the folder.</summary>
    internal int? NameLimit { get; init; }

    /// <summary>For tests: the disk.</summary>
    internal Disk Disk { get; init; } = Disk.Real;
}
