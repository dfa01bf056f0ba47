using System.Globalization;
using ActorTransfer.Cli.Reports;
using ActorTransfer.Hosting;

namespace ActorTransfer.Cli.Accounts;

/// <summary>Failures before there is a transfer: the phase is <c>login</c>.</summary>
internal static class LoginFailures
{
    private const string Phase = "login";

    public static Failure Interrupted { get; } = new(Phase, "local", "cancelled", "interrupted before the login was done", ExitCode.Interrupted);

    public static Failure TimedOut(TimeSpan limit) => new(
        Phase, "server", "timeout", string.Create(CultureInfo.InvariantCulture, $"no login within {limit.TotalSeconds:0.#} s"), ExitCode.TimedOut);

    public static Failure Of(AccountStatus.Offline offline) => offline.ForGood
        ? new(Phase, "server", "login-refused", offline.Why, ExitCode.LoginRefused)
        : new(Phase, "server", "server-unreachable", offline.Why, ExitCode.ServerUnreachable);
}
