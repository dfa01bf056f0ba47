using System.Globalization;
using System.Net;
using System.Net.Sockets;
using ActorTransfer.Cli;
using ActorTransfer.Scenarios.Cli;
using ActorTransfer.Scenarios.Prosody;

namespace ActorTransfer.Scenarios.Architecture;

/// <summary>
/// The commands of <c>actor-transfer</c> and <c>demo.sh</c> in documents succeed, with a Prosody in place of example.org. Not run here: samples, which
/// SampleSpec and ServerSampleSpec run; <c>build</c>, <c>new</c>, <c>add</c>, <c>publish</c> and <c>pack</c> of dotnet, test.sh and benchmarks, which take
/// minutes; curl, whose request ServerSampleSpec makes.
/// </summary>
public sealed class DocumentedRunsSpec : IDisposable
{
    private static readonly TimeSpan MaxWait = TimeSpan.FromSeconds(60);

    /// <summary>A free address for a node of a cluster.</summary>
    private static readonly string s_node = FreeEndPoint();

    private static readonly List<string[]> Commands =
    [
        .. DocumentBlock.All.Where(block => block.Language == "sh").SelectMany(block => ShellCommand.Read(block.Text))
            .Select(command => Arguments(command.Words)).OfType<string[]>(),
    ];

    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Every_command_must_be_run_by_one_of_these_tests() =>
        Assert.Equal(["demo", "diagnose", "proxy", "receive", "send"], Commands.Select(command => command[0]).Distinct().Order());

    [ProsodyFact]
    public async Task Clients_must_send_diagnose_and_receive_until_they_are_interrupted()
    {
        await using var server = await ProsodyServer.StartAsync(new ProsodySetup { Clients = true, Contacts = [("alice", "bob")] });
        foreach (var receive in Of("receive"))
        {
            // Some of the others name this resource.
            var others = receive.Contains("bob@example.org/desktop") ? Of("send").Concat(Of("diagnose")) : [];
            await StaysUpAsync(WithAccount(receive, server), ExitCode.Interrupted, async () =>
            {
                foreach (var other in others)
                {
                    await SucceedsAsync(WithAccount(other, server));
                }
            });
        }
    }

    [ProsodyFact]
    public async Task Proxies_must_be_ready_and_end_when_they_are_interrupted()
    {
        await using var server = await ProsodyServer.StartAsync(new ProsodySetup { Proxy = false, Components = [ProsodyServer.Proxy] });
        foreach (var proxy in Of("proxy"))
        {
            await StaysUpAsync(Local(proxy, server), ExitCode.Done, () => Task.CompletedTask);
        }
    }

    [ProsodyFact]
    public async Task Demonstrations_must_succeed()
    {
        await using var server = await ProsodyServer.StartAsync(new ProsodySetup { Components = ["files.localhost"] });
        foreach (var demo in Of("demo"))
        {
            await SucceedsAsync(Local(demo, server));
        }
    }

    /// <summary>Those within sentences; the size of the generated file is smaller here.</summary>
    [Theory]
    [InlineData("README.md", "`./demo.sh FILE`", "demo", "a.bin")]
    [InlineData("README.md", "`./demo.sh --size 1GiB`", "demo", "--size", "1MiB")]
    [InlineData("README.md", "`./demo.sh --help`", "demo", "--help")]
    [InlineData("docs/cli.md", "`./actor-transfer COMMAND --help`", "send", "--help")]
    [InlineData("docs/cli.md", "`./actor-transfer COMMAND --help`", "receive", "--help")]
    [InlineData("docs/cli.md", "`./actor-transfer COMMAND --help`", "diagnose", "--help")]
    [InlineData("docs/cli.md", "`./actor-transfer COMMAND --help`", "proxy", "--help")]
    [InlineData("docs/cli.md", "`actor-transfer completion bash|zsh|fish`", "completion", "bash")]
    [InlineData("docs/cli.md", "`actor-transfer completion bash|zsh|fish`", "completion", "zsh")]
    [InlineData("docs/cli.md", "`actor-transfer completion bash|zsh|fish`", "completion", "fish")]
    public async Task Commands_within_sentences_must_succeed(string document, string command, params string[] args)
    {
        Assert.Contains(command, await File.ReadAllTextAsync(Path.Combine(Repository.Root, document)), StringComparison.Ordinal);
        await SucceedsAsync([.. args.Select(word => word == "a.bin" ? _folder.File(word, "abc"u8) : word)]);
    }

