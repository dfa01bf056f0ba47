using ActorTransfer.Cli.Reports;

namespace ActorTransfer.Cli.Transfers;

/// <summary>Checks before a login that files can be received.</summary>
internal static class TargetFolder
{
    /// <summary>Creates the folder if missing, and tests it with a temporary file.</summary>
    /// <exception cref="CommandException">It is not writable.</exception>
    public static void Prepare(string folder)
    {
        try
        {
            if (File.Exists(folder))
            {
                throw Unwritable($"{folder} is a file; give a folder with --into");
            }

            Directory.CreateDirectory(folder);
            var probe = Path.Combine(folder, $".{Guid.NewGuid():N}.probe");
            using var file = new FileStream(probe, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 1, FileOptions.DeleteOnClose);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw Unwritable($"the folder {folder} cannot be written: {failure.Message}", failure);
        }
    }

    private static FailureException Unwritable(string detail, Exception? inner = null) =>
        new(new Failure("file", "local", "target-unwritable", detail, ExitCode.TargetUnwritable), inner);
}
