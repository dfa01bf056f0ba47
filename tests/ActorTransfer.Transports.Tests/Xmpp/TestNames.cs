using System.Formats.Asn1;
using System.Net;
using System.Security.Cryptography.X509Certificates;

namespace ActorTransfer.Transports.Tests.Xmpp;

/// <summary>Subject alternative names of XMPP servers (RFC 6120 §13.7.1.2, RFC 4985).</summary>
internal static class TestNames
{
    private const string SrvName = "1.3.6.1.5.5.7.8.7";
    private const string XmppAddress = "1.3.6.1.5.5.7.8.5";

    public static X509Extension Dns(params string[] names) => Of(writer => Array.ForEach(names, name => WriteDns(writer, name)));

    public static X509Extension Srv(string name) => Of(writer => WriteOther(writer, SrvName, UniversalTagNumber.IA5String, name));

    public static X509Extension Xmpp(string name) => Of(writer => WriteOther(writer, XmppAddress, UniversalTagNumber.UTF8String, name));

    public static X509Extension Address(string address) =>
        Of(writer => writer.WriteOctetString(IPAddress.Parse(address).GetAddressBytes(), new Asn1Tag(TagClass.ContextSpecific, 7)));

    /// <summary>With a prefix for the kind: <c>dns:</c>, <c>srv:</c>, <c>xmpp:</c>, <c>ip:</c>, <c>none</c>.</summary>
    public static X509Extension? Read(string name) => name.Split(':', 2) switch
    {
        ["dns", var value] => Dns(value),
        ["srv", var value] => Srv(value),
        ["xmpp", var value] => Xmpp(value),
        ["ip", var value] => Address(value),
        ["broken", ..] => new X509Extension("2.5.29.17", [0x30, 0x7f, 0x01], critical: false),
        ["mail", var value] => Of(writer => writer.WriteCharacterString(UniversalTagNumber.IA5String, value, new Asn1Tag(TagClass.ContextSpecific, 1))),
        _ => null,
    };

    private static X509Extension Of(Action<AsnWriter> write)
    {
        AsnWriter writer = new(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            write(writer);
        }

        return new X509Extension("2.5.29.17", writer.Encode(), critical: false);
    }

    private static void WriteDns(AsnWriter writer, string name) =>
        writer.WriteCharacterString(UniversalTagNumber.IA5String, name, new Asn1Tag(TagClass.ContextSpecific, 2));

    private static void WriteOther(AsnWriter writer, string type, UniversalTagNumber kind, string name)
    {
        using (writer.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 0, isConstructed: true)))
        {
            writer.WriteObjectIdentifier(type);
            using (writer.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 0, isConstructed: true)))
            {
                writer.WriteCharacterString(kind, name);
            }
        }
    }
}
