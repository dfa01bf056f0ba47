using System.Text;
using ActorTransfer.Protocol.Files;
using FsCheck;
using FsCheck.Fluent;

namespace ActorTransfer.Protocol.Tests.Files;

public class SafeFileNameTests
{
    [Theory]
    [InlineData("img0545.png", "img0545.png")]
    [InlineData("办公室 Büro.txt", "办公室 Büro.txt")]
    [InlineData("🎉 party 👩‍💻.jpg", "🎉 party 👩‍💻.jpg")]
    [InlineData("archive.tar.gz", "archive.tar.gz")]
    [InlineData("no extension", "no extension")]
    public void Name_must_be_unchanged_when_it_is_safe(string name, string expected)
    {
        Assert.Equal(expected, SafeFileName.From(name));
    }

    [Theory]
    [InlineData("/etc/passwd", "passwd")]
    [InlineData("../../.ssh/authorized_keys", "authorized_keys")]
    [InlineData(@"C:\Windows\System32\evil.dll", "evil.dll")]
    [InlineData(@"..\..\a/b\c.txt", "c.txt")]
    public void Name_must_be_the_last_part_of_a_path(string name, string expected)
    {
        Assert.Equal(expected, SafeFileName.From(name));
    }

    /// <summary>Whatever leads out of a folder on some system, or for some program that reads the name again.</summary>
    [Theory]
    [InlineData("../../../etc/passwd")]
    [InlineData("....//....//etc/passwd")]
    [InlineData("..\\..\\..\\windows\\win.ini")]
    [InlineData("..\\/..\\/x")]
    [InlineData("/absolute")]
    [InlineData("//server/share/x")]
    [InlineData("\\\\server\\share\\x")]
    [InlineData("\\\\?\\C:\\x")]
    [InlineData("\\\\.\\PhysicalDrive0")]
    [InlineData("C:x")]
    [InlineData("C:..\\x")]
    [InlineData("file:///etc/passwd")]
    [InlineData("%2e%2e%2f%2e%2e%2fetc%2fpasswd")]
    [InlineData("..%2f..%2fx")]
    [InlineData("..%5c..%5cx")]
    [InlineData("..%c0%af..%c0%afx")]
    [InlineData("..\uFF0F..\uFF0Fx")]
    [InlineData("..\u2215..\u2215x")]
    [InlineData("\uFF0E\uFF0E/x")]
    [InlineData("..\0/x")]
    [InlineData("x\0/../../y")]
    [InlineData(".\u200D./x")]
    [InlineData(".\u202E./x")]
    [InlineData("..")]
    [InlineData("../")]
    [InlineData("..\\")]
    [InlineData("...")]
    [InlineData(". .")]
    [InlineData("..;/x")]
    [InlineData("~/x")]
    [InlineData("~root/x")]
    [InlineData("-rf")]
    [InlineData("x\r\n../y")]
    public void Name_must_stay_inside_its_folder_in_every_spelling(string name)
    {
        foreach (var safe in new[] { SafeFileName.From(name), SafeFileName.OfFolder(name) })
        {
            Assert.Equal("/root/folder/" + safe, Path.GetFullPath(Path.Combine("/root/folder", safe)));
            Assert.False(safe.AsSpan().ContainsAny("/\\:"), safe);
            Assert.False(safe.StartsWith('.'), safe);
        }
    }

    [Theory]
    [InlineData("a\0b.txt", "ab.txt")]
    [InlineData("a\r\nb\t.txt", "ab.txt")]
    [InlineData("a\u007F\u0085b", "ab")]
    [InlineData("photo\u202Egpj.exe", "photogpj.exe")]
    [InlineData("\u2066a\u2069\u200E\u200F\u061C.txt", "a.txt")]
    [InlineData("a\u2028b\u2029c", "abc")]
    [InlineData("a\uFEFFb\u200Bc", "abc")]
    public void Name_must_lose_invisible_characters(string name, string expected)
    {
        Assert.Equal(expected, SafeFileName.From(name));
    }

    [Theory]
    [InlineData(".bashrc", "bashrc")]
    [InlineData(" . .hidden", "hidden")]
    [InlineData("report.pdf. . ", "report.pdf")]
    [InlineData("\u202E.profile", "profile")]
    [InlineData("\u00A0a\u3000", "a")]
    public void Name_must_lose_dots_and_spaces_at_its_ends(string name, string expected)
    {
        Assert.Equal(expected, SafeFileName.From(name));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("..")]
    [InlineData("/")]
    [InlineData("folder/")]
    [InlineData(" . . ")]
    [InlineData("\0\u0001")]
    [InlineData("\u200D")]
    public void Name_must_be_the_fallback_when_nothing_is_left(string? name)
    {
        Assert.Equal("unnamed", SafeFileName.From(name));
        Assert.Equal("file-7", SafeFileName.From(name, "file-7"));
    }

    [Theory]
    [InlineData("CON", "_CON")]
    [InlineData("nul.txt", "_nul.txt")]
    [InlineData("Com1.tar.gz", "_Com1.tar.gz")]
    [InlineData("lpt9 .log", "_lpt9 .log")]
    [InlineData("COM¹.x", "_COM¹.x")]
    [InlineData("conin$", "_conin$")]
    [InlineData("..\\AUX", "_AUX")]
    [InlineData("CON\u0007", "_CON")]
    [InlineData("CONTRACT.txt", "CONTRACT.txt")]
    [InlineData("COM10", "COM10")]
    public void Name_must_not_be_a_device_of_Windows(string name, string expected)
    {
        Assert.Equal(expected, SafeFileName.From(name));
    }

