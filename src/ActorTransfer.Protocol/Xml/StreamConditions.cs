namespace ActorTransfer.Protocol.Xml;

/// <summary>The stream errors that a parser reports (RFC 6120 §4.9.3).</summary>
internal static class StreamConditions
{
    internal const string BadFormat = "bad-format";
    internal const string BadNamespacePrefix = "bad-namespace-prefix";
    internal const string InvalidNamespace = "invalid-namespace";
    internal const string NotWellFormed = "not-well-formed";
    internal const string PolicyViolation = "policy-violation";
    internal const string RestrictedXml = "restricted-xml";
    internal const string UnsupportedEncoding = "unsupported-encoding";
}
