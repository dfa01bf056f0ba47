namespace ActorTransfer.Actors.Instrumentation;

/// <summary>Attributes that only spans have; see <see cref="MetricAttributes"/> for the others.</summary>
internal static class TraceAttributes
{
    public const string TransferId = "actortransfer.transfer_id";
    public const string SessionId = "actortransfer.session_id";
    public const string Peer = "actortransfer.peer";
    public const string Bytes = "actortransfer.bytes";
    public const string StanzaIds = "actortransfer.stanza_ids";
    public const string Candidate = "actortransfer.candidate";
    public const string Signalling = "actortransfer.signalling";
    public const string Features = "actortransfer.features";
    public const string EndPoint = "actortransfer.end_point";
}
