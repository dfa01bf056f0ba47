namespace ActorTransfer;

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
