using ActorTransfer.Protocol.Discovery;
using ActorTransfer.Protocol.Files;
using ActorTransfer.Protocol.StreamInitiation;
using ActorTransfer.Protocol.Xml;

namespace ActorTransfer.Protocol.HttpUpload;

/// <summary>A service that gives out upload slots. Source: XEP-0363 §4.</summary>
/// <param name="Address">Its JID.</param>
/// <param name="MaxSize">The largest file that it accepts, in bytes; null = it announces no limit.</param>
internal sealed record UploadService(Jid Address, long? MaxSize)
{
    private const string MaxSizeField = "max-file-size";
    private const string FormTypeField = "FORM_TYPE";

    /// <summary>Parses a disco#info response; null if it is from something else. A limit that is not a number counts as none.</summary>
    public static UploadService? Read(Jid address, XmlElement info) => DiscoInfo.Read(info).Supports(Namespaces.HttpUpload)
        ? new UploadService(address, LimitIn(info))
        : null;

    private static long? LimitIn(XmlElement info)
    {
        var form = info.ChildrenNamed(Namespaces.DataForms, "x").Select(DataForm.Read)
            .FirstOrDefault(form => form.Field(FormTypeField)?.Values is [Namespaces.HttpUpload, ..]);
        return form?.Field(MaxSizeField)?.Values is [var text, ..] ? Decimals.Read(text) : null;
    }
}
