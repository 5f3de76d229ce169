using System.Collections.Immutable;
using CoherenceCheck.Model.Narration;
using CoherenceCheck.Model.Systems;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Model.Machine;

/// <summary>Takes the rules of what hardware does by itself.</summary>
internal sealed class HardwareRules(RuleSet rules)
{
    /// <summary>Adds a rule.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="sentence">What happens, in words.</param>
    /// <param name="operands">What it is about.</param>
    /// <param name="parameters">Its parameters, in order.</param>
    /// <param name="guard">When it may happen.</param>
    /// <param name="body">What it does.</param>
    public void Add(string name, Func<StepWords, string> sentence, HardwareOperands operands, ImmutableArray<Parameter> parameters, Expr guard, IEnumerable<Statement> body) => rules.Add(
        "hw." + name,
        new StepInfo(StepKind.Hardware, name, sentence) { Pe = operands.Pe, Line = operands.Line, Target = operands.Target },
        parameters,
        guard,
        body);
}

/// <summary>What hardware's own step is about.</summary>
/// <param name="Pe">Whose maintenance it is.</param>
/// <param name="Line">The line.</param>
/// <param name="Target">What of the machine it takes effect on.</param>
internal sealed record HardwareOperands(Operand? Pe = null, Operand? Line = null, Operand? Target = null);
