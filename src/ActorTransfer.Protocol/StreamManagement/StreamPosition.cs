namespace ActorTransfer.Protocol.StreamManagement;

/// <summary>Where a stream is on which all sent stanzas are acknowledged: what another process needs to resume it (XEP-0198 §5).</summary>
/// <param name="Id">Identifies it at the server.</param>
/// <param name="Received">Number of stanzas received from the server.</param>
/// <param name="Sent">Number of stanzas sent to it.</param>
internal sealed record StreamPosition(string Id, uint Received, uint Sent);
