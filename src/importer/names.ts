/** Length of an id that a pane and a command line show whole, in characters. */
const maxLength = 48;

/** The first whole words up to this length; the head of a first word that is longer. */
const wholeWords = (words: string): string =>
  words.length <= maxLength
    ? words
    : (words.slice(0, maxLength + 1).match(/^.+(?=-)/)?.[0] ?? words.slice(0, maxLength)).replace(/-+$/, '');

/** A text as an id: lower-case words joined by `-`, beginning with a letter. */
export const slug = (text: string, fallback: string): string => {
  const words = wholeWords(
    text
      .normalize('NFKD')
      .replaceAll(/\p{M}+/gu, '')
      .toLowerCase()
      .replaceAll(/[^a-z0-9]+/g, '-')
      .replaceAll(/^-+|-+$/g, ''),
  );
  if (words === '') return fallback;
  return /^[a-z]/.test(words) ? words : `${fallback}-${words}`;
};

/** Gives each name once: the second `restart` becomes `restart-2`. */
export const uniqueNames = (): ((name: string) => string) => {
  const used = new Set<string>();
  // The next number of each name: a search from 2 would take quadratic time.
  const next = new Map<string, number>();
  return (name) => {
    let free = name;
    let n = next.get(name) ?? 2;
    while (used.has(free)) free = `${name}-${n++}`;
    next.set(name, n);
    used.add(free);
    return free;
  };
};
