/** A part of a word: in single quotes, behind a backslash, or letters that mean nothing to a shell. */
const part = /'([^']*)'|\\(.)|([\w@%+=:,./*-]+)/y;

/** The parts that stand together from `at` on, as one text, and where they end; undefined when there is none. */
const wordAt = (text: string, at: number): { readonly word: string; readonly end: number } | undefined => {
  let word = '';
  let end = at;
  for (;;) {
    part.lastIndex = end;
    const found = part.exec(text);
    if (found === null) return end === at ? undefined : { word, end };
    word += found[1] ?? found[2] ?? found[3] ?? '';
    end = part.lastIndex;
  }
};

/** Quoted words taken apart as a POSIX shell does; undefined for a text that has anything else. */
export const wordsOf = (text: string): readonly string[] | undefined => {
  const words: string[] = [];
  for (let at = 0; at < text.length; ) {
    if (text[at] === ' ') at += 1;
    else {
      const found = wordAt(text, at);
      if (found === undefined) return undefined;
      words.push(found.word);
      at = found.end;
    }
  }
  return words;
};

/** A command of a script, and the line that tells of its end. */
export interface ScriptStep {
  readonly argv: readonly string[];
  readonly end: string;
}

/** The script that opsdeck sends to ask several things at once. */
export interface Script {
  readonly begin: string;
  readonly steps: readonly ScriptStep[];
}

const beginning = /^[^;]*; export [A-Z_ ]+; printf '%s\\n' '([^']*)'/;
const step = /; (.*?); s=\$\?; printf '\\n%s %s\\n' '([^']*)' "\$s"; printf '\\n%s\\n' '\2' >&2/y;

/** Undefined for any other script. */
export const scriptIn = (text: string): Script | undefined => {
  const found = beginning.exec(text);
  if (found === null) return undefined;
  const steps: ScriptStep[] = [];
  step.lastIndex = found[0].length;
  for (;;) {
    const at = step.lastIndex;
    const one = step.exec(text);
    if (one === null) return at === text.length ? { begin: found[1] ?? '', steps } : undefined;
    const argv = wordsOf(one[1] ?? '');
    if (argv === undefined) return undefined;
    steps.push({ argv, end: one[2] ?? '' });
  }
};
