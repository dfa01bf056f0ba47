using ActorTransfer.Actors.Files;
using ActorTransfer.Actors.Transfers;

namespace ActorTransfer.Cli.Transfers;

/// <summary>Opens a file to send.</summary>
internal static class OutgoingFile
{
    /// <exception cref="CommandException">The file cannot be sent.</exception>
    public static FileContent Open(FileInfo file)
    {
        try
        {
            return new FileContent(file);
        }
        catch (Exception failure) when (failure is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new CommandException(ExitCode.FileMissing, RawArguments.Fault(file.FullName) ?? $"{file.FullName} does not exist", failure);
        }
        catch (NotARegularFileException other)
        {
            throw new CommandException(other.Kind == "a folder" ? ExitCode.FileIsFolder : ExitCode.FileNotRegular, other.Message, other);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new CommandException(ExitCode.FileUnreadable, $"{file.FullName} cannot be read: {failure.Message}", failure);
        }
    }
}
