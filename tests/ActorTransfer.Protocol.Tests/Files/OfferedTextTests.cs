using ActorTransfer.Protocol.Files;
using ActorTransfer.Protocol.HttpUpload;
using ActorTransfer.Protocol.JingleFiles;
using ActorTransfer.Protocol.StreamInitiation;
using ActorTransfer.Protocol.Xml;

namespace ActorTransfer.Protocol.Tests.Files;

/// <summary>A peer may fill a stanza with each text of an offer, and thousands of offers may be pending.</summary>
public sealed class OfferedTextTests
{
    private const int Large = 200_000;
    private static readonly string s_large = new('x', Large);

    [Fact]
    public void Texts_of_an_offer_must_be_limited()
    {
        var si = $"<si xmlns='{Namespaces.StreamInitiation}' id='s' mime-type='{s_large}' profile='{Namespaces.FileTransferProfile}'>"
            + $"<file xmlns='{Namespaces.FileTransferProfile}' name='{s_large}/img.png' size='1'><desc>{s_large}</desc></file>"
            + $"<feature xmlns='{Namespaces.FeatureNegotiation}'><x xmlns='{Namespaces.DataForms}'><field var='stream-method'>"
            + string.Concat(Enumerable.Range(0, 1000).Select(at => $"<option><value>m{at}</value></option>"))
            + $"<option><value>{s_large}</value></option></field></x></feature></si>";
        Assert.True(SiOffer.TryRead(XmlElement.Parse(si), out var offer, out _));
        AssertLimited(offer.File);
        Assert.InRange(offer.Methods.Count, 1, 32);
        Assert.All(offer.Methods, method => Assert.InRange(method.Length, 1, 255));
    }

    [Fact]
    public void Texts_of_a_description_in_a_session_must_be_limited()
    {
        var description = XmlElement.Parse(
            $"<description xmlns='{Namespaces.JingleFileTransfer}'><file><name>{s_large}/img.png</name><size>1</size>"
            + $"<desc>{s_large}</desc><media-type>{s_large}</media-type></file></description>");
        AssertLimited(JingleFile.Read(description)!.ToFileDescription());
    }

    [Fact]
    public void Texts_of_a_shared_file_must_be_limited()
    {
        var message = XmlElement.Parse(
            $"<message xmlns='jabber:client'><file-sharing xmlns='{Namespaces.StatelessFileSharing}'>"
            + $"<file xmlns='{Namespaces.FileMetadata}'><name>img.png</name><desc>{s_large}</desc><media-type>{s_large}</media-type></file>"
            + $"<sources><url-data xmlns='{Namespaces.UrlData}' target='https://example.org/x'/></sources></file-sharing></message>");
        AssertLimited(SharedFile.Read(message, allowsPlainHttp: false)!.Describe());
    }

    [Fact]
    public void Name_must_be_cut_between_characters()
    {
        var name = OfferedText.Name(string.Concat(Enumerable.Repeat("🎉", 600)) + "a.txt");
        Assert.Equal("🎉", name[..2]);
        Assert.EndsWith("🎉a.txt", name, StringComparison.Ordinal);
        Assert.InRange(name.Length, OfferedText.MaxNameLength - 1, OfferedText.MaxNameLength);
    }

    [Fact]
    public void Short_texts_must_be_unchanged()
    {
        Assert.Equal("../img.png", OfferedText.Name("../img.png"));
        Assert.Equal("a photo", OfferedText.Description("a photo"));
        Assert.Null(OfferedText.Description(null));
        Assert.Equal("image/png", OfferedText.MediaType("image/png"));
    }

    private static void AssertLimited(FileDescription file)
    {
        Assert.Equal("img.png", SafeFileName.From(file.Name));
        Assert.InRange(file.Name.Length, 1, OfferedText.MaxNameLength);
        Assert.InRange(file.Description!.Length, 1, FileDescription.MaxDescriptionLength);
        Assert.InRange(file.MimeType.Length, 1, OfferedText.MaxMediaTypeLength);
    }
}
