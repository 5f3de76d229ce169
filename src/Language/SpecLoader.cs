using System.Collections.Immutable;
using System.Security;
using System.Text;
using CoherenceCheck.Language.Binding;
using CoherenceCheck.Language.Diagnostics;
using CoherenceCheck.Language.Scenarios;
using CoherenceCheck.Language.Syntax;
using CoherenceCheck.Language.Text;
using CoherenceCheck.Language.Vocabulary;

namespace CoherenceCheck.Language;

/// <summary>What came of loading a spec.</summary>
/// <param name="Spec">The bound spec, or <see langword="null"/> where there is an error.</param>
/// <param name="Diagnostics">All diagnostics of the file and of those that it uses, by file, line and column.</param>
public sealed record LoadResult(Spec? Spec, ImmutableArray<Diagnostic> Diagnostics);

/// <summary>Reads specs: text to bound scenarios.</summary>
public static class SpecLoader
{
    /// <summary>Loads a spec file and all files that it uses.</summary>
    /// <param name="path">The path as the user gave it; diagnostics show it so.</param>
    /// <param name="vocabulary">The fields, readings and PE models that exist.</param>
    /// <param name="readFile">
    /// Reads a file; throws <see cref="IOException"/> or <see cref="UnauthorizedAccessException"/> where it cannot.
    /// <see langword="null"/> reads from disk, never more than a little over the largest size of a spec.
    /// </param>
    public static LoadResult Load(string path, ArchitectureVocabulary vocabulary, Func<string, byte[]>? readFile = null)
    {
        var diagnostics = new DiagnosticBag();
        var files = ReadAll(path, readFile ?? ReadFromDisk, diagnostics);

        // Names are looked up only once everything parses: a missing brace would make half of them unknown.
        var spec = diagnostics.ErrorCount == 0 ? Bind(path, files, new VocabularyIndex(vocabulary), diagnostics) : null;
        return new LoadResult(diagnostics.ErrorCount == 0 ? spec : null, diagnostics.ToSorted());
    }

    private static ImmutableArray<FileSyntax> ReadAll(string path, Func<string, byte[]> readFile, DiagnosticBag diagnostics)
    {
        var files = ImmutableArray.CreateBuilder<FileSyntax>();
        var seen = new HashSet<string>(StringComparer.Ordinal) { SpecPath.Identity(path) };
        var pending = new Queue<(string Path, SourceSpan UsedAt)>();
        pending.Enqueue((path, new SourceSpan(new SourceText(path, ""), 0, 0)));
        while (pending.TryDequeue(out var next))
        {
            if (Read(next.Path, next.UsedAt, readFile, diagnostics) is not { } text)
            {
                continue;
            }

            var file = new Parser(text, diagnostics).ParseFile();
            files.Add(file);
            foreach (var use in file.Uses.Where(use => use.Span.Length > 0))
            {
                var used = SpecPath.Resolve(next.Path, use.Text);
                if (!seen.Add(SpecPath.Identity(used)))
                {
                    continue;
                }

                if (seen.Count > LanguageLimits.Files)
                {
                    diagnostics.ReportLimitExceeded(use.Span, LanguageLimits.Files, "files in a spec");
                    return files.ToImmutable();
                }

                pending.Enqueue((used, use.Span));
            }
        }

        return files.ToImmutable();
    }

    private static SourceText? Read(string path, SourceSpan usedAt, Func<string, byte[]> readFile, DiagnosticBag diagnostics)
    {
        byte[] bytes;
        try
        {
            bytes = readFile(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException or SecurityException)
        {
            diagnostics.ReportUnreadableFile(usedAt, path, e switch
            {
                FileNotFoundException or DirectoryNotFoundException => "no such file",
                UnauthorizedAccessException => "access denied, or not a file",
                ArgumentException or NotSupportedException => "not a path",
                _ => e.Message,
            });
            return null;
        }

        if (bytes.Length > LanguageLimits.FileBytes)
        {
            diagnostics.ReportFileTooLarge(usedAt, path, LanguageLimits.FileBytes);
            return null;
        }

        try
        {
            var content = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true).GetString(bytes);
            return new SourceText(path, content.StartsWith('\uFEFF') ? content[1..] : content);
        }
        catch (DecoderFallbackException)
        {
            diagnostics.ReportNotUtf8(usedAt, path);
            return null;
        }
    }

    private static byte[] ReadFromDisk(string path)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        return Read(stream);
    }

    /// <summary>Reads a file that is open, never more than a little over the largest size of a spec.</summary>
    public static byte[] Read(Stream stream)
    {
        var buffer = new byte[LanguageLimits.FileBytes + 1];
        var length = stream.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
        return buffer[..length];
    }

    private static Spec Bind(string path, ImmutableArray<FileSyntax> files, VocabularyIndex vocabulary, DiagnosticBag diagnostics)
    {
        var declarations = new Declarations(files, vocabulary, diagnostics);
        foreach (var profile in declarations.Profiles)
        {
            new MachineBinder(declarations, vocabulary, diagnostics).CheckProfile(profile);
        }

        var policies = new PolicyCatalog(declarations, vocabulary, diagnostics);
        policies.BindAll();
        var scenarios = ImmutableArray.CreateBuilder<Scenario>();
        var titles = new Dictionary<string, SourceSpan>();
        foreach (var syntax in files[0].Scenarios)
        {
            if (!titles.TryAdd(syntax.Title.Text, syntax.Title.Span))
            {
                diagnostics.ReportDuplicateName(syntax.Title.Span, "scenario", syntax.Title.Text, titles[syntax.Title.Text]);
            }

            if (new ScenarioBinder(syntax, declarations, vocabulary, policies, diagnostics).Bind() is { } scenario)
            {
                scenarios.Add(scenario);
            }
        }

        return new Spec(path, Remarks.AtHead(files[0].Text), scenarios.ToImmutable());
    }
}
