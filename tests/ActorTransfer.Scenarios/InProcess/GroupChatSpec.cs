using System.Security.Cryptography;
using ActorTransfer.Actors.Connections;
using ActorTransfer.Extensibility;
using ActorTransfer.Protocol.Stanzas;
using Akka.Actor;
using Microsoft.Extensions.DependencyInjection;

namespace ActorTransfer.Scenarios.InProcess;

/// <summary>
/// A file to an occupant of a group chat (XEP-0045): both sides know the other by its occupant JID and themselves by their own JID, so that they compute
/// different SOCKS5 addresses, and each uses the one that the other gives (XEP-0065 §7).
/// </summary>
public sealed class GroupChatSpec
{
    private static readonly TimeSpan MaxWait = TimeSpan.FromSeconds(60);
    private static readonly Jid Chat = Jid.Parse("chat.local.test");
    private static readonly Jid SenderInRoom = Jid.Parse("room@chat.local.test/ada");
    private static readonly Jid ReceiverInRoom = Jid.Parse("room@chat.local.test/bo");

    [Theory]
    [InlineData(Signalling.Jingle, StreamMethods.Direct, StreamMethod.Direct)]
    [InlineData(Signalling.Jingle, StreamMethods.Proxy, StreamMethod.Proxy)]
    [InlineData(Signalling.Jingle, StreamMethods.InBand, StreamMethod.InBand)]
    [InlineData(Signalling.StreamInitiation, StreamMethods.Direct, StreamMethod.Direct)]
    [InlineData(Signalling.StreamInitiation, StreamMethods.Proxy, StreamMethod.Proxy)]
    public async Task File_to_an_occupant_must_arrive(Signalling signalling, StreamMethods methods, StreamMethod method)
    {
        await using var host = await LocalDomainHost.StartAsync(LocalDomainHost.Direct);
        var domain = host.Domain;
        Assert.True(domain.TryAttach(Chat, host.Services.GetRequiredService<ActorSystem>().ActorOf(Props.Create(() => new Room(domain)))));
        var bytes = RandomNumberGenerator.GetBytes(100_000);
        var original = Path.Combine(host.Folder, "original.bin");
        await File.WriteAllBytesAsync(original, bytes);
        var accepting = NextAsync(host.Transfers);
        var sent = await host.Transfers.SendAsync(
            ReceiverInRoom, new FileInfo(original), new SendOptions("iphone") { Methods = methods, Signalling = signalling });
        var (offer, received) = await accepting.WaitAsync(MaxWait);
        Assert.Equal(SenderInRoom, offer.From);
        var arrived = Assert.IsType<TransferOutcome.Completed>(await received.Completion.WaitAsync(MaxWait));
        var left = Assert.IsType<TransferOutcome.Completed>(await sent.Completion.WaitAsync(MaxWait));
        Assert.Equal(method, left.Method); // by stream initiation, the target takes an address of another JID than the occupant's for a proxy
        Assert.Equal(bytes, await File.ReadAllBytesAsync(arrived.Path!));
    }

    private static async Task<(IIncomingOffer Offer, ITransfer Received)> NextAsync(IFileTransfers transfers)
    {
        await foreach (var offer in transfers.IncomingAsync())
        {
            return (offer, await offer.AcceptAsync());
        }

        throw new InvalidOperationException("The offers ended.");
    }

    /// <summary>Passes stanzas between the two occupants, each with the occupant JID of its sender.</summary>
    private sealed class Room : ReceiveActor
    {
        public Room(LocalDomain domain) => Receive<StanzaLink.Received>(received => Pass(domain, received.Stanza));

        private static void Pass(LocalDomain domain, Iq stanza)
        {
            var fromSender = stanza.From == LocalDomainHost.Sender;
            domain.Route(Chat, stanza with
            {
                From = fromSender ? SenderInRoom : ReceiverInRoom,
                To = fromSender ? LocalDomainHost.Receiver : LocalDomainHost.Sender,
            });
        }
    }
}
