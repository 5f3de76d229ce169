namespace CoherenceCheck.Language;

/// <summary>How large a spec may be. What is larger is refused with a located diagnostic.</summary>
public static class LanguageLimits
{
    /// <summary>Bytes of a file.</summary>
    public const int FileBytes = 1_000_000;

    /// <summary>Files that a spec uses, itself included.</summary>
    public const int Files = 256;

    /// <summary>Depth of nested statements, and of expressions.</summary>
    public const int Nesting = 200;

    /// <summary>The largest number that can be written.</summary>
    public const int LargestNumber = 1_000_000;

    /// <summary>Physical CPUs of a scenario.</summary>
    public const int Pcpus = 8;

    /// <summary>vCPUs of a scenario.</summary>
    public const int Vcpus = 6;

    /// <summary>Lines of all frames of a scenario.</summary>
    public const int Lines = 8;

    /// <summary>Pages of all VMs of a scenario.</summary>
    public const int Pages = 8;

    /// <summary>Pages that guests name in a scenario: those of its VMs, and what stage-1 mappings name beside them.</summary>
    public const int VirtualPages = 16;

    /// <summary>Stage-2 contexts of all VMs of a scenario.</summary>
    public const int Mmus = 8;

    /// <summary>The largest ASID.</summary>
    public const int Asids = 8;

    /// <summary>VMIDs beside 0.</summary>
    public const int Vmids = 8;

    /// <summary>Names of values in a scenario.</summary>
    public const int Values = 16;

    /// <summary>Fields and readings that a scenario sets.</summary>
    public const int Axes = 40;

    /// <summary>Host tasks of a scenario.</summary>
    public const int Tasks = 8;

    /// <summary>Rows of all expect blocks of a scenario.</summary>
    public const int Rows = 1000;

    /// <summary>Properties and covers of a scenario, and its expect blocks.</summary>
    public const int Properties = 100;

    /// <summary>Edits of a policy in one place.</summary>
    public const int Edits = 64;

    /// <summary>Different edited policies that a spec names.</summary>
    public const int EditedPolicies = 1000;

    /// <summary>Policies, or profiles, that build on one another.</summary>
    public const int Inheritance = 32;

    /// <summary>Procedures that call one another.</summary>
    public const int Calls = 16;

    /// <summary>Statements of a handler, program or task, procedures and repetitions written out.</summary>
    public const int Statements = 4096;

    /// <summary>Repetitions of <c>repeat</c>.</summary>
    public const int Repetitions = 64;

    /// <summary>The largest bound on an event.</summary>
    public const int EventBound = 1000;

    /// <summary>Indices of a state variable.</summary>
    public const int Indices = 3;
}
