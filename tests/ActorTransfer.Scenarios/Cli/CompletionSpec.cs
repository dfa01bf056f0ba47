using System.Diagnostics;
using ActorTransfer.Cli;

namespace ActorTransfer.Scenarios.Cli;

/// <summary>The scripts of <c>actor-transfer completion</c>, in the shells themselves.</summary>
public sealed class CompletionSpec : IDisposable
{
    private readonly TestFolder _folder = new();

    public CompletionSpec()
    {
        _folder.Folder("bin");
        _folder.Folder("empty");
        var program = _folder.File("bin/actor-transfer", System.Text.Encoding.UTF8.GetBytes(
            $"#!/bin/sh\nexec dotnet '{Path.Combine(AppContext.BaseDirectory, "actor-transfer.dll")}' \"$@\"\n"));
        File.SetUnixFileMode(program, (UnixFileMode)0x1ED);
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("actor-transfer se", "send")]
    [InlineData("actor-transfer completion ", "bash fish zsh")]
    [InlineData("actor-transfer send --pro", "--proxy")]
    [InlineData("actor-transfer send photo.jpg --method ", "auto direct http ibb proxy s5b")]
    [InlineData("actor-transfer proxy --tls re", "required")]
    [InlineData("actor-transfer send photo", "")]
    public async Task Bash_must_offer_the_words_that_may_follow(string line, string words) => Assert.Equal(words, await RunAsync("bash", $$"""
        source <(actor-transfer completion bash)
        COMP_LINE='{{line}}' COMP_POINT={{line.Length}} COMP_WORDS=({{line}}{{(line.EndsWith(' ') ? " ''" : "")}})
        COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
        _actor_transfer
        printf '%s\n' "${COMPREPLY[@]}"
        """));

    [ShellTheory("fish")]
    [InlineData("actor-transfer se", "send")]
    [InlineData("actor-transfer send photo.jpg --method ", "auto direct http ibb proxy s5b")]
    public async Task Fish_must_offer_the_words_that_may_follow(string line, string words) =>
        Assert.Equal(words, await RunAsync("fish", $"actor-transfer completion fish | source; complete -C '{line}'"));

    /// <summary>Completion of zsh works in its line editor only, so it runs in a pseudo terminal.</summary>
    [ShellTheory("zsh")]
    [InlineData("actor-transfer se", "actor-transfer send")]
    [InlineData("actor-transfer proxy --tls re", "actor-transfer proxy --tls required")]
    public async Task Zsh_must_complete_a_word(string line, string completed) => Assert.Equal(completed, await RunAsync("zsh", $$"""
        zmodload zsh/zpty
        zpty shell zsh -f -i
        zpty -w shell 'PS1=; autoload -Uz compinit; compinit -D; source <(actor-transfer completion zsh); show() { print -r -- "<$BUFFER>" }; zle -N show; bindkey ^T show; print rea""dy'
        zpty -m -r shell output '*ready*'
        zpty -n -w shell $'{{line}}\t\x14'
        zpty -m -r shell output '*<*>*'
        output=${output##*<}
        print -r -- ${${output%%>*}%% }
        zpty -d shell
        """));

    [Fact]
    public async Task Unknown_shell_must_be_reported_with_the_known_ones() =>
        (await CliRun.RunAsync("completion", "tcsh")).MustFail(ExitCode.Usage, "'bash'");

    private async Task<string> RunAsync(string shell, string script)
    {
        string[] options = shell switch
        {
            "bash" => ["--norc"],
            "zsh" => ["-f"],
            _ => ["--no-config"],
        };
        var start = new ProcessStartInfo(shell, [.. options, "-c", script])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = _folder["empty"], // shells offer the names of files too
        };
        start.Environment["PATH"] = $"{_folder["bin"]}:{start.Environment["PATH"]}";
        start.Environment["HOME"] = _folder.Path;
        using var process = Process.Start(start)!;
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        var output = process.StandardOutput.ReadToEndAsync(limit.Token);
        var error = process.StandardError.ReadToEndAsync(limit.Token);
        await process.WaitForExitAsync(limit.Token);
        Assert.Equal("", await error);
        return string.Join(' ', (await output).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Trim()).Order(StringComparer.Ordinal));
    }
}