    [Theory]
    [InlineData("a.txt:evil.exe", "a.txt_evil.exe")]
    [InlineData("a.txt::$DATA", "a.txt__$DATA")]
    [InlineData("what?<*>|\"", "what______")]
    public void Name_must_not_contain_characters_special_to_Windows(string name, string expected)
    {
        Assert.Equal(expected, SafeFileName.From(name));
    }

    [Fact]
    public void Name_must_be_truncated_before_the_extension()
    {
        Assert.Equal(new string('a', 251) + ".png", SafeFileName.From(new string('a', 300) + ".png"));
        Assert.Equal(new string('a', 255), SafeFileName.From(new string('a', 300)));
        Assert.Equal(255, SafeFileName.From("a." + new string('b', 300)).Length);
    }

    [Fact]
    public void Name_must_not_be_truncated_inside_a_character()
    {
        // 83 * 3 = 249 bytes and ".txt" leave 2 bytes unused; 62 * 4 = 248 and ".txt" leave 3.
        Assert.Equal(new string('办', 83) + ".txt", SafeFileName.From(new string('办', 100) + ".txt"));
        Assert.Equal(Repeat("🎉", 62) + ".txt", SafeFileName.From(Repeat("🎉", 100) + ".txt"));
    }

    [Fact]
    public void Name_must_not_end_in_a_space_after_truncation()
    {
        Assert.Equal("a.txt", SafeFileName.From("a" + new string(' ', 300) + ".txt"));
    }

    [Theory]
    [InlineData("a.txt", 2, "a (2).txt")]
    [InlineData("archive.tar.gz", 10, "archive.tar (10).gz")]
    [InlineData("noext", 3, "noext (3)")]
    public void Number_must_precede_the_extension(string name, int n, string expected)
    {
        Assert.Equal(expected, SafeFileName.Numbered(name, n));
    }

    [Fact]
    public void Number_must_fit_by_truncating_the_name()
    {
        var longest = SafeFileName.From(new string('a', 300) + ".png");

        var numbered = SafeFileName.Numbered(longest, 12345);

        Assert.EndsWith("a (12345).png", numbered);
        Assert.Equal(SafeFileName.MaxBytes, Encoding.UTF8.GetByteCount(numbered));
    }

    [Fact]
    public void Name_must_be_safe_for_any_input()
    {
        var pieces = Gen.Elements(
            "a", "Z", " ", ".", "..", "/", "\\", ":", "\0", "\u202E", "\u200D", "CON", "nul", "COM1", "_", "办", "🎉", "\uD83C", "\uDF89",
            "*", "\n", new string('x', 90), new string('办', 40), Repeat("🎉", 30));
        Prop.ForAll(pieces.ArrayOf().Select(string.Concat).ToArbitrary(), AssertSafe).QuickCheckThrowOnFailure();
        Prop.ForAll<string?>(AssertSafe).QuickCheckThrowOnFailure();
    }

    private static string Repeat(string text, int count) => string.Concat(Enumerable.Repeat(text, count));

    private static void AssertSafe(string? untrusted)
    {
        var name = SafeFileName.From(untrusted);
        var numbered = SafeFileName.Numbered(name, 2);

        Assert.Equal(name, SafeFileName.From(name));
        Assert.Equal(numbered, SafeFileName.From(numbered));
        Assert.NotEqual(name, numbered);
        foreach (var safe in new[] { name, numbered })
        {
            Assert.InRange(Encoding.UTF8.GetByteCount(safe), 1, SafeFileName.MaxBytes);
            Assert.Equal(safe, Path.GetFileName(safe));
            Assert.DoesNotContain(safe, c => char.IsControl(c) || c is '/' or '\\' or ':' or '\u202E' or '\uFFFD');
            Assert.False(safe[0] is '.' or ' ' || safe[^1] is '.' or ' ');
            Assert.Equal(safe, Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(safe)));
        }
    }

    [Theory]
    [InlineData("bob@example.org")]
    [InlineData("bob@example.org~0123")]
    [InlineData("日本@例え.jp")]
    public void Name_of_a_folder_must_be_the_text_when_that_is_safe(string text) => Assert.Equal(text, SafeFileName.OfFolder(text));

    [Theory]
    [InlineData("..")]
    [InlineData("../../etc@evil.example")]
    [InlineData(@"..\..\x@evil.example")]
    [InlineData("a@evil.example/../../../b")]
    [InlineData("/")]
    [InlineData("")]
    [InlineData("con")]
    [InlineData(".ssh")]
    [InlineData("Bob@example.org")]
    [InlineData("bob@example.org~0123456789abcdef0123456789abcdef")]
    public void Name_of_a_folder_must_be_one_part_of_a_path_and_differ_from_that_of_any_other_text(string text)
    {
        var name = SafeFileName.OfFolder(text);
        Assert.Equal(Path.Combine("/root", name), Path.GetFullPath(Path.Combine("/root", name)));
        Assert.Equal("/root", Path.GetDirectoryName(Path.GetFullPath(Path.Combine("/root", name))));
        Assert.NotEqual(text, name);
        Assert.NotEqual(name, SafeFileName.OfFolder(name));
        Assert.NotEqual(name, SafeFileName.OfFolder(text + "/"));
    }
}
