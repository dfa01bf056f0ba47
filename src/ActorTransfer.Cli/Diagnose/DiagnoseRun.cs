using System.Globalization;
using ActorTransfer.Cli.Accounts;
using ActorTransfer.Cli.Reports;

namespace ActorTransfer.Cli.Diagnose;

/// <summary>One run of <c>actor-transfer diagnose</c>: the server, a login, then the steps of the engine, one line each.</summary>
internal sealed class DiagnoseRun(DiagnoseRequest request, Terminal terminal)
{
    /// <returns>The last step is the conclusion: <see cref="ExitCode.NoStreamMethod"/> when no method works.</returns>
    /// <exception cref="CommandException">The login failed.</exception>
    public async Task<ExitCode> RunAsync(CancellationToken interrupted)
    {
        await using var host = await AccountHost.StartAsync(request.Account, receives: false, interrupted);
        var isLoggedIn = false;
        var last = DiagnosticResult.Failed;
        await foreach (var step in host.Diagnostics.RunAsync(host.Account, request.To, interrupted))
        {
            last = step.Result;
            Print(step);
            if (!isLoggedIn)
            {
                // The first step locates the server. It is most useful when the login fails.
                await host.LoginAsync(keepTrying: false, interrupted);
                isLoggedIn = true;
            }
        }

        return last == DiagnosticResult.Failed ? ExitCode.NoStreamMethod : ExitCode.Done;
    }

    /// <summary>For example <c>ok       login: alice@example.org/desk (12 ms)</c>.</summary>
    public static string Line(DiagnosticStep step) => string.Create(
        CultureInfo.InvariantCulture,
        $"{Words.Hyphenated(step.Result),-8} {Words.Printable(step.What)}: {Words.Printable(step.Detail)} ({step.Took.TotalMilliseconds:0} ms)");

    /// <summary>An object as those of <see cref="JsonReport"/>, whose <c>event</c> is <c>step</c>.</summary>
    public static string Json(DiagnosticStep step) => JsonLine.Of(step, static (json, step) =>
    {
        json.WriteString("event", "step");
        json.WriteString("what", step.What);
        json.WriteString("result", Words.Hyphenated(step.Result));
        json.WriteString("detail", step.Detail);
        json.WriteNumber("seconds", Math.Round(step.Took.TotalSeconds, 3));
    });

    private void Print(DiagnosticStep step)
    {
        if (request.Account.Output.Json)
        {
            terminal.WriteJson(Json(step));
        }
        else
        {
            request.Account.Output.On(terminal).WriteLine(Line(step));
        }
    }
}
