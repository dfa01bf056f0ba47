namespace ActorTransfer.Cli;

/// <summary>The secret that a component shares with its server.</summary>
internal static class SecretFile
{
    /// <summary>The file's text without surrounding white space.</summary>
    /// <exception cref="CommandException">It is missing or empty.</exception>
    public static string Read(string path)
    {
        try
        {
            return File.ReadAllText(path).Trim() is { Length: > 0 } secret
                ? secret
                : throw Reports.Failures.Usage($"the secret file {path} is empty; it should contain the component's secret");
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw Reports.Failures.Usage($"the secret file cannot be read: {failure.Message}", failure);
        }
    }
}
