using System.Globalization;
using ActorTransfer.Cli.Reports;

namespace ActorTransfer.Cli.Accounts;

/// <summary>Failures before a transfer: the phase is <c>login</c>.</summary>
internal static class LoginFailures
{
    private const string Phase = "login";

    public static Failure Interrupted { get; } = new(Phase, "local", "cancelled", "interrupted before the login was complete", ExitCode.Interrupted);

    public static Failure TimedOut(TimeSpan limit) => new(
        Phase, "server", "timeout", string.Create(CultureInfo.InvariantCulture, $"no login within {limit.TotalSeconds:0.#} s"), ExitCode.TimedOut);

    public static Failure Of(AccountStatus.Offline offline) => offline.Fault switch
    {
        LinkFault.CertificateRefused => new(Phase, "server", "certificate-not-trusted", offline.Reason, ExitCode.CertificateNotTrusted),
        LinkFault.LoginRefused => new(Phase, "server", "login-refused", offline.Reason, ExitCode.LoginRefused),
        LinkFault.StreamRefused or LinkFault.Conflict => new(Phase, "server", "server-refused", offline.Reason, ExitCode.ServerRefused),
        LinkFault.ServiceUnavailable => new(Phase, "server", "service-unavailable", offline.Reason, ExitCode.ServerUnreachable),
        _ => new(Phase, "server", "server-unreachable", offline.Reason, ExitCode.ServerUnreachable),
    };
}
