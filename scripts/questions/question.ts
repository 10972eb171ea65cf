import { strokesOf } from '../shot/keys.ts';

/** A question of an on-call engineer that a runbook answers, and the keys that answer it inside the cockpit. */
export interface RunbookQuestion {
  /** In the words of the engineer. */
  readonly question: string;
  /** Heading of the original runbook that has the answer. */
  readonly section: string;
  /** Keys from the first screen on, in the notation of `--keys`; typed text is in backticks: ': `severities` enter'. */
  readonly keys: string;
  /** Size of the terminal. */
  readonly size: '120x36' | '80x24';
  /** Texts that the screen shows then: a number, a name, a command. Blanks count as one. */
  readonly answer: readonly string[];
}

/** The questions of a system. */
export interface SystemQuestions {
  readonly env: string;
  readonly title: string;
  readonly questions: readonly RunbookQuestion[];
}

/** A word of `keys`: a key, or typed text. */
export type KeyWord = { readonly key: string } | { readonly text: string };

/** The words of `keys`. */
export const keyWordsOf = (keys: string): readonly KeyWord[] =>
  [...keys.matchAll(/`([^`]*)`|\S+/g)].map(([word, text]) => (text === undefined ? { key: word } : { text }));

/** Bytes of a word, key by key. */
export const bytesOf = (word: KeyWord): readonly string[] =>
  'text' in word
    ? [...word.text]
    : strokesOf(word.key).flatMap((stroke) => (stroke.is === 'press' ? [stroke.bytes] : []));

/** The number of keys beside typed text. */
export const keyCountOf = (keys: string): number => keyWordsOf(keys).filter((word) => 'key' in word).length;

/** The typed text. */
export const typedText = (keys: string): string =>
  keyWordsOf(keys)
    .flatMap((word) => ('text' in word ? [word.text] : []))
    .join(' ');
