/** A text as an id: lower-case words joined by `-`, beginning with a letter. */
export const slug = (text: string, fallback: string): string => {
  const words = text
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, 48)
    .replace(/-+$/, '');
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
