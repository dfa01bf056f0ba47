using System.Text;
using ActorTransfer.Extensibility;
using ActorTransfer.Protocol;
using ActorTransfer.Protocol.Addressing;
using ActorTransfer.Protocol.Bytestreams;
using ActorTransfer.Protocol.Discovery;
using ActorTransfer.Protocol.Files;
using ActorTransfer.Protocol.Ibb;
using ActorTransfer.Protocol.Jingle;
using ActorTransfer.Protocol.JingleFiles;
using ActorTransfer.Protocol.JingleTransports;
using ActorTransfer.Protocol.Socks5;
using ActorTransfer.Protocol.Stanzas;
using ActorTransfer.Protocol.StreamInitiation;
using ActorTransfer.Protocol.Xml;

namespace ActorTransfer.Fuzzing;

/// <summary>
/// What reads bytes of strangers. Each target takes any bytes, must not throw, and checks that what it read survives being written: the same
/// text follows from parse(write(parse(x))).
/// </summary>
internal static class FuzzTargets
{
    private static readonly XmlLimits s_limits = new(MaxStanzaBytes: 4096, MaxDepth: 8, MaxAttributes: 8, MaxChildren: 32);
    private static readonly byte[] s_header = Encoding.UTF8.GetBytes(XmlStreamWriter.Open("x", Namespaces.Client, version: "1.0"));
    private static readonly Jid s_peer = Jid.Parse("ada@north.example/desk");

    /// <summary>By name; the corpus has a folder for each.</summary>
    public static IReadOnlyDictionary<string, Action<byte[]>> All { get; } = new SortedDictionary<string, Action<byte[]>>(StringComparer.Ordinal)
    {
        ["checkpoint"] = Checkpoint,
        ["hocon"] = FuzzSettings.Text,
        ["ibb"] = input => FuzzSessions.InBand(Stanzas(input)),
        ["jid"] = Address,
        ["jingle"] = input => FuzzSessions.Jingle(Stanzas(input)),
        ["name"] = Name,
        ["settings"] = FuzzSettings.Values,
        ["socks5"] = Socks5,
        ["stanza"] = Stanza,
        ["xml"] = Xml,
    };

    private static void Xml(byte[] input)
    {
        var whole = Items(input, input.Length);
        Require(string.Join('\n', whole) == string.Join('\n', Items(input, 1)), "the items depend on where the bytes are split");
        foreach (var stanza in whole.OfType<XmlStreamItem.Stanza>())
        {
            Survives(stanza.Element);
        }
    }

    /// <summary>As the children of a stream, and each child as the payload of an iq.</summary>
    private static void Stanza(byte[] input)
    {
        foreach (var stanza in Stanzas(input))
        {
            if (Iq.TryRead(stanza, out var iq, out var problem))
            {
                Require(Iq.TryRead(iq.ToXml(), out var again, out _) && again.ToXml() == iq.ToXml(), "an iq changes when it is written");
            }
            else if (problem is not null)
            {
                _ = Iq.Refusal(stanza, problem)?.ToString();
            }

            Payload(stanza);
        }
    }

    private static void Payload(XmlElement payload)
    {
        Stable(payload, x => SiOffer.TryRead(x, out var offer, out _) ? offer.ToXml() : null);
        Stable(payload, x => StreamHostOffer.TryRead(x, out var offer, out _) ? offer.ToXml() : null);
        Stable(payload, x => StreamHostUsed.TryRead(x, out var used) ? used.ToXml("s") : null);
        Stable(payload, x => Activation.TryRead(x, out var activation, out _) ? activation.ToXml() : null);
        Stable(payload, x => IbbOpen.TryRead(x, out var open, out _) ? open.ToXml() : null);
        Stable(payload, x => JingleRequest.TryRead(x, out var request, out _) ? request.ToXml() : null);
        _ = SiAccept.Read(payload).Methods.Count;
        _ = ProxyAddress.Read(payload).Count;
        _ = StanzaError.Read(payload).ToXml().ToString();
        Stable(payload, x => DiscoInfo.Read(x).ToXml());
        _ = DiscoItems.Read(payload);
        _ = FileInfoPayload.Read(payload);
        if (IbbData.Is(payload))
        {
            var data = IbbData.Read(payload);
            var block = new byte[IbbBase64.MaxDecodedLength(data.Text.Length)];
            Require(!IbbBase64.TryDecode(data.Text, block, isStrict: false, out var length) || length <= block.Length, "a block is longer than its text");
        }

        if (JingleRequest.TryRead(payload, out var jingle, out _))
        {
            foreach (var content in jingle.Contents)
            {
                Stable(content.Description, x => JingleFile.Read(x)?.ToXml());
                Stable(content.Transport, x => JingleTransport.Read(x, s_peer) is var transport and not JingleTransport.Unknown ? transport.ToXml() : null);
            }
        }
    }

