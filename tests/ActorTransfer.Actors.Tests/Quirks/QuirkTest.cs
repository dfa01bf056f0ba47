using System.Net;
using ActorTransfer.Actors.Connections;
using ActorTransfer.Actors.StreamHosts;
using ActorTransfer.Actors.Transfers;
using ActorTransfer.Extensibility;
using ActorTransfer.Protocol;
using ActorTransfer.Protocol.Ibb;
using ActorTransfer.Protocol.Stanzas;
using ActorTransfer.Protocol.StreamInitiation;
using ActorTransfer.Protocol.Xml;
using ActorTransfer.Testing.Streams;
using Akka;
using Akka.Actor;
using Akka.Streams.Dsl;
using Msg = ActorTransfer.Actors.Transfers.Transfer;

namespace ActorTransfer.Actors.Tests.Quirks;

/// <summary>Transfers with a peer that behaves as observed in practice; see <c>Quirks</c> of the protocol's tests for single payloads.</summary>
public abstract class QuirkTest(string hocon = "") : TransferTest("target.stagger = 1s, " + hocon)
{
    protected const int Size = 10_000;

    protected IActorRef Transfer { get; private protected set; } = ActorRefs.Nobody;

    protected static byte[] File { get; } = [.. Enumerable.Range(0, Size).Select(i => (byte)(i * 7))];

    private protected static XmlElement Xml(string text) => XmlElement.Parse(text);

    private protected static Answer ErrorOf(string xml) => Error(StanzaError.Read(Xml(xml)));

    /// <summary>An acceptance as gloox and others write it: without id and profile, with any type of field.</summary>
    private protected static Answer Accepts(params string[] methods) => Result(Xml($"""
        <si xmlns='{Namespaces.StreamInitiation}'><feature xmlns='{Namespaces.FeatureNegotiation}'><x xmlns='jabber:x:data' type='submit'>
          <field type='text-single' var='stream-method'>{string.Concat(methods.Select(method => $"<value>{method}</value>"))}</field></x></feature></si>
        """));

    /// <summary>The next response; other messages to the connection before it are skipped.</summary>
    private protected async Task<Iq> ResponseAsync() =>
        (await Connection.FishForMessageAsync<Connection.Reply>(_ => true, hint: "a response")).Answer;

    /// <summary>The peer sends a request.</summary>
    protected void Requests(string id, string payload) => Ask(Iq.Set(id, Ada, Xml(payload), Bo));

    protected async Task<TransferOutcome.Completed> CompletedAsync() => Assert.IsType<TransferOutcome.Completed>(await EndedAsync());

    protected async Task<TransferOutcome.Failed> FailedAsync() => Assert.IsType<TransferOutcome.Failed>(await EndedAsync());
}

/// <summary>This side sends.</summary>
public abstract class SendingTest(string hocon = "") : QuirkTest(hocon)
{
    /// <summary>Target of the file.</summary>
    protected virtual Jid Peer => Bo;

    /// <summary>Session id of the last offer.</summary>
    protected string Session { get; private set; } = "";

    /// <summary>Offers the file; returns the request.</summary>
    private protected async Task<Connection.Ask> OfferAsync(byte[]? content = null)
    {
        await UpAsync();
        Above.Tell(new Msg.Send("north", null, Peer, new BytesContent(content ?? File), Observer.Ref), TestActor);
        await ExpectMsgAsync<Msg.Started>();
        return await OfferedAsync();
    }

    private protected async Task<Connection.Ask> OfferedAsync()
    {
        var ask = await ExpectRequestAsync();
        Assert.True(SiOffer.TryRead(ask.Payload, out var offer, out _));
        Session = offer.SessionId;
        Transfer = Connection.LastSender;
        return ask;
    }

    /// <summary>Offers the file, accepts these methods and returns the request with the streamhosts.</summary>
    private protected async Task<Connection.Ask> StreamhostsAsync(StreamHost[]? proxies = null, byte[]? content = null, params string[] accepted)
    {
        return await StreamhostsOfAsync(await OfferAsync(content), proxies, accepted);
    }

    /// <summary>Accepts this offer and returns the request with the streamhosts.</summary>
    private protected async Task<Connection.Ask> StreamhostsOfAsync(Connection.Ask offer, StreamHost[]? proxies = null, params string[] accepted)
    {
        Answer(offer, Accepts(accepted.Length == 0 ? [Namespaces.Bytestreams] : accepted));
        await StreamHost.ExpectMsgAsync<DirectStreamHost.GetAddresses>();
        StreamHost.Reply(new DirectStreamHost.Addresses([new DnsEndPoint("198.51.100.4", 52013)]));
        await Proxies.ExpectMsgAsync<ProxyDirectory.GetProxies>();
        Proxies.Reply(new ProxyDirectory.Proxies([.. proxies ?? [RelayHost]]));
        var expect = await StreamHost.ExpectMsgAsync<DirectStreamHost.Expect>();
        StreamHost.Reply(new DirectStreamHost.Expecting(expect.Destination));
        return await ExpectRequestAsync();
    }

    /// <summary>The next request.</summary>
    private protected ValueTask<Connection.Ask> ExpectRequestAsync() => Connection.FishForMessageAsync<Connection.Ask>(_ => true, hint: "a request");

    /// <summary>The peer is asked what it supports.</summary>
    private protected async Task AnswerInfoAsync(Answer answer)
    {
        Assert.Equal(new Connections.Contacts.GetInfo(Ada, Peer), await Contacts.ExpectMsgAsync<Connections.Contacts.GetInfo>());
        Contacts.Reply(new Connections.Contacts.Info(Peer, answer));
        await StillRunsAsync(Above);
    }

