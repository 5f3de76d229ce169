namespace CoherenceCheck.Attributes.Z3;

/// <summary>A rule of the Arm architecture, or a definition of the model, as Z3 is given it.</summary>
/// <param name="Id">Its name.</param>
/// <param name="Sentence">What it says.</param>
/// <param name="Source">Where it is said: sections and R_/I_ ids are those of the Arm ARM, DDI 0487 M.a.a; C1 to C13 the constraints on registers.</param>
public sealed record AttributeRule(string Id, string Sentence, string Source);
