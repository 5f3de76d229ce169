using System.Collections.Immutable;
using CoherenceCheck.Language.Diagnostics;
using CoherenceCheck.Language.Scenarios;
using CoherenceCheck.Language.Syntax;
using CoherenceCheck.Language.Text;
using CoherenceCheck.Language.Vocabulary;

namespace CoherenceCheck.Language.Binding;

/// <summary>Binds one text of a policy.</summary>
internal sealed class PolicyBinder
{
    private readonly PolicyText _text;
    private readonly VocabularyIndex _vocabulary;
    private readonly DiagnosticBag _diagnostics;
    private readonly TypeBinder _types;
    private readonly bool _hostMaps;
    private readonly PolicyScope _scope = new();
    private readonly Dictionary<string, SourceSpan> _names = [];
    private readonly Dictionary<string, ProcedureSyntax> _procedures = [];
    private readonly Dictionary<string, Procedure> _boundProcedures = [];
    private readonly HashSet<string> _callers = [];

    public PolicyBinder(PolicyText text, VocabularyIndex vocabulary, DiagnosticBag diagnostics)
    {
        (_text, _vocabulary, _diagnostics) = (text, vocabulary, diagnostics);
        _types = new TypeBinder(diagnostics);
        _hostMaps = text.Members.Any(StatementTree.ChangesStageTwo);
    }

    public Policy Bind()
    {
        CheckLabels();
        var settings = BindSettings();
        foreach (var member in _text.Members)
        {
            Declare(member);
        }

        _scope.Procedure = FindProcedure;
        foreach (var procedure in _procedures.Values)
        {
            FindProcedure(procedure.Name);
        }

        var hooks = _text.Members.OfType<HookSyntax>().Select(BindHook).OfType<Hook>().ToImmutableArray();
        PreemptionCheck.Check(hooks, _diagnostics);
        return new Policy(_text.Name, _text.IsBareMetal, settings, [.. _scope.States.Values], [.. _scope.Locks.Values], hooks, [.. _boundProcedures.Values], _text.Span);
    }

    /// <summary>The event of a name; reports what is unknown.</summary>
    public static HookEvent? FindEvent(NameSyntax name, DiagnosticBag diagnostics)
    {
        if (HookTable.Find(name.Text) is { } row)
        {
            return row.Event;
        }

        diagnostics.ReportUnknownEvent(name.Span, name.Text, [.. HookTable.All.Select(known => known.Name)]);
        return null;
    }

    private void CheckLabels()
    {
        foreach (var label in PolicyText.AllLabels(_text.Members))
        {
            var first = _text.Labels[label.Text];
            if (first != label)
            {
                _diagnostics.ReportDuplicateName(label.Span, "label", label.Text, first.Span);
            }
        }
    }

    private ImmutableArray<PolicySetting> BindSettings()
    {
        var binder = new SettingBinder(_vocabulary, _diagnostics);
        var settings = ImmutableArray.CreateBuilder<PolicySetting>();
        var first = new Dictionary<string, SourceSpan>();
        foreach (var member in _text.Members.OfType<SettingMemberSyntax>())
        {
            if (binder.BindPolicySetting(member.Setting) is not { } setting)
            {
                continue;
            }

            if (first.TryAdd(setting.Field, setting.Span))
            {
                settings.Add(setting);
            }
            else
            {
                _diagnostics.ReportDuplicateName(setting.Span, "field", setting.Field, first[setting.Field]);
            }
        }

        return settings.ToImmutable();
    }

    private void Declare(PolicyMemberSyntax member)
    {
        switch (member)
        {
            case StateSyntax state when IsNew("state", state.Name):
                if (BindState(state) is { } bound)
                {
                    _scope.States.Add(bound.Name, bound);
                }
                else
                {
                    _scope.Broken.Add(state.Name.Text);
                }

                break;
            case LockSyntax policyLock when IsNew("lock", policyLock.Name):
                var index = policyLock.Index is null ? null : _types.BindSort(policyLock.Index);
                _scope.Locks.Add(policyLock.Name.Text, new PolicyLock(policyLock.Name.Text, index is { } sort ? [sort] : [], policyLock.Name.Span) { Sleeps = policyLock.Sleeps });
                break;
            case ProcedureSyntax procedure when IsNew("procedure", procedure.Name):
                _procedures.Add(procedure.Name.Text, procedure);
                break;
        }
    }

    private bool IsNew(string what, NameSyntax name)
    {
        BodyBinder.CheckReserved(_diagnostics, name);
        if (_names.TryAdd(name.Text, name.Span))
        {
            return true;
        }

        _diagnostics.ReportDuplicateName(name.Span, what, name.Text, _names[name.Text]);
        return false;
    }

