namespace ActorTransfer.Protocol;

/// <summary>All XML namespaces and feature strings that the engine uses or recognises, by the name of their specification.</summary>
internal static class Namespaces
{
    /// <summary>The prefix <c>xml</c>, bound in every document (Namespaces in XML 1.0 §3).</summary>
    public const string Xml = "http://www.w3.org/XML/1998/namespace";

    /// <summary>The namespace of namespace declarations; nothing may be bound to it.</summary>
    internal const string Xmlns = "http://www.w3.org/2000/xmlns/";

    /// <summary>Streams themselves: <c>stream:stream</c>, <c>stream:features</c>, <c>stream:error</c> (RFC 6120 §4.8).</summary>
    public const string Streams = "http://etherx.jabber.org/streams";

    /// <summary>Stanzas between a client and its server (RFC 6120 §4.8.2).</summary>
    public const string Client = "jabber:client";

    /// <summary>Stanzas between servers (RFC 6120 §4.8.2).</summary>
    public const string Server = "jabber:server";

    /// <summary>Stanzas between a server and an external component that connects to it (XEP-0114).</summary>
    public const string Component = "jabber:component:accept";

    public const string StanzaErrors = "urn:ietf:params:xml:ns:xmpp-stanzas";
    public const string StreamErrors = "urn:ietf:params:xml:ns:xmpp-streams";
    public const string Tls = "urn:ietf:params:xml:ns:xmpp-tls";
    public const string Sasl = "urn:ietf:params:xml:ns:xmpp-sasl";

    /// <summary>The channel bindings that a server supports (XEP-0440).</summary>
    public const string SaslChannelBinding = "urn:xmpp:sasl-cb:0";

    public const string Bind = "urn:ietf:params:xml:ns:xmpp-bind";
    public const string Session = "urn:ietf:params:xml:ns:xmpp-session";

    /// <summary>Stream management (XEP-0198).</summary>
    public const string StreamManagement = "urn:xmpp:sm:3";

    /// <summary>XEP-0199.</summary>
    public const string Ping = "urn:xmpp:ping";

    /// <summary>XEP-0030, identities and features of an entity.</summary>
    public const string DiscoInfo = "http://jabber.org/protocol/disco#info";

    /// <summary>XEP-0030, items of an entity.</summary>
    public const string DiscoItems = "http://jabber.org/protocol/disco#items";

    /// <summary>XEP-0115.</summary>
    public const string Caps = "http://jabber.org/protocol/caps";

    /// <summary>XEP-0004.</summary>
    public const string DataForms = "jabber:x:data";

    /// <summary>XEP-0020.</summary>
    public const string FeatureNegotiation = "http://jabber.org/protocol/feature-neg";

    /// <summary>XEP-0095.</summary>
    public const string StreamInitiation = "http://jabber.org/protocol/si";

    /// <summary>XEP-0096, the stream initiation profile for file transfer.</summary>
    public const string FileTransferProfile = "http://jabber.org/protocol/si/profile/file-transfer";

    /// <summary>XEP-0065.</summary>
    public const string Bytestreams = "http://jabber.org/protocol/bytestreams";

    /// <summary>XEP-0065 over UDP: recognised, never advertised.</summary>
    public const string BytestreamsUdp = "http://jabber.org/protocol/bytestreams#udp";

    /// <summary>XEP-0047.</summary>
    public const string Ibb = "http://jabber.org/protocol/ibb";

    /// <summary>The contact list of an account (RFC 6121 §2).</summary>
    public const string Roster = "jabber:iq:roster";

    /// <summary>XEP-0066 as a stream method: recognised in offers, never selected.</summary>
    public const string Oob = "jabber:iq:oob";

    /// <summary>Psi's marker for its fast mode inside a XEP-0065 request: recognised, not supported.</summary>
    public const string FastMode = "http://affinix.com/jabber/stream";

    /// <summary>
    /// A feature of this project in disco#info: blocks of in-band bytestreams are handled in order, so that several may be outstanding.
    /// XEP-0047 has no feature for it.
    /// </summary>
    public const string InOrderBlocks = "urn:x-actor-transfer:ibb-in-order";

    /// <summary>XEP-0166.</summary>
    public const string Jingle = "urn:xmpp:jingle:1";
    public const string JingleErrors = "urn:xmpp:jingle:errors:1";

    /// <summary>XEP-0234.</summary>
    public const string JingleFileTransfer = "urn:xmpp:jingle:apps:file-transfer:5";
    public const string JingleFileTransferErrors = "urn:xmpp:jingle:apps:file-transfer:errors:0";

    /// <summary>XEP-0260.</summary>
    public const string JingleBytestreams = "urn:xmpp:jingle:transports:s5b:1";

    /// <summary>XEP-0261.</summary>
    public const string JingleIbb = "urn:xmpp:jingle:transports:ibb:1";

    /// <summary>XEP-0300.</summary>
    public const string Hashes = "urn:xmpp:hashes:2";

    /// <summary>Prefix of the feature for one supported algorithm: append <c>sha-256</c> and the like (XEP-0300 §6).</summary>
    public const string HashFunctionPrefix = "urn:xmpp:hash-function-text-names:";

    /// <summary>XEP-0363.</summary>
    public const string HttpUpload = "urn:xmpp:http:upload:0";
    public const string HttpUploadPurpose = "urn:xmpp:http:upload:purpose:0";

    /// <summary>XEP-0446.</summary>
    public const string FileMetadata = "urn:xmpp:file:metadata:0";

    /// <summary>XEP-0447.</summary>
    public const string StatelessFileSharing = "urn:xmpp:sfs:0";

    /// <summary>The URL of a source in XEP-0447 (XEP-0103).</summary>
    public const string UrlData = "http://jabber.org/protocol/url-data";

    /// <summary>XEP-0066, a URL in a message.</summary>
    public const string OobData = "jabber:x:oob";

    /// <summary>XEP-0264.</summary>
    public const string Thumbnails = "urn:xmpp:thumbs:1";
}
