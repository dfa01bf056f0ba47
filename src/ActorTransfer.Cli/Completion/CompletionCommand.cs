using System.CommandLine;

namespace ActorTransfer.Cli.Completion;

/// <summary><c>actor-transfer completion</c>: prints a script for a shell, which asks this program for the words that may follow.</summary>
internal static class CompletionCommand
{
    /// <summary><c>[suggest:N]</c> is a directive of System.CommandLine: it prints the words that may be at position N of a line.</summary>
    private const string Bash = """
        _actor_transfer() {
          local word=${COMP_WORDS[COMP_CWORD]} line
          COMPREPLY=()
          while IFS= read -r line; do
            [[ $line == "$word"* && ( $word == -* || $line != [-/]* ) ]] && COMPREPLY+=("$line")
          done < <("${COMP_WORDS[0]}" "[suggest:$COMP_POINT]" "$COMP_LINE" 2>/dev/null)
        }
        complete -o default -F _actor_transfer actor-transfer
        """;

    private const string Zsh = """
        #compdef actor-transfer
        _actor_transfer() {
          local -a found
          found=("${(@f)$("${words[1]}" "[suggest:$CURSOR]" "$BUFFER" 2>/dev/null)}")
          compadd -a found || _files
        }
        compdef _actor_transfer actor-transfer
        """;

    private const string Fish = """
        function __actor_transfer_words
            set -l line (commandline -cp)
            set -l words (commandline -opc)
            $words[1] "[suggest:"(string length -- "$line")"]" "$line" 2>/dev/null
        end
        complete -c actor-transfer -a '(__actor_transfer_words)'
        """;

    public static Command Create(Terminal terminal)
    {
        var shell = new Argument<string>("SHELL") { Description = "The shell: bash, zsh or fish." };
        shell.AcceptOnlyFromAmong("bash", "zsh", "fish");
        var command = new Command(
            "completion",
            "Prints a script that completes commands and options in a shell. For bash: source <(actor-transfer completion bash)") { shell };
        command.SetAction(parsed =>
        {
            terminal.Out.Write(Script(parsed.GetValue(shell)!).ReplaceLineEndings("\n") + "\n");
            return (int)ExitCode.Done;
        });
        return command;
    }

    private static string Script(string shell) => shell switch
    {
        "bash" => Bash,
        "zsh" => Zsh,
        _ => Fish,
    };
}
