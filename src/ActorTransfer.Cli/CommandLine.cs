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
        if (Fault(parsed, args) is { } fault)
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

    /// <summary>Why a command line is not valid; null = it is.</summary>
    internal static string? Fault(ParseResult parsed, IReadOnlyList<string> args)
    {
        var command = parsed.CommandResult.Command;
        if (parsed.Action is not ParseErrorAction && parsed.Action != command.Action)
        {
            return null; // --help or --version
        }

        var fault = UnknownOption(parsed, args) is { } unknown ? $"{unknown} is not an option"
            : parsed.Errors is [var first, ..] ? first.Message.TrimEnd('.')
            : null;
        return fault is null ? NameFault(parsed, args) : $"{fault}; see 'actor-transfer{(command is RootCommand ? "" : $" {command.Name}")} --help'";
    }

    /// <summary>The parser takes an unknown option for an argument, such as a file; a file of that name follows <c>--</c>.</summary>
    internal static string? UnknownOption(ParseResult parsed, IEnumerable<string> args)
    {
        var words = args.TakeWhile(word => word != "--").ToHashSet(StringComparer.Ordinal);
        return Arguments(parsed).Concat(parsed.UnmatchedTokens).FirstOrDefault(word => word is ['-', _, ..] && words.Contains(word))?.Split('=')[0];
    }

    /// <summary>Faults of arguments other than files to send: those are reported one by one.</summary>
    private static string? NameFault(ParseResult parsed, IReadOnlyList<string> args)
    {
        var files = Arguments(parsed).ToHashSet(StringComparer.Ordinal);
        return args.Where(word => !files.Contains(word)).Select(RawArguments.Fault).FirstOrDefault(fault => fault is not null);
    }

    private static IEnumerable<string> Arguments(ParseResult parsed) =>
        parsed.CommandResult.Children.OfType<ArgumentResult>().SelectMany(result => result.Tokens).Select(token => token.Value);

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
