/** Kind of API change: none, additions, or removals and modifications. */
export type ApiChange = 'none' | 'addition' | 'breaking';

/** A line without its last parameter, where that is optional: implementations and calls without it remain valid. */
const withoutOptionalParam = (line: string): string => line.replace(/, \w+\?: [^,()]+(?=\))/, '');

/** The words of a type that consists of nothing else: type Kind = 'pod' | 'node'. */
const unionWords = (line: string): readonly [name: string, words: readonly string[]] | undefined => {
  const [, name, words] = /^(type \w+) = ((?:'[^']*'(?: \| )?)+);$/.exec(line) ?? [];
  return name === undefined || words === undefined ? undefined : [name, words.split(' | ')];
};

/** A type of words that has more of them: what a plugin returns remains valid, and what it reads may have a new word. */
const hasMoreWords = (line: string, before: string): boolean => {
  const [name, words] = unionWords(line) ?? [];
  const [nameBefore, wordsBefore = []] = unionWords(before) ?? [];
  return name !== undefined && name === nameBefore && wordsBefore.every((word) => words?.includes(word));
};

/** Compares two reports line by line. With additions only, all lines of the old report remain in order. */
export const apiChange = (before: string, after: string): ApiChange => {
  if (before === after) return 'none';
  const lines = after.split('\n').values();
  const isComplete = before.split('\n').every((line) => {
    for (const next of lines)
      if (next === line || withoutOptionalParam(next) === line || hasMoreWords(next, line)) return true;
    return false;
  });
  return isComplete ? 'addition' : 'breaking';
};

const parse = (version: string): readonly [number, number, number] => {
  const [major = 0, minor = 0, patch = 0] = version.split('.').map(Number);
  return [major, minor, patch];
};

/** Minimum version after a change by semantic versioning; before 1.0.0, a minor version may break compatibility. */
export const leastVersion = (before: string, change: ApiChange): string => {
  const [major, minor, patch] = parse(before);
  if (change === 'none') return before;
  if (major === 0) return change === 'breaking' ? `0.${minor + 1}.0` : `0.${minor}.${patch + 1}`;
  return change === 'breaking' ? `${major + 1}.0.0` : `${major}.${minor + 1}.0`;
};

/** True if a version is at least another. */
export const isAtLeast = (version: string, least: string): boolean => {
  const a = parse(version);
  const b = parse(least);
  const index = a.findIndex((part, position) => part !== b[position]);
  return index === -1 || (a[index] ?? 0) > (b[index] ?? 0);
};
