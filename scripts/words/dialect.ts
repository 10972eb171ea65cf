/** A phrase that the project does not use, and what to write instead. */
export interface Phrase {
  readonly pattern: RegExp;
  readonly hint: string;
}

/** One use of a phrase. Line and column count from 1; the column is in UTF-16 code units. */
export interface Use {
  readonly line: number;
  readonly column: number;
  readonly text: string;
  readonly hint: string;
}

/** A minimum, not the standard: docs/glossary.md defines the terms, CONTRIBUTING.md the rules. */
export const phrases: readonly Phrase[] = [
  { pattern: /\bnobody\b/i, hint: 'name the party ("no source", "no process"), or use the passive voice' },
  { pattern: /\bsome(?:body|one)(?:'s)?\b/i, hint: 'name the party: a user, an operator, another process' },
  { pattern: /\banew\b/i, hint: 'write "again" or "from scratch"' },
  { pattern: /\b(?:is|are|was|were|be|been) told\b/i, hint: 'write "is reported", "is shown" or "is given"' },
  { pattern: /\blives? there\b/i, hint: 'write "runs at" or "is stored in"' },
  { pattern: /\bmistakes? of ours\b/i, hint: 'write "internal error"' },
  { pattern: /\bthat there (?:is|are|was|were|can be)\b/i, hint: 'use a noun: "existing", "available"' },
  { pattern: /\bwhat there (?:is|are)\b/i, hint: 'use a noun: "contents", "current state"' },
  { pattern: /\bthat (?:is|are) none\b/i, hint: 'write "is not a …"' },
  { pattern: /\band this is none\b/i, hint: 'write "is not a …"' },
  { pattern: /\bmend(?:s|ed|ing)?\b/i, hint: 'write "fix" or "repair"' },
  { pattern: /\bfor ever\b/i, hint: 'write "indefinitely" or "permanently"' },
  {
    pattern: /\bstand(?:s|ing)? (?:there|beside|behind|above|below|under|first|last)\b/i,
    hint: 'write "is", "follows" or "is listed"',
  },
  { pattern: /\bstood (?:there|before|at)\b/i, hint: 'write "was" or "the previous value"' },
  { pattern: /\bthat fits now\b/i, hint: 'write "matches" or "suggested"' },
  { pattern: /\bof which it is told\b/i, hint: 'build the sentence again' },
  { pattern: /\/\*\* (?:what|who|how)\b/i, hint: 'begin with what the thing is or does: a noun or a verb' },
  { pattern: /\bheirs?\b/i, hint: 'write "rotation successor"' },
];

/** The comment that allows quoted outside text on its own line. */
const quotedMark = 'words: quoted';

/** Uses of the phrases in a text, in order. Lines with the escape comment count as quoted. */
export const usesIn = (text: string): readonly Use[] =>
  text.split('\n').flatMap((line, index) =>
    line.includes(quotedMark)
      ? []
      : phrases
          .flatMap(({ pattern, hint }) =>
            [...line.matchAll(new RegExp(pattern, 'gi'))].map((match) => ({
              line: index + 1,
              column: match.index + 1,
              text: match[0],
              hint,
            })),
          )
          .toSorted((a, b) => a.column - b.column),
  );
