/** Returns the edit distance of two words: insertions, deletions, replacements, and swaps of neighbors. */
export const editDistance = (a: string, b: string): number => {
  let before = [] as number[];
  let last = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      const steps = [(last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (last[j - 1] ?? 0) + (same ? 0 : 1)];
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        steps.push((before[j - 2] ?? 0) + 1);
      row.push(Math.min(...steps));
    }
    [before, last] = [last, row];
  }
  return last[b.length] ?? 0;
};

/** Words of four letters or less are near only with one edit: `path` is not `auth`. */
const mostEdits = (length: number): number => (length <= 4 ? 1 : Math.ceil(length / 3));

/** Returns the known word that a numeronym such as `k8s` shortens, if there is only one. */
const ofNumeronym = (word: string, known: readonly string[]): string | undefined => {
  const [, first = '', omitted = '', last = ''] = /^([a-z])(\d{1,2})([a-z])$/i.exec(word) ?? [];
  const meant = known.filter(
    (text) => text.length === Number(omitted) + 2 && text.startsWith(first) && text.endsWith(last),
  );
  return first !== '' && meant.length === 1 ? meant[0] : undefined;
};

/** Returns the known word that a word begins with, if only an ending is added: `opened`. */
const inflected = (word: string, known: readonly string[]): string | undefined =>
  known.find(
    (text) =>
      text.length >= 4 && word.toLowerCase().startsWith(text.toLowerCase()) && word.length <= text.length + 3,
  );

/**
 * Returns the word that was probably meant: the nearest one, with edits for at most a third of its letters; undefined
 * when none is near.
 */
export const closestWord = (word: string, known: Iterable<string>): string | undefined => {
  let best: { word: string; edits: number } | undefined;
  const words = [...known];
  for (const candidate of words) {
    const edits = editDistance(word.toLowerCase(), candidate.toLowerCase());
    if (edits <= mostEdits(candidate.length) && edits < (best?.edits ?? Number.POSITIVE_INFINITY))
      best = { word: candidate, edits };
  }
  return best?.word ?? ofNumeronym(word, words) ?? inflected(word, words);
};

/** Returns the hint for an unknown word: 'did you mean state?', or the valid words. */
export const closestWordHint = (word: string, known: readonly string[]): string => {
  const meant = closestWord(word, known);
  return meant === undefined ? `valid: ${known.join(', ')}` : `did you mean ${meant}?`;
};
