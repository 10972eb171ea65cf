/** The file name of a program: `/usr/bin/psql` is psql; scripts in a directory keep their path. */
export const programName = (word: string): string =>
  /^(?:\/usr)?(?:\/local)?(?:\/s?bin|\/opt\/[\w-]+\/bin)\/([\w.-]+)$/.exec(word)?.[1] ?? word;

/** Value of an option: `-c SQL`, `-cSQL` is not supported, `--command=SQL`. */
export const valueOfOption = (words: readonly string[], ...names: readonly string[]): string | undefined => {
  for (const [i, word] of words.entries()) {
    if (names.includes(word)) return words[i + 1];
    const long = names.find((name) => name.startsWith('--') && word.startsWith(`${name}=`));
    if (long !== undefined) return word.slice(long.length + 1);
  }
  return undefined;
};

/** The words that are neither options nor their values. */
export const operands = (words: readonly string[], valued: readonly string[] = []): readonly string[] => {
  const found: string[] = [];
  for (let i = 0; i < words.length; i++) {
    const word = words[i] ?? '';
    if (word === '--') return [...found, ...words.slice(i + 1)];
    if (valued.includes(word)) i += 1;
    else if (!word.startsWith('-') || word === '-') found.push(word);
  }
  return found;
};

/** The value of a short option may be attached: `-Oless`. */
export const isOption = (word: string, option: string): boolean =>
  word === option || word.startsWith(`${option}=`) || (/^-\w$/.test(option) && word.startsWith(option));

/** Options before the verb that take no value. Behind an unknown one, the verb may be its value. */
const bareOption =
  /^(?:-A|-a|-i|-l|-q|-v|-it|-s|-h|-r|-t|-B|--(?:user|no-pager|quiet|full|now|all|failed|paginate|global|version|verbose|debug|offline|release|silent|batch-mode|stacktrace|info|no-color|no-ext-diff))$/;

export const hasKnownVerb = (words: readonly string[], verb: string, valued: readonly string[]): boolean => {
  for (let i = 0; i < words.length; i++) {
    const word = words[i] ?? '';
    if (valued.includes(word)) i += 1;
    else if (word === verb) return true;
    else if (word === '--' || (word.startsWith('-') && !word.includes('=') && !bareOption.test(word)))
      return false;
  }
  return true;
};

/** `--dry-run` as an option of its own: once, and not the value of the option before it. */
export const isPreview = (words: readonly string[], preview: readonly string[]): boolean => {
  const found = words.flatMap((word, i) => (/^--dry-run(?:=|$)/.test(word) ? [i] : []));
  const [index = -1] = found;
  return (
    found.length === 1 &&
    preview.includes(words[index] ?? '') &&
    !words.slice(0, index).includes('--') &&
    !/^-[^=]*$/.test(words[index - 1] ?? '')
  );
};
