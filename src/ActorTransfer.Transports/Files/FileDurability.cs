namespace ActorTransfer;

/// <summary>Durability that is required before a received file is reported as complete.</summary>
public enum FileDurability
{
    /// <summary>None: after a power failure a file that was reported as complete may be empty or missing.</summary>
    None,

    /// <summary>
    /// The content is on disk (fsync) before the file is renamed, so a file under its final name is complete. The name may be lost.
    /// </summary>
    File,

    /// <summary>As <see cref="File"/>, and the name is on disk (fsync of the folder) before the file is reported as complete.</summary>
    Folder,
}
