using System.Net;
using System.Net.Sockets;
using System.Text;
using ActorTransfer.Protocol.Xml;
using ActorTransfer.Testing.Streams;
using ActorTransfer.Transports.Sockets;
using ActorTransfer.Transports.Xmpp;
using Akka.Streams.Dsl;

namespace ActorTransfer.Transports.Tests.Xmpp;

public class XmppFramingTests : StreamTest
{
    private const string Header =
        "<stream:stream xmlns='jabber:component:accept' xmlns:stream='http://etherx.jabber.org/streams' id='3'>";

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(10_000)]
    public async Task Reader_must_emit_every_item_whatever_the_pieces(int piece)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(Header + "<iq id='ä'/><message/> <presence/></stream:stream>");
        (SourceScript source, SinkScript<XmlStreamItem> sink) = Run(XmlLimits.Default);
        foreach (byte[] part in bytes.Chunk(piece))
        {
            source.Send(part);
        }

        source.Complete();
        Assert.Equal("3", Assert.IsType<XmlStreamItem.Opened>(await sink.NextAsync().Soon()).Header["id"]);
        Assert.Equal("ä", Assert.IsType<XmlStreamItem.Stanza>(await sink.NextAsync().Soon()).Element["id"]);
        Assert.Equal("message", Assert.IsType<XmlStreamItem.Stanza>(await sink.NextAsync().Soon()).Element.Name);
        Assert.Equal("presence", Assert.IsType<XmlStreamItem.Stanza>(await sink.NextAsync().Soon()).Element.Name);
        Assert.IsType<XmlStreamItem.Closed>(await sink.NextAsync().Soon());
        Assert.Null(await sink.NextAsync().Soon());
    }

    [Fact]
    public async Task Reader_must_emit_what_is_invalid_and_fail_then()
    {
        (SourceScript source, SinkScript<XmlStreamItem> sink) = Run(XmlLimits.Default);
        source.Send(Encoding.UTF8.GetBytes(Header + "<a></b>"));
        Assert.IsType<XmlStreamItem.Opened>(await sink.NextAsync().Soon());
        XmlStreamItem.Invalid invalid = Assert.IsType<XmlStreamItem.Invalid>(await sink.NextAsync().Soon());
        XmppStreamException failure = await Assert.ThrowsAsync<XmppStreamException>(() => sink.NextAsync().Soon());
        Assert.Equal(invalid.StreamErrorCondition, failure.Condition);
        await source.Stopped.Soon();
    }

    [Fact]
    public async Task Reader_must_emit_what_is_invalid_when_the_bytes_end_with_it()
    {
        (SourceScript source, SinkScript<XmlStreamItem> sink) = Run(XmlLimits.Default);
        source.Send(Encoding.UTF8.GetBytes("<?pi?>"));
        source.Complete();
        Assert.IsType<XmlStreamItem.Invalid>(await sink.NextAsync().Soon());
        await Assert.ThrowsAsync<XmppStreamException>(() => sink.NextAsync().Soon());
    }

    [Fact]
    public async Task Writers_must_write_what_a_reader_reads()
    {
        using Socket listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        IByteLink client = Own(await TcpConnector.ConnectAsync(
            "localhost", ((IPEndPoint)listener.LocalEndPoint!).Port, CancellationToken.None).Soon());
        SocketLink server = Own(new SocketLink(await listener.AcceptAsync(), ReadOnlyMemory<byte>.Empty));
        SinkScript<XmlStreamItem> read = server.Incoming
            .Via(XmppFraming.Reader(XmlLimits.Default))
            .RunWith(ManualSink.Of<XmlStreamItem, XmlStreamItem>(item => item), Materializer);

        XmlElement stanza = new XmlElement("jabber:component:accept", "message").AddText("grün & <gut>");
        Task<long> written = Source.From([Header, XmlStreamWriter.StanzaText(stanza, "jabber:component:accept"), XmlStreamWriter.Close])
            .Via(XmppFraming.TextWriter())
            .RunWith(client.Outgoing, Materializer);
        Assert.IsType<XmlStreamItem.Opened>(await read.NextAsync().Soon());
        Assert.Equal(stanza, Assert.IsType<XmlStreamItem.Stanza>(await read.NextAsync().Soon()).Element);
        Assert.IsType<XmlStreamItem.Closed>(await read.NextAsync().Soon());
        Assert.Null(await read.NextAsync().Soon());
        await written.Soon();
    }

    [Fact]
    public async Task StanzaWriter_must_leave_out_the_namespace_of_the_stream()
    {
        SinkScript<byte[]> sink = Source.Single(new XmlElement("jabber:component:accept", "iq"))
            .Via(XmppFraming.StanzaWriter("jabber:component:accept"))
            .RunWith(ManualSink.OfBytes(), Materializer);
        Assert.Equal("<iq/>", Encoding.UTF8.GetString((await sink.NextAsync().Soon())!));
    }

    private (SourceScript Source, SinkScript<XmlStreamItem> Sink) Run(XmlLimits limits) => ScriptedSource.Create()
        .Via(XmppFraming.Reader(limits))
        .ToMaterialized(ManualSink.Of<XmlStreamItem, XmlStreamItem>(item => item), Keep.Both)
        .Run(Materializer);
}