    private static void Address(byte[] input)
    {
        var text = Encoding.UTF8.GetString(input);
        if (Jid.TryParse(text, out var jid))
        {
            Require(Jid.Parse(jid.ToString()) == jid, "a JID changes when it is parsed again");
            Require(Encoding.UTF8.GetByteCount(jid.ToString()) <= (3 * 1023) + 2, "a JID is too long");
            _ = JidEquivalence.Comparer.Equals(jid, jid.Bare);
            _ = DestinationAddress.Variants("s", text, jid.ToString()).Count;
        }
    }

    private static void Socks5(byte[] input)
    {
        Require(Serve(input, input.Length) == Serve(input, 1), "a server's handshake depends on where the bytes are split");
        Require(Dial(input, input.Length) == Dial(input, 1), "a client's handshake depends on where the bytes are split");
    }

    private static string Serve(byte[] input, int size)
    {
        var handshake = new Socks5ServerHandshake();
        for (var at = 0; at < input.Length; at += size)
        {
            var step = handshake.Offer(input.AsSpan(at, Math.Min(size, input.Length - at)));
            while (step is Socks5ServerStep.Write)
            {
                step = handshake.Offer([]);
            }

            switch (step)
            {
                case Socks5ServerStep.Request request:
                    return request.Address.Hex + Convert.ToHexString(handshake.Reply(Socks5Reply.Succeeded));
                case Socks5ServerStep.Close close:
                    return close.Reason + Convert.ToHexString(close.Farewell.Span);
            }
        }

        return "";
    }

    private static string Dial(byte[] input, int size)
    {
        var handshake = new Socks5ClientHandshake(DestinationAddress.Compute("s", s_peer, s_peer));
        for (var at = 0; at < input.Length; at += size)
        {
            var step = handshake.Offer(input.AsSpan(at, Math.Min(size, input.Length - at)));
            while (step is Socks5ClientStep.Write)
            {
                step = handshake.Offer([]);
            }

            if (step is not Socks5ClientStep.NeedMore)
            {
                return step.ToString();
            }
        }

        return "";
    }

    private static void Name(byte[] input)
    {
        var text = Encoding.UTF8.GetString(input);
        foreach (var name in new[] { SafeFileName.From(text), SafeFileName.OfFolder(text) })
        {
            Require(name.Length > 0 && Encoding.UTF8.GetByteCount(name) <= SafeFileName.MaxBytes, "a name is empty or too long");
            Require(name is not ("." or "..") && !name.AsSpan().ContainsAny("/\\:\0"), "a name leaves its folder");
            Require(!name.Any(char.IsControl), "a name has control characters");
        }

        Require(SafeFileName.From(SafeFileName.From(text)) == SafeFileName.From(text), "a safe name changes");
    }

    private static void Checkpoint(byte[] input)
    {
        const long size = 1L << 40;
        var identity = new string('0', 64);
        if (PartialState.Read(Encoding.UTF8.GetString(input), identity, size) is { } content)
        {
            var text = PartialState.Header(identity, content.PartialName) + string.Concat(content.Checkpoints.Select(PartialState.Line));
            var again = PartialState.Read(text, identity, size);
            Require(again?.PartialName == content.PartialName && again.Checkpoints.SequenceEqual(content.Checkpoints), "checkpoints change");
        }
    }

    /// <summary>The children of a stream.</summary>
    private static IEnumerable<XmlElement> Stanzas(byte[] input) =>
        Items([.. s_header, .. input], s_header.Length + input.Length).OfType<XmlStreamItem.Stanza>().Select(item => item.Element);

    private static List<XmlStreamItem> Items(byte[] input, int size)
    {
        var parser = new XmlStreamParser(s_limits);
        List<XmlStreamItem> items = [];
        for (var at = 0; at < input.Length; at += size)
        {
            for (var part = input.AsSpan(at, Math.Min(size, input.Length - at)); !part.IsEmpty; part = part[Math.Min(part.Length, 4096)..])
            {
                parser.Offer(part[..Math.Min(part.Length, 4096)]);
                while (parser.Poll() is { } item)
                {
                    items.Add(item);
                }
            }
        }

        return items;
    }

    private static void Survives(XmlElement element)
    {
        var text = XmlStreamWriter.StanzaText(element, Namespaces.Client);
        Require(XmlElement.Parse(element.ToString()) == element && text.Length > 0, "an element changes when it is written");
    }

    /// <summary>What was read and written is read and written as the same.</summary>
    private static void Stable(XmlElement? payload, Func<XmlElement, XmlElement?> write)
    {
        if (payload is not null && write(payload) is { } once)
        {
            Require(write(once) == once, $"{payload} becomes {once}, which becomes {write(once)}");
            Survives(once);
        }
    }

    internal static void Require(bool condition, string what)
    {
        if (!condition)
        {
            throw new FuzzException(what);
        }
    }
}
