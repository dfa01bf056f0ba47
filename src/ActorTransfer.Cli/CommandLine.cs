using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.Globalization;
using ActorTransfer.Cli.Demo;

namespace ActorTransfer.Cli;

/// <summary>The commands of <c>actor-transfer</c>.</summary>
public static class CommandLine
{
    /// <summary>Runs a command line. Failures are one line on the error writer and a code of their own; nothing is thrown.</summary>
    /// <param name="args">Without the program's name.</param>
    /// <param name="terminal">Where to print.</param>
    /// <param name="interrupted">Ctrl-C.</param>
    public static async Task<ExitCode> RunAsync(IReadOnlyList<string> args, Terminal terminal, CancellationToken interrupted)
    {
        var parsed = Root(terminal).Parse(args);
        if (parsed.Action is ParseErrorAction)
        {
            var path = parsed.CommandResult.Command is RootCommand ? "" : $" {parsed.CommandResult.Command.Name}";
            return Fail(terminal, ExitCode.Usage, $"{parsed.Errors[0].Message.TrimEnd('.')}; see 'actor-transfer{path} --help'");
        }

        try
        {
            // Signals are the program's own business: the token carries them.
            var configuration = new InvocationConfiguration
            {
                Output = terminal.Out,
                Error = terminal.Error,
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = null,
            };
            return (ExitCode)await parsed.InvokeAsync(configuration, interrupted);
        }
        catch (CommandException failure)
        {
            return Fail(terminal, failure.Code, failure.Message);
        }
        catch (OperationCanceledException) when (interrupted.IsCancellationRequested)
        {
            return Fail(terminal, ExitCode.Interrupted, "interrupted; both sides were cancelled, nothing is left of the transfer");
        }
        catch (Exception defect) when (defect is not OutOfMemoryException)
        {
            return Fail(terminal, ExitCode.Internal, $"this should not happen: {defect.GetType().Name}: {defect.Message}");
        }
    }

    private static ExitCode Fail(Terminal terminal, ExitCode code, string message)
    {
        terminal.Error.WriteLine($"actor-transfer: {message.ReplaceLineEndings(" ")}");
        return code;
    }

    private static RootCommand Root(Terminal terminal)
    {
        var root = new RootCommand("Moves files between XMPP entities.") { DemoCommand.Create(terminal) };
        var help = root.Options.OfType<HelpOption>().Single();
        help.Action = new HelpWithExitCodes((HelpAction)help.Action!);
        return root;
    }

    private sealed class HelpWithExitCodes(HelpAction help) : SynchronousCommandLineAction
    {
        public override bool ClearsParseErrors => true;

        public override int Invoke(ParseResult parseResult)
        {
            help.Invoke(parseResult);
            var output = parseResult.InvocationConfiguration.Output;
            output.WriteLine("Exit codes:");
            foreach (var (code, meaning) in ExitCodes.All)
            {
                output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {(int)code,3}  {meaning}"));
            }

            return 0;
        }
    }
}
