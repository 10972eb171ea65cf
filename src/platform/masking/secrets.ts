import { redactSecretForms } from '../../domain/mask/mask-text.ts';
import {
  hasDividers,
  literal,
  type SecretPattern,
  secretPatterns,
  undividedPlaces,
  withoutDividers,
} from './secret-pattern.ts';

/** Minimum length of a secret, in characters: masking shorter ones would blank out ordinary words. */
const shortest = 4;
/** Minimum length of a secret that a line break divides: the end of a line and the begin of the next often make a word. */
const shortestDivided = 8;
const mark = '…masked';

export interface SecretMasker {
  /**
   * Masks this text in all later messages: plain, in JSON, HTML and URLs, quoted for a shell or SQL, in base64 and hex, also
   * inside of longer base64, and divided by invisible characters or line breaks.
   */
  add(secret: string): void;
  mask(text: string): string;
  /**
   * Masks a text that leaves the process. Also masks secrets recognized by form (a JWT, a private key), by the
   * preceding word (`password=…`), or by the field name.
   */
  outgoing(text: string, name?: string): string;
  /** The number of known forms: text that was masked with fewer may need masking again. */
  readonly size: number;
}

interface Span {
  readonly from: number;
  readonly to: number;
}

/** V8 does not optimize a regular expression of more than 20 KiB. */
const longestSource = 16_000;

/** Joins alternatives to regular expressions that are not too long. */
const anyOf = (alternatives: readonly string[]): readonly RegExp[] => {
  const sources: string[] = [];
  for (const alternative of alternatives) {
    const last = sources.at(-1);
    if (last === undefined || last.length + alternative.length > longestSource) sources.push(alternative);
    else sources[sources.length - 1] = `${last}|${alternative}`;
  }
  return sources.map((source) => new RegExp(source));
};

/** From this length a text is searched for one hint after the other, unless there are many: `includes` is that fast. */
const longText = 1000;
const fewHints = 64;

/** Creates a fast check whether a text may contain a secret. Most texts contain none. */
const hintCheck = (patterns: readonly SecretPattern[]): ((text: string) => boolean) => {
  const hints = [...new Set(patterns.flatMap(({ hint }) => hint ?? []))];
  const rest = patterns.flatMap(({ hint, pattern }) => (hint === undefined ? [pattern.source] : []));
  const any = anyOf([...hints.map(literal), ...rest]);
  const others = anyOf(rest);
  return (text) =>
    text.length < longText || hints.length > fewHints
      ? any.some((pattern) => pattern.test(text))
      : hints.some((hint) => text.includes(hint)) || others.some((pattern) => pattern.test(text));
};

/** Joins spans that overlap: of two secrets that share letters, no part remains. */
const joined = (spans: readonly Span[]): readonly Span[] => {
  const result: Span[] = [];
  for (const span of spans.toSorted((a, b) => a.from - b.from || b.to - a.to)) {
    const last = result.at(-1);
    if (last === undefined || span.from >= last.to) result.push(span);
    else if (span.to > last.to) result[result.length - 1] = { from: last.from, to: span.to };
  }
  return result;
};

export const createSecretMasker = (): SecretMasker => {
  const secrets = new Set<string>();
  const patterns: SecretPattern[] = [];
  /** Absent: out of date. */
  let check: ((text: string) => boolean) | undefined;
  const mayHaveSecret = (text: string): boolean => {
    check ??= hintCheck(patterns);
    return check(text);
  };

  const spansIn = (text: string): readonly Span[] =>
    patterns.flatMap(({ pattern }) =>
      [...text.matchAll(pattern)].map(({ 0: found, index }) => ({ from: index, to: index + found.length })),
    );

  /** Spans of secrets that invisible characters or line breaks divide. */
  const dividedSpans = (text: string): readonly Span[] => {
    const visible = withoutDividers(text);
    if (!mayHaveSecret(visible)) return [];
    const found = spansIn(visible);
    if (found.length === 0) return [];
    const places = undividedPlaces(text);
    return found
      .map(({ from, to }) => ({ from: places[from] ?? 0, to: (places[to - 1] ?? 0) + 1, length: to - from }))
      .filter(({ from, to, length }) => length >= shortestDivided || !text.slice(from, to).includes('\n'));
  };

  const mask = (text: string): string => {
    if (patterns.length === 0) return text;
    const spans = [
      ...(mayHaveSecret(text) ? spansIn(text) : []),
      ...(hasDividers(text) ? dividedSpans(text) : []),
    ];
    if (spans.length === 0) return text;
    let masked = '';
    let index = 0;
    for (const { from, to } of joined(spans)) {
      masked += text.slice(index, from) + mark;
      index = to;
    }
    return masked + text.slice(index);
  };

  return {
    add: (secret) => {
      if (secret.length < shortest || secrets.has(secret)) return;
      secrets.add(secret);
      patterns.push(...secretPatterns(secret, shortest));
      check = undefined;
    },
    get size() {
      return patterns.length;
    },
    mask,
    outgoing: (text, name) => redactSecretForms(mask(text), name),
  };
};

/** The masker of this process: code that learns a secret adds it, code that writes a message masks with it. */
export const secretMasker: SecretMasker = createSecretMasker();
