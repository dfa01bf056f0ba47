using ActorTransfer.Protocol.StreamInitiation;
using ActorTransfer.Protocol.Xml;

namespace ActorTransfer.Protocol.Tests.StreamInitiation;

public class StreamMethodsTests
{
    private const string S5b = Namespaces.Bytestreams;
    private const string Ibb = Namespaces.Ibb;

    [Fact]
    public void Offer_must_be_a_form_with_the_methods_as_options()
    {
        var expected = Fixture.Parse($"""
            <feature xmlns='{Namespaces.FeatureNegotiation}'>
              <x xmlns='jabber:x:data' type='form'>
                <field var='stream-method' type='list-single'>
                  <option><value>{S5b}</value></option>
                  <option><value>{Ibb}</value></option>
                </field>
              </x>
            </feature>
            """);

        Assert.Equal(expected, StreamMethodForm.Offer([S5b, Ibb]));
    }

    [Fact]
    public void Choice_must_be_a_submitted_form_with_one_value()
    {
        var expected = Fixture.Parse($"""
            <feature xmlns='{Namespaces.FeatureNegotiation}'>
              <x xmlns='jabber:x:data' type='submit'>
                <field var='stream-method'><value>{S5b}</value></field>
              </x>
            </feature>
            """);

        Assert.Equal(expected, StreamMethodForm.Choose(S5b));
    }

    [Fact]
    public void Offer_and_choice_must_be_read_back()
    {
        Assert.Equal([S5b, Ibb], StreamMethodForm.ReadOffered(StreamMethodForm.Offer([S5b, Ibb])));
        Assert.Equal([Ibb], StreamMethodForm.ReadChosen(StreamMethodForm.Choose(Ibb)));
    }

    [Theory]
    [InlineData("type='form'", "type='list-single'")]
    [InlineData("type='form'", "type='list-multi'")]
    [InlineData("type='form'", "")]
    [InlineData("", "type='nonsense'")]
    public void Offer_must_be_parsed_whatever_its_types(string formType, string fieldType)
    {
        var feature = Feature(formType, fieldType, $"<option><value>{Ibb}</value></option><option><value>{S5b}</value></option>");
        Assert.Equal([Ibb, S5b], StreamMethodForm.ReadOffered(feature));
    }

    [Fact]
    public void Offer_of_gloox_must_be_read_with_labels_and_a_stray_empty_value()
    {
        var feature = Feature("type='form'", "type='list-single'", $"""
            <option label='ibb'><value>{Ibb}</value></option>
            <option label='oob'><value>jabber:iq:oob</value></option>
            <option label='s5b'><value>
            {S5b} </value></option><value/>
            """);

        Assert.Equal([Ibb, Namespaces.Oob, S5b], StreamMethodForm.ReadOffered(feature));
    }

    [Fact]
    public void Offer_must_lose_repeated_and_empty_options()
    {
        const string option = $"<option><value>{Ibb}</value></option>";
        var feature = Feature("", "", $"{option}<option/><option><value/></option>{option}");
        Assert.Equal([Ibb], StreamMethodForm.ReadOffered(feature));
    }

    [Fact]
    public void Offer_must_be_absent_without_form_or_field_and_empty_without_options()
    {
        Assert.Null(StreamMethodForm.ReadOffered(null));
        Assert.Null(StreamMethodForm.ReadOffered(XmlElement.Parse($"<feature xmlns='{Namespaces.FeatureNegotiation}'/>")));
        Assert.Null(StreamMethodForm.ReadOffered(XmlElement.Parse(
            $"<feature xmlns='{Namespaces.FeatureNegotiation}'><x xmlns='jabber:x:data'><field var='other'/></x></feature>")));
        Assert.Equal([], StreamMethodForm.ReadOffered(Feature("", "", ""))!);
    }

    [Theory]
    [InlineData("type='submit'", "")]
    [InlineData("type='submit'", "type='list-single'")]
    [InlineData("type='submit'", "type='text-single'")]
    [InlineData("type='form'", "type='list-multi'")]
    [InlineData("", "")]
    public void Choice_must_be_parsed_whatever_its_types(string formType, string fieldType)
    {
        Assert.Equal([S5b], StreamMethodForm.ReadChosen(Feature(formType, fieldType, $"<value>{S5b}</value>")));
    }

    [Fact]
    public void Choice_of_several_values_must_be_a_list_of_preference()
    {
        var feature = Feature("type='submit'", "", $"<value>{S5b}</value><value/><value> {Ibb} </value>");
        Assert.Equal([S5b, Ibb], StreamMethodForm.ReadChosen(feature));
    }

    [Fact]
    public void Choice_must_be_empty_when_nothing_was_chosen()
    {
        Assert.Empty(StreamMethodForm.ReadChosen(null));
        Assert.Empty(StreamMethodForm.ReadChosen(Feature("", "", "<value/>")));
    }

    [Fact]
    public void Form_must_be_read_back_with_all_it_has()
    {
        var xml = Fixture.Parse("""
            <x xmlns='jabber:x:data' type='form'>
              <field var='a' type='hidden'><value>1</value><value>2</value></field>
              <field var='b' type='list-multi'><option label='B'><value>b1</value></option></field>
            </x>
            """);

        var form = DataForm.Read(xml);

        Assert.Equal(["1", "2"], form.Field("a")!.Values);
        Assert.Equal(new FormOption("b1", "B"), Assert.Single(form.Field("b")!.Options));
        Assert.Null(form.Field("c"));
        Assert.Equal(xml, form.ToXml());
    }

    private static XmlElement Feature(string formType, string fieldType, string content) => XmlElement.Parse($"""
        <feature xmlns='{Namespaces.FeatureNegotiation}'><x xmlns='jabber:x:data' {formType}>
        <field var='stream-method' {fieldType}>{content}</field></x></feature>
        """);
}
