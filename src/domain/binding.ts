/**
 * What takes apart a param of an operation, and so how a runbook's value may stand in it. `address`: percent-encoded as one
 * part of it · `pattern`: escaped, so that it matches itself · `statement` (SQL) and `document` (JSON written as a text): not
 * in the text at all, since it could end the literal that it stands in; there is a place for values beside it · `argv`: as
 * an item of its own, and never in the text that a shell or another interpreter among the items is given · `fixed`: not at
 * all; the text is run, and has no place for values beside it.
 */
export type BindingRule = 'address' | 'pattern' | 'statement' | 'document' | 'argv' | 'fixed';

/** The rules of an operation, by the path of the param: `sql`, `undo.sql`. */
export type BindingRules = Readonly<Record<string, BindingRule>>;
