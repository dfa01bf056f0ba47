using System.Security.Cryptography;
using ActorTransfer.Extensibility;
using ActorTransfer.Protocol;
using ActorTransfer.Protocol.Ibb;
using ActorTransfer.Protocol.Jingle;
using ActorTransfer.Protocol.JingleFiles;
using ActorTransfer.Protocol.Stanzas;
using ActorTransfer.Testing.Links;
using Akka;
using Akka.Streams.Dsl;
using Microsoft.Extensions.DependencyInjection;

namespace ActorTransfer.Scenarios.InProcess;

/// <summary>A peer requests a file (XEP-0234 §6): a policy of the application may have it.</summary>
public sealed class JingleRequestSpec
{
    private const string Responder = "responder";
    private const string Received = "<received xmlns='urn:xmpp:jingle:apps:file-transfer:5' creator='initiator' name='file'/>";
    private static readonly TimeSpan MaxWait = TimeSpan.FromSeconds(60);
    private static readonly byte[] s_bytes = RandomNumberGenerator.GetBytes(20_000);

    [Fact]
    public async Task Requested_file_must_be_sent_in_the_same_session()
    {
        var policy = new Files(_ => new Content(s_bytes));
        await using var host = await StartAsync(policy);
        using var raw = new RawJinglePeer(host);
        await raw.SendAsync(JingleAction.SessionInitiate, RawJinglePeer.Describe("<name>menu.txt</name>") + raw.Socks5, Responder);
        var accept = await raw.NextAsync(JingleAction.SessionAccept);
        var file = JingleFile.Read(accept.Contents[0].Description)!;
        Assert.Equal((JingleSenders.Responder, "menu.txt", (long)s_bytes.Length), (accept.Contents[0].Senders, file.Name, file.Size));
        Assert.Equal(new FileRequest(raw.Self, LocalDomainHost.Receiver, "menu.txt", null), policy.Asked);

        var (socket, _) = await raw.ConnectedAsync();
        using var connection = socket;
        Assert.Equal(s_bytes, await socket.ReadToEndAsync().WaitAsync(MaxWait));
        socket.Dispose(); // the sender waits for it
        var checksum = Assert.IsType<FileInfoPayload.Checksum>(FileInfoPayload.Read((await raw.NextAsync(JingleAction.SessionInfo)).Info));
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(s_bytes)), checksum.Hashes.Strongest!.Hex);
        await raw.SendInfoAsync(Received);
        await raw.TerminateAsync(JingleCondition.Success);
        await policy.Disposed.Task.WaitAsync(MaxWait);
    }

    [Fact]
    public async Task Requested_range_must_be_sent_in_band()
    {
        var policy = new Files(_ => new Content(s_bytes));
        await using var host = await StartAsync(policy);
        using var raw = new RawJinglePeer(host);
        await raw.SendAsync(
            JingleAction.SessionInitiate,
            RawJinglePeer.Describe("<name>menu.txt</name><range offset='5000'/>")
                + $"<transport xmlns='{Namespaces.JingleIbb}' sid='{RawJinglePeer.TransportId}' block-size='2048'/>",
            Responder);
        var accept = await raw.NextAsync(JingleAction.SessionAccept);
        Assert.Equal("2048", accept.Contents[0].Transport!["block-size"]);
        Assert.Equal(IqType.Result, (await raw.AskAsync(new IbbOpen(raw.Tsid, 2048).ToXml())).Type);
        var got = new List<byte>();
        while (await raw.NextAsync() is var request && !IbbClose.Is(request.Payload))
        {
            if (IbbData.Is(request.Payload))
            {
                var block = Convert.FromBase64String(IbbData.Read(request.Payload!).Text);
                Assert.InRange(block.Length, 1, 2048);
                got.AddRange(block);
            }
        }

        Assert.Equal(s_bytes[5000..], got);
        await raw.SendInfoAsync(Received);
        await raw.TerminateAsync(JingleCondition.Success);
        await policy.Disposed.Task.WaitAsync(MaxWait);
    }

    /// <summary>Without a policy, without the file, with a policy that fails: the peer learns the same.</summary>
    [Theory]
    [InlineData(null)]
    [InlineData("none")]
    [InlineData("fails")]
    public async Task Case_53_file_must_not_be_available_by_default(string? kind)
    {
        var policy = kind is null ? null : new Files(_ => kind == "none" ? null : throw new InvalidOperationException("/secret/path"));
        await using var host = await StartAsync(policy);
        using var raw = new RawJinglePeer(host);
        await raw.SendAsync(JingleAction.SessionInitiate, RawJinglePeer.Describe("<name>../etc/passwd</name>") + raw.Socks5, Responder);
        var terminate = await raw.NextAsync(JingleAction.SessionTerminate);
        Assert.Equal((JingleCondition.FailedApplication, "file-not-available"), (terminate.Reason!.Condition, terminate.Reason.Detail!.Name));
        Assert.DoesNotContain("secret", terminate.ToXml().ToString(), StringComparison.Ordinal);
    }

    private static Task<LocalDomainHost> StartAsync(Files? policy) => LocalDomainHost.StartAsync(
        LocalDomainHost.Direct,
        services: (services, _) =>
        {
            if (policy is not null)
            {
                services.AddSingleton<IFileRequestPolicy>(policy);
            }
        });

    private sealed class Files(Func<FileRequest, Content?> find) : IFileRequestPolicy
    {
        public FileRequest? Asked { get; private set; }

        public TaskCompletionSource Disposed { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public ValueTask<IOutgoingContent?> FindAsync(FileRequest request, CancellationToken ct)
        {
            Asked = request;
            var content = find(request);
            content?.Ended = Disposed;
            return new ValueTask<IOutgoingContent?>(content);
        }
    }

    private sealed class Content(byte[] bytes) : IOutgoingContent, IDisposable
    {
        public TaskCompletionSource? Ended { get; set; }

        public FileDescription Description { get; } = new("menu.txt", bytes.Length, Ranged: true);

        public Source<Chunk, NotUsed> Open(long offset, long length, int chunkSize) =>
            Source.From(bytes[(int)offset..(int)(offset + length)].Chunk(chunkSize).Select(Copy));

        public Task<string> HashAsync(CancellationToken ct) => Task.FromResult(Convert.ToHexStringLower(SHA256.HashData(bytes)));

        public void Dispose() => Ended?.TrySetResult();

        private static Chunk Copy(byte[] part)
        {
            var chunk = Chunk.Rent(part.Length);
            part.CopyTo(chunk.Span);
            return chunk;
        }
    }
}
