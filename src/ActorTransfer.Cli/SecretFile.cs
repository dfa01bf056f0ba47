namespace ActorTransfer.Cli;

/// <summary>The secret that a component shares with its server.</summary>
internal static class SecretFile
{
    /// <summary>The file's text without white space around it.</summary>
    /// <exception cref="CommandException">There is none.</exception>
    public static string Read(string path)
    {
        try
        {
            return File.ReadAllText(path).Trim() is { Length: > 0 } secret
                ? secret
                : throw Reports.Failures.Usage($"the secret file {path} is empty; it should hold the secret that the server has for this component");
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw Reports.Failures.Usage($"the secret file cannot be read: {failure.Message}", failure);
        }
    }
}
