/**
 * A parameter's value, checked and of its own type. A duration stays as it was written: '30s'. A list is a selection
 * ('choices'), in the order in which it was made, each once.
 */
export type ParamValue = string | number | boolean | readonly string[];

/** Values of a runbook's parameters, by name. */
export type ParamValues = Readonly<Record<string, ParamValue>>;