    private static string FreeEndPoint()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return socket.LocalEndPoint!.ToString()!;
    }

    private static IEnumerable<string[]> Of(string command) => Commands.Where(words => words[0] == command);

    private static string[]? Arguments(IReadOnlyList<string> words) => words[0] switch
    {
        "./actor-transfer" or "actor-transfer" => [.. words.Skip(1)],
        "./demo.sh" => ["demo", .. words.Skip(1)],
        _ => null,
    };

    private static async Task SucceedsAsync(string[] args)
    {
        var run = await CliRun.RunAsync(args);
        Assert.True(run.Code == ExitCode.Done, $"actor-transfer {string.Join(' ', args)} ended with {run.Code}: {run.Out}{run.Error}");
    }

    /// <summary>Runs it, and something else when it is ready, and interrupts it.</summary>
    private static async Task StaysUpAsync(string[] args, ExitCode end, Func<Task> whenReady)
    {
        using var interrupt = new CancellationTokenSource(MaxWait);
        using var output = new ReadyWriter();
        using var error = new StringWriter();
        var terminal = new Terminal(TextWriter.Synchronized(output), TextWriter.Synchronized(error), IsLive: false);
        var run = CommandLine.RunAsync(args, terminal, interrupt.Token);
        var isReady = await Task.WhenAny(run, output.Ready) == output.Ready;
        if (isReady)
        {
            await whenReady();
        }

        await interrupt.CancelAsync();
        var code = await run;
        Assert.True(isReady && code == end, $"actor-transfer {string.Join(' ', args)} ended with {code}: {error}");
    }

    /// <summary>With the names, ports and files of this machine.</summary>
    private string[] Local(string[] args, ProsodyServer server) => [.. args.Select(word => word switch
    {
        "inbox" => _folder.Folder("inbox"),
        "photo.jpg" or "a.bin" or "b.bin" => _folder.File(word, "abc"u8),
        "secret" or "secret.txt" or "/etc/actor-transfer/secret" => server.SecretFile,
        "10.0.0.1:4053" => s_node,
        "10.0.0.2:4053" => "127.0.0.1:1",
        "xmpp.internal:5347" or "127.0.0.1:5347" or "127.0.0.1:5275" => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{server.ComponentPort}"),
        "5222" => server.ClientPort.ToString(CultureInfo.InvariantCulture),
        "0.0.0.0:7777" or "[::]:7777" or "8080" or "127.0.0.1:8080" => "127.0.0.1:0",
        _ => word.Replace("example.org", ProsodyServer.Host, StringComparison.Ordinal),
    })];

    /// <summary>With the options that the server of these tests needs.</summary>
    private string[] WithAccount(string[] args, ProsodyServer server)
    {
        var local = Local(args, server).ToList();
        var user = local[local.IndexOf("--account") + 1].Split('@')[0];
        (string Name, string Value)[] needed =
        [
            ("--password-file", server.PasswordFile(user)), ("--host", "127.0.0.1"), ("--port", server.ClientPort.ToString(CultureInfo.InvariantCulture)),
            ("--tls", "off"), ("--allow-addresses", "loopback"), ("--timeout", "30s"),
        ];
        return [.. local, .. needed.Where(option => !local.Contains(option.Name)).SelectMany(option => new[] { option.Name, option.Value })];
    }

    private sealed class ReadyWriter : StringWriter
    {
        private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Ready => _ready.Task;

        public override void WriteLine(string? value)
        {
            if (value?.Contains("Ready as ", StringComparison.Ordinal) == true)
            {
                _ready.TrySetResult();
            }
        }
    }
}
