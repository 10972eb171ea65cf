const named: Readonly<Record<string, string>> = {
  enter: '\r',
  esc: '\x1b',
  tab: '\t',
  'shift-tab': '\x1b[Z',
  space: ' ',
  backspace: '\x7f',
  delete: '\x1b[3~',
  up: '\x1b[A',
  down: '\x1b[B',
  right: '\x1b[C',
  left: '\x1b[D',
  home: '\x1b[H',
  end: '\x1b[F',
  pageup: '\x1b[5~',
  pagedown: '\x1b[6~',
};

/** One keyboard action. */
export type Stroke =
  | { readonly is: 'press'; readonly bytes: string }
  | { readonly is: 'wait'; readonly ms: number };

const press = (bytes: string): Stroke => ({ is: 'press', bytes });

/**
 * Parses a word of `--keys`: a key name, `ctrl-x`, `text:abc` (letter by letter), `paste:abc`, `wait:500` (ms), or one character.
 * Throws for anything else.
 */
export const strokesOf = (word: string): readonly Stroke[] => {
  const bytes = named[word];
  if (bytes !== undefined) return [press(bytes)];
  const control = /^ctrl-([a-z\\\]^_[])$/.exec(word)?.[1];
  if (control !== undefined) return [press(String.fromCharCode(control.toUpperCase().charCodeAt(0) & 0x1f))];
  if (word.startsWith('text:')) return [...word.slice(5)].map(press);
  if (word.startsWith('paste:')) return [press(`\x1b[200~${word.slice(6)}\x1b[201~`)];
  const ms = /^wait:(\d+)$/.exec(word)?.[1];
  if (ms !== undefined) return [{ is: 'wait', ms: Number(ms) }];
  if ([...word].length === 1) return [press(word)];
  throw new Error(
    `"${word}" is not a key: use a character, ${Object.keys(named).join(', ')}, ctrl-x, text:abc, paste:abc, wait:500`,
  );
};
