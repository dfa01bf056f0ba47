namespace ActorTransfer.Cli.Demo;

/// <summary>Generates the file to send.</summary>
internal static class GeneratedFile
{
    private const int BlockSize = 1 << 20;

    /// <summary>Writes pseudo-random bytes, which cannot be compressed.</summary>
    /// <exception cref="CommandException">There is not enough space.</exception>
    public static async Task<FileInfo> CreateAsync(string path, long size, CancellationToken ct)
    {
        try
        {
            var free = new DriveInfo(Path.GetDirectoryName(path)!).AvailableFreeSpace;
            if (free < size)
            {
                throw new CommandException(
                    ExitCode.NoSpace,
                    $"not enough space for {ByteSize.Format(size)} in {Path.GetTempPath()}, {ByteSize.Format(free)} are free (TMPDIR sets the folder)");
            }

            await WriteAsync(path, size, ct);
            return new FileInfo(path);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new CommandException(ExitCode.NoSpace, $"the file to send cannot be generated: {failure.Message}", failure);
        }
    }

    private static async Task WriteAsync(string path, long size, CancellationToken ct)
    {
#pragma warning disable CA5394 // guards no secret
        var random = new Random();
        var block = new byte[BlockSize];
        await using var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0, FileOptions.Asynchronous);
        for (var left = size; left > 0; left -= Math.Min(left, BlockSize))
        {
            random.NextBytes(block);
            await file.WriteAsync(block.AsMemory(0, (int)Math.Min(left, BlockSize)), ct);
        }
#pragma warning restore CA5394
    }
}