    /// <summary>Responds to the last request.</summary>
    private protected void Answer(Connection.Ask ask, Answer answer) => Connection.Reply(new Connection.Answered(ask.Tag, answer));

    private protected async Task<Connection.Ask> OpeningAsync()
    {
        var open = await ExpectRequestAsync();
        Assert.True(IbbOpen.TryRead(open.Payload, out var read, out _), $"expected an open, not {open.Payload}");
        Assert.Equal(Session, read.SessionId);
        return open;
    }

    /// <summary>Acknowledges each block at once; returns the first request that is not a block.</summary>
    private protected async Task<Connection.Ask> ReceiveBlocksAsync(MemoryStream into)
    {
        while (true)
        {
            var ask = await ExpectRequestAsync();
            if (!IbbData.Is(ask.Payload))
            {
                return ask;
            }

            into.Write(Convert.FromBase64String(ask.Payload.Text));
            Answer(ask, Result());
        }
    }

    /// <summary>Receives the whole in-band bytestream and responds to every request.</summary>
    private protected async Task ReceiveInBandAsync(Connection.Ask open)
    {
        Answer(open, Result());
        using var received = new MemoryStream();
        var close = await ReceiveBlocksAsync(received);
        Assert.True(IbbClose.Is(close.Payload));
        Answer(close, Result());
        Assert.Equal(File, received.ToArray());
    }

    protected static IOutgoingContent ContentOf(byte[] bytes) => new BytesContent(bytes);

    private sealed class BytesContent(byte[] bytes) : IOutgoingContent
    {
        public FileDescription Description { get; } = new("img0545.png", bytes.Length) { Ranged = true };

        public Source<Chunk, NotUsed> Open(long offset, long length, int chunkSize) => ScriptedSource.Create().MapMaterializedValue(script =>
        {
            if (length > 0)
            {
                script.Send(bytes[(int)offset..(int)(offset + length)]);
            }

            script.Complete();
            return NotUsed.Instance;
        });
    }
}

/// <summary>This side receives.</summary>
public abstract class ReceivingTest(string hocon = "") : QuirkTest(hocon)
{
    protected static string Options(params string[] methods) => string.Concat(methods.Select(method => $"<option><value>{method}</value></option>"));

    protected static string OfferXml(string options, string attributes = "", int size = Size) => $"""
        <si xmlns='{Namespaces.StreamInitiation}' id='{SessionId}' profile='{Namespaces.FileTransferProfile}'>
          <file xmlns='{Namespaces.FileTransferProfile}' name='img0545.png' {(size < 0 ? "" : $"size='{size}'")} {attributes}/>
          <feature xmlns='{Namespaces.FeatureNegotiation}'><x xmlns='jabber:x:data' type='form'>
            <field var='stream-method' type='list-single'>{options}</field></x></feature></si>
        """;

    protected static string StreamhostsXml(string attributes, params (string Jid, string Host)[] hosts) =>
        $"<query xmlns='{Namespaces.Bytestreams}' sid='{SessionId}' {attributes}>"
        + string.Concat(hosts.Select(host => $"<streamhost jid='{host.Jid}' host='{host.Host}' port='7777'/>"))
        + "</query>";

    protected static string OpenXml(int blockSize, string attributes = "") =>
        $"<open xmlns='{Namespaces.Ibb}' sid='{SessionId}' block-size='{blockSize}' {attributes}/>";

    protected static string DataXml(int sequence, ReadOnlySpan<byte> block) =>
        $"<data xmlns='{Namespaces.Ibb}' sid='{SessionId}' seq='{sequence}'>{Convert.ToBase64String(block)}</data>";

    protected static string CloseXml { get; } = $"<close xmlns='{Namespaces.Ibb}' sid='{SessionId}'/>";

    /// <summary>The peer offers and the user accepts; returns the acceptance.</summary>
    private protected async Task<Iq> AcceptedAsync(string? offer = null, long? maxSize = null)
    {
        await UpAsync();
        Above.Tell(new Msg.SubscribeOffers(Offers.Ref));
        Requests("offer1", offer ?? OfferXml(Options(Namespaces.Bytestreams, Namespaces.Ibb)));
        var offered = await Offers.ExpectMsgAsync<Msg.Offered>();
        Transfer = await ActorOfAsync(offered.Id);
        Above.Tell(new Msg.Accept(offered.Id, new FolderDestination(Folder), Observer.Ref) { MaxSize = maxSize });
        var answer = await ResponseAsync();
        Assert.Equal((IqType.Result, "offer1"), (answer.Type, answer.Id));
        return answer;
    }

    /// <summary>Accepts the offer; no streamhost can be reached.</summary>
    protected async Task UnreachableAsync()
    {
        await AcceptedAsync();
        Requests("s1", StreamhostsXml("", (Relay.ToString(), "203.0.113.7")));
        (await Gate.ExpectMsgAsync<Attempt>()).Fail("connection refused");
        Assert.Equal(("s1", ErrorConditions.ItemNotFound), Refusal(await ResponseAsync()));
    }

    private protected static (string Id, string? Condition) Refusal(Iq answer) => (answer.Id, answer.Error?.Condition);

    private protected static (string Id, IqType Type) Head(Iq answer) => (answer.Id, answer.Type);

    /// <summary>Sends the file in blocks and waits for each response.</summary>
    protected async Task SendBlocksAsync(int blockSize)
    {
        var sequence = 0;
        foreach (var block in File.Chunk(blockSize))
        {
            Requests($"d{sequence}", DataXml(sequence, block));
            Assert.Equal(($"d{sequence}", IqType.Result), Head(await ResponseAsync()));
            sequence++;
        }
    }

    protected async Task ReceivedAsync()
    {
        var completed = await CompletedAsync();
        Assert.Equal(File, await System.IO.File.ReadAllBytesAsync(completed.Path!));
    }
}
