using ActorTransfer.Protocol.Jingle;
using ActorTransfer.Protocol.JingleFiles;
using ActorTransfer.Protocol.JingleTransports;
using ActorTransfer.Protocol.Xml;

namespace ActorTransfer.Protocol.FileTransfer;

/// <summary>One line about a request of a Jingle session, for display. Contains no secret and no file content.</summary>
internal static class JingleSummary
{
    private static readonly Jid Anybody = Jid.Parse("anybody.invalid");

    /// <summary>For example <c>Jingle transport-info: candidate-used p1</c>.</summary>
    public static string Of(XmlElement jingle)
    {
        if (!JingleRequest.TryRead(jingle, out var request, out _))
        {
            return "Jingle (malformed)";
        }

        string?[] details =
        [
            .. request.Contents.SelectMany(content => new[] { File(content.Description), Transport(content.Transport) }),
            request.Action == JingleAction.SessionInfo ? Info(request.Info) : null,
            request.Reason?.Describe(),
        ];
        var known = string.Join("; ", details.OfType<string>());
        return known.Length == 0 ? $"Jingle {request.Action.Name()}" : $"Jingle {request.Action.Name()}: {known}";
    }

    private static string? File(XmlElement? description) => JingleFile.Read(description) switch
    {
        null => null,
        { Size: { } size } file => $"{file.Name ?? "unnamed"}, {size} bytes",
        var file => $"{file.Name ?? "unnamed"}, unknown size",
    };

    /// <summary>The owners of the candidates are known to both sides.</summary>
    private static string? Transport(XmlElement? transport) => transport is null ? null
        : JingleTransport.Read(transport, Anybody) switch
        {
            JingleTransport.Socks5 { Notice: { } notice } => Notice(notice),
            JingleTransport.Socks5 { Candidates.IsEmpty: true } => "SOCKS5 without candidates",
            JingleTransport.Socks5 socks5 => string.Join(", ", socks5.Candidates.Select(candidate =>
                $"{candidate.Id} {HyphenatedName.Of(candidate.Type)} {candidate.Host.Host}:{candidate.Host.Port}")),
            JingleTransport.InBand { BlockSize: { } size } => $"in-band, blocks of {size} bytes",
            JingleTransport.InBand => "in-band",
            _ => "unknown transport",
        };

    private static string Notice(TransportNotice notice) => notice switch
    {
        TransportNotice.CandidateUsed used => $"candidate-used {used.CandidateId}",
        TransportNotice.Activated activated => $"activated {activated.CandidateId}",
        TransportNotice.ProxyError error => $"proxy-error {error.CandidateId}".TrimEnd(),
        _ => "candidate-error",
    };

    private static string Info(XmlElement? info) => FileInfoPayload.Read(info) switch
    {
        FileInfoPayload.Checksum checksum => "checksum " + string.Join(", ", checksum.Hashes.Functions.Select(function => function.Name)),
        FileInfoPayload.Received => "received",
        _ => info?.Name ?? "ping",
    };
}
