using System.Security.Cryptography;
using System.Text;
using ActorTransfer.Protocol.Sasl;

namespace ActorTransfer.Protocol.Tests.Sasl;

/// <summary>
/// A man in the middle who has a certificate that the client trusts passes the messages of SCRAM on to the real server. The server is computed here as
/// RFC 5802 §3 has it.
/// </summary>
public sealed class ScramAttackTests
{
    private const string Password = "pencil";
    private const string EndPoint = ChannelBindingTypes.ServerEndPoint;
    private static readonly byte[] s_salt = Encoding.UTF8.GetBytes("saltsalt");

    [Fact]
    public void Server_must_accept_the_proof_over_its_own_connection()
    {
        var login = Login.Begin("SCRAM-SHA-256-PLUS", bindings: EndPoint, own: [Binding(1)]);
        Assert.True(ServerAccepts(login, Binding(1), out var signature));
        Assert.Equal(new SaslOutput.Authenticated("SCRAM-SHA-256-PLUS"), login.Success(signature).Output);
    }

    /// <summary>The client's proof is about the certificate of the man in the middle.</summary>
    [Fact]
    public void Proof_must_be_worthless_over_another_connection()
    {
        var login = Login.Begin("SCRAM-SHA-256-PLUS SCRAM-SHA-1-PLUS PLAIN", bindings: EndPoint, own: [Binding(2)]);
        Assert.False(ServerAccepts(login, Binding(1), out _));
        Assert.IsType<SaslOutput.Failed>(login.Failed("not-authorized").Output);
    }

    /// <summary>He removes the mechanisms with a binding: the client tells in its first message, which the proof covers, that it supports them.</summary>
    [Fact]
    public void Removed_mechanisms_must_be_noticed_by_the_server()
    {
        var login = Login.Begin("SCRAM-SHA-256 SCRAM-SHA-1", own: [Binding(2)]);
        Assert.StartsWith("y,,", login.SentText, StringComparison.Ordinal);
        Assert.False(ServerAccepts(login, Binding(1), out _));
    }

    /// <summary>He changes that flag on the way: the proof does not fit any more.</summary>
    [Theory]
    [InlineData("n")]
    [InlineData("p=tls-server-end-point")]
    public void Changed_flag_must_invalidate_the_proof(string flag)
    {
        var login = Login.Begin("SCRAM-SHA-256 SCRAM-SHA-1", own: [Binding(2)]);
        Assert.False(ServerAccepts(login, Binding(1), out _, flag));
    }

    /// <summary>Who does not know the password cannot end the login with success, whenever he says it.</summary>
    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("v=")]
    [InlineData("v=AAAA")]
    [InlineData("v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=")]
    [InlineData("e=ok")]
    public void False_server_must_not_be_accepted(string? signature)
    {
        var early = Login.Begin("SCRAM-SHA-256");
        Assert.IsType<SaslOutput.Failed>(early.Success(signature).Output);
        var late = Login.Begin("SCRAM-SHA-256");
        late.Challenge(Challenge(late));
        Assert.IsType<SaslOutput.Failed>(late.Success(signature).Output);
    }

    private static ChannelBinding Binding(byte content) => new(EndPoint, [.. Enumerable.Repeat(content, 32)]);

    private static string Challenge(Login login) => $"r={Nonce(login)}server,s={Convert.ToBase64String(s_salt)},i=4096";

    private static string Nonce(Login login) => login.SentText.Split("r=")[1];

    /// <summary>The server's side; a server with a binding refuses the flag <c>y</c> (RFC 5802 §6).</summary>
    /// <param name="login">The client, after its first message.</param>
    /// <param name="binding">The binding of the server's connection.</param>
    /// <param name="signature">The server's last message.</param>
    /// <param name="flag">What the man in the middle makes of the client's flag; null = unchanged.</param>
    private static bool ServerAccepts(Login login, ChannelBinding binding, out string signature, string? flag = null)
    {
        var parts = login.SentText.Split(',', 3);
        var (header, first) = ($"{flag ?? parts[0]},{parts[1]},", parts[2]);
        var challenge = Challenge(login);
        var final = login.Challenge(challenge).SentText;
        var (without, proof) = (final[..final.LastIndexOf(",p=", StringComparison.Ordinal)], Convert.FromBase64String(final.Split(",p=")[1]));
        var message = Encoding.UTF8.GetBytes($"{first},{challenge},{without}");
        var salted = Rfc2898DeriveBytes.Pbkdf2(Encoding.UTF8.GetBytes(Password), s_salt, 4096, HashAlgorithmName.SHA256, 32);
        var stored = SHA256.HashData(HMACSHA256.HashData(salted, "Client Key"u8));
        var key = HMACSHA256.HashData(stored, message).Zip(proof, (one, other) => (byte)(one ^ other)).ToArray();
        signature = "v=" + Convert.ToBase64String(HMACSHA256.HashData(HMACSHA256.HashData(salted, "Server Key"u8), message));

        byte[] bound = [.. Encoding.UTF8.GetBytes(header), .. header.StartsWith("p=", StringComparison.Ordinal) ? binding.Data : []];
        return SHA256.HashData(key).SequenceEqual(stored)
            && without.Split(',')[0] == "c=" + Convert.ToBase64String(bound)
            && !header.StartsWith('y');
    }
}