    private PolicyState? BindState(StateSyntax syntax)
    {
        if (syntax.Index.Length > LanguageLimits.Indices)
        {
            _diagnostics.ReportLimitExceeded(syntax.Index[LanguageLimits.Indices].Span, LanguageLimits.Indices, "indices of a state variable");
            return null;
        }

        var index = syntax.Index.Select(_types.BindSort).ToArray();
        if (_types.Bind(syntax.Type) is not { } type || index.Contains(null))
        {
            return null;
        }

        var before = _diagnostics.ErrorCount;
        var initial = new BodyBinder(_vocabulary, _diagnostics, BodyKind.Handler).BindAs(syntax.Initial, type);
        if (initial is not (LiteralExpr or NoneExpr or SetExpr { Elements.IsEmpty: true }))
        {
            if (_diagnostics.ErrorCount == before)
            {
                _diagnostics.ReportNotConstant(syntax.Initial.Span);
            }

            return null;
        }

        return new PolicyState(syntax.Name.Text, [.. index.OfType<ScenarioSort>()], type, initial, syntax.Name.Span);
    }

    private Procedure? FindProcedure(NameSyntax name)
    {
        if (_boundProcedures.TryGetValue(name.Text, out var known))
        {
            return known;
        }

        if (!_procedures.TryGetValue(name.Text, out var syntax))
        {
            _diagnostics.ReportUnknownName(name.Span, "procedure", name.Text, _procedures.Keys);
            return null;
        }

        if (_callers.Contains(name.Text))
        {
            _diagnostics.ReportRecursiveProcedure(name.Span, name.Text);
            return null;
        }

        if (_callers.Count >= LanguageLimits.Calls)
        {
            _diagnostics.ReportLimitExceeded(name.Span, LanguageLimits.Calls, "procedures that call one another");
            return null;
        }

        _callers.Add(name.Text);
        var binder = NewBinder();
        var parameters = ImmutableArray.CreateBuilder<Symbol>();
        foreach (var parameter in syntax.Parameters)
        {
            if (parameter.Type is null)
            {
                _diagnostics.ReportParameterWithoutType(parameter.Name.Span, parameter.Name.Text);
            }
            else if (_types.Bind(parameter.Type) is { } type)
            {
                parameters.Add(binder.DeclareParameter(parameter.Name, type));
            }
        }

        var body = Wrap(binder.BindBody(syntax.Body), binder, condition: null, syntax.Holding);
        _callers.Remove(name.Text);
        var procedure = new Procedure(syntax.Name.Text, parameters.ToImmutable(), body, syntax.Name.Span);
        return _boundProcedures[name.Text] = procedure;
    }

    private BodyBinder NewBinder(HookRow? row = null) => new(_vocabulary, _diagnostics, BodyKind.Handler) { Policy = _scope, Event = row, HostMaps = _hostMaps };

    private Hook? BindHook(HookSyntax syntax)
    {
        if (FindEvent(syntax.Event, _diagnostics) is not { } hookEvent)
        {
            return null;
        }

        var row = HookTable.Of(hookEvent);
        if (syntax.Parameters.Length < row.FewestParameters || syntax.Parameters.Length > row.Parameters.Length || syntax.Parameters.Any(parameter => parameter.Type is not null))
        {
            _diagnostics.ReportWrongHookParameters(syntax.ParametersSpan, row);
            return null;
        }

        var binder = NewBinder(row);
        ImmutableArray<Symbol> parameters = [.. syntax.Parameters.Zip(row.Parameters, (parameter, told) => binder.DeclareParameter(parameter.Name, told.Type))];
        var body = Wrap(binder.BindBody(syntax.Body), binder, syntax.Condition, syntax.Holding);
        var condition = syntax.Condition is not null && body is [IfStmt head] ? head.Condition : null;
        if (StatementFacts.Size(body) > LanguageLimits.Statements)
        {
            _diagnostics.ReportLimitExceeded(syntax.Event.Span, LanguageLimits.Statements, "statements in a handler, procedures and repetitions written out");
        }

        return new Hook(hookEvent, parameters, syntax.From?.Text, body, syntax.Event.Span) { Condition = condition };
    }

    /// <summary>Puts the condition and the lock of a head around its body.</summary>
    private static ImmutableArray<Stmt> Wrap(ImmutableArray<Stmt> body, BodyBinder binder, ExpressionSyntax? condition, ExpressionSyntax? holding)
    {
        if (holding is not null && binder.BindLock(holding) is { } place)
        {
            body = [new HoldingStmt(place, body, $"holding {TextOf(holding)}", holding.Span, Label: null)];
        }

        if (condition is not null && binder.BindTest(condition) is { } test)
        {
            body = [new IfStmt(test, body, [], $"if {TextOf(condition)}", condition.Span, Label: null)];
        }

        return body;
    }

    private static string TextOf(ExpressionSyntax syntax)
    {
        var text = syntax.Span.Text.Content.Substring(syntax.Span.Start, syntax.Span.Length);
        return string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
    }
}
