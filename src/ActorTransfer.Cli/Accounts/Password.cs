using ActorTransfer.Cli.Reports;

namespace ActorTransfer.Cli.Accounts;

/// <summary>Source of the password: a file, else the environment, else a prompt. Never an argument, which other users can see.</summary>
internal static class Password
{
    public const string Variable = "ACTOR_TRANSFER_PASSWORD";

    /// <exception cref="CommandException">There is no password.</exception>
    public static async Task<string> FindAsync(Jid account, string? file, Terminal terminal, CancellationToken ct)
    {
        if (file is not null)
        {
            return await ReadAsync(file, ct);
        }

        if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } password)
        {
            return password;
        }

        if (terminal.AskSecret is not { } ask)
        {
            throw Missing($"no password for {account.Bare}: set {Variable}, give a file with --password-file, or run this on a terminal");
        }

        return await ask($"Password of {account.Bare}: ", ct) is { Length: > 0 } typed ? typed : throw Missing("no password was entered");
    }

    private static async Task<string> ReadAsync(string file, CancellationToken ct)
    {
        try
        {
            using var reader = new StreamReader(file);
            return await reader.ReadLineAsync(ct) is { Length: > 0 } line
                ? line
                : throw Missing($"the first line of {file} is empty; it should be the password");
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw Missing($"the password file cannot be read: {failure.Message}", failure);
        }
    }

    private static FailureException Missing(string detail, Exception? inner = null) => Failures.Usage(detail, inner);
}
