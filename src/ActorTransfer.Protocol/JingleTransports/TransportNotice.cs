using System.Diagnostics.CodeAnalysis;
using ActorTransfer.Protocol.Xml;

namespace ActorTransfer.Protocol.JingleTransports;

/// <summary>What one side reports about candidates in a transport-info. Source: XEP-0260 §2.4.</summary>
internal abstract record TransportNotice
{
    private const string UsedElement = "candidate-used";
    private const string ErrorElement = "candidate-error";
    private const string ActivatedElement = "activated";
    private const string ProxyErrorElement = "proxy-error";

    private TransportNotice()
    {
    }

    /// <summary>Its sender has reached this candidate of the other side.</summary>
    public sealed record CandidateUsed(string CandidateId) : TransportNotice;

    /// <summary>Its sender has reached none of the candidates of the other side.</summary>
    public sealed record CandidateError : TransportNotice;

    /// <summary>Its sender has activated the bytestream at this proxy, which it had offered.</summary>
    public sealed record Activated(string CandidateId) : TransportNotice;

    /// <summary>Its sender could not activate the bytestream at the proxy that it had offered.</summary>
    /// <param name="CandidateId">The candidate; null from peers that do not name it.</param>
    public sealed record ProxyError(string? CandidateId) : TransportNotice;

    /// <summary>Parses the first notice in a transport; null if there is none, or it does not name its candidate.</summary>
    public static TransportNotice? Read(XmlElement transport) => transport.Children
        .Where(child => child.Namespace == Namespaces.JingleBytestreams)
        .Select(child => child.Name switch
        {
            UsedElement when HasId(child, out var id) => new CandidateUsed(id),
            ErrorElement => new CandidateError(),
            ActivatedElement when HasId(child, out var id) => new Activated(id),
            ProxyErrorElement => (TransportNotice)new ProxyError(HasId(child, out var id) ? id : null),
            _ => null,
        })
        .FirstOrDefault(notice => notice is not null);

    public XmlElement ToXml() => this switch
    {
        CandidateUsed used => With(UsedElement, used.CandidateId),
        Activated activated => With(ActivatedElement, activated.CandidateId),
        ProxyError error => With(ProxyErrorElement, error.CandidateId),
        _ => With(ErrorElement, null),
    };

    private static bool HasId(XmlElement notice, [NotNullWhen(true)] out string? id) =>
        (id = notice["cid"]) is { Length: > 0 and <= TransportCandidate.MaxIdLength };

    private static XmlElement With(string name, string? id) => new XmlElement(Namespaces.JingleBytestreams, name).With("cid", id);
}
