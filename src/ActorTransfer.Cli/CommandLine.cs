using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using System.Globalization;
using ActorTransfer.Cli.Completion;
using ActorTransfer.Cli.Demo;
using ActorTransfer.Cli.Diagnose;
using ActorTransfer.Cli.Proxy;
using ActorTransfer.Cli.Reports;
using ActorTransfer.Cli.Transfers;

namespace ActorTransfer.Cli;

/// <summary>The commands of <c>actor-transfer</c>.</summary>
public static class CommandLine
{
    /// <summary>Runs a command line. Failures print one line on the error writer and return an exit code; nothing is thrown.</summary>
    /// <param name="args">Without the program's name.</param>
    /// <param name="terminal">Output.</param>
    /// <param name="interrupted">Ctrl-C.</param>
    public static async Task<ExitCode> RunAsync(IReadOnlyList<string> args, Terminal terminal, CancellationToken interrupted)
    {
        var parsed = Parse(args, terminal);
        var failing = new FailureLine(terminal, IsJson(args));
        if (parsed.Action is ParseErrorAction)
        {
            var path = parsed.CommandResult.Command is RootCommand ? "" : $" {parsed.CommandResult.Command.Name}";
            return failing.Print(Failures.Usage($"{parsed.Errors[0].Message.TrimEnd('.')}; see 'actor-transfer{path} --help'").Failure);
        }

        if (OptionFault(parsed, args) is { } fault)
        {
            return failing.Print(Failures.Usage(fault).Failure);
        }

        try
        {
            // The program handles signals itself, by the token.
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
            return failing.Print(Failures.Of(failure));
        }
        catch (OperationCanceledException) when (interrupted.IsCancellationRequested)
        {
            return failing.Print(new Failure("command", "local", "cancelled", "interrupted; both sides were cancelled", ExitCode.Interrupted));
        }
        catch (Exception defect) when (defect is not OutOfMemoryException)
        {
            return failing.Print(Defect(defect));
        }
    }

    /// <summary>Parses a command line without running it. There are no response files: names may begin with @.</summary>
    internal static ParseResult Parse(IReadOnlyList<string> args, Terminal terminal) =>
        Root(terminal).Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });

    /// <summary>Faults of arguments other than files to send: those are reported one by one.</summary>
    private static string? OptionFault(ParseResult parsed, IReadOnlyList<string> args)
    {
        var arguments = parsed.CommandResult.Children.OfType<ArgumentResult>().SelectMany(result => result.Tokens);
        var files = arguments.Select(token => token.Value).ToHashSet(StringComparer.Ordinal);
        return args.Where(word => !files.Contains(word)).Select(RawArguments.Fault).FirstOrDefault(fault => fault is not null);
    }

    /// <summary>Reports an unhandled exception of a thread: a line and an object as for any other failure, without stack trace.</summary>
    /// <param name="args">Arguments of the program.</param>
    /// <param name="terminal">Output.</param>
    /// <param name="fault">The exception.</param>
    internal static ExitCode Crashed(IReadOnlyList<string> args, Terminal terminal, object fault) =>
        new FailureLine(terminal, IsJson(args)).Print(Defect(fault));

    private static Failure Defect(object fault)
    {
        var detail = $"unexpected error: {fault.GetType().Name}: {(fault as Exception)?.Message}";
        return new Failure("command", "local", "internal-error", detail, ExitCode.Internal);
    }

    private static bool IsJson(IEnumerable<string> args) => args.TakeWhile(word => word != "--").Contains("--json");

    private static RootCommand Root(Terminal terminal)
    {
        var root = new RootCommand("Transfers files between XMPP entities, and relays them as a proxy.")
        {
            SendCommand.Create(terminal),
            ReceiveCommand.Create(terminal),
            DiagnoseCommand.Create(terminal),
            ProxyCommand.Create(terminal),
            DemoCommand.Create(terminal),
            CompletionCommand.Create(terminal),
        };
        var help = root.Options.OfType<HelpOption>().Single();
        help.Action = new HelpWithExitCodes((HelpAction)help.Action!);
        return root;
    }

    /// <summary>Ends a failed command.</summary>
    private sealed record FailureLine(Terminal Terminal, bool IsJson)
    {
        public ExitCode Print(Failure failure)
        {
            var failed = new TransferEvent.Failed(null, null, failure);
            if (IsJson)
            {
                Terminal.WriteJson(JsonReport.Write(failed));
            }

            Terminal.WriteError(Lines.Of(failed));
            return failure.Code;
        }
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
