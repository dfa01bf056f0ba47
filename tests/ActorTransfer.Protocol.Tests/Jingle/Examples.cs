namespace ActorTransfer.Protocol.Tests.Jingle;

/// <summary>Requests as peers write them.</summary>
internal static class Examples
{
    public const string Offer = """
        <jingle xmlns='urn:xmpp:jingle:1' action='session-initiate' sid='8Jk2mUo9' initiator='ada@north.example/desk'>
         <content creator='initiator' name='file' senders='initiator'>
          <description xmlns='urn:xmpp:jingle:apps:file-transfer:5'><file>
            <date>2026-01-31T08:15:00Z</date><desc/><media-type>image/png</media-type>
            <name>img0545.png</name><size>152443</size><range/>
            <hash-used xmlns='urn:xmpp:hashes:2' algo='sha-256'/></file></description>
          <transport xmlns='urn:xmpp:jingle:transports:s5b:1' sid='x1-9c2e' mode='tcp' dstaddr='20f5cd1703a313af1a772966a2b2bd6c085be4e7'>
            <candidate cid='d1' type='direct' jid='ada@north.example/desk' host='198.51.100.4' port='52013' priority='8307557'/>
            <candidate cid='p1' type='proxy' jid='relay.north.example' host='203.0.113.7' port='7777' priority='695381'/>
          </transport></content></jingle>
        """;

    public const string CandidateUsed = """
        <jingle xmlns='urn:xmpp:jingle:1' action='transport-info' sid='8Jk2mUo9'>
         <content creator='initiator' name='file'><transport xmlns='urn:xmpp:jingle:transports:s5b:1' sid='x1-9c2e'>
          <candidate-used cid='p1'/></transport></content></jingle>
        """;

    public const string Checksum = """
        <jingle xmlns='urn:xmpp:jingle:1' action='session-info' sid='8Jk2mUo9'>
         <checksum xmlns='urn:xmpp:jingle:apps:file-transfer:5' creator='initiator' name='file'><file>
          <hash xmlns='urn:xmpp:hashes:2' algo='sha-256'>DuDAAcSgQTKxPQgUXARNyRlEKwbc+aeA1IRLq4NoZGE=</hash></file></checksum></jingle>
        """;

    public const string Received = """
        <jingle xmlns='urn:xmpp:jingle:1' action='session-info' sid='8Jk2mUo9'>
         <received xmlns='urn:xmpp:jingle:apps:file-transfer:5' creator='initiator' name='file'/></jingle>
        """;
}
