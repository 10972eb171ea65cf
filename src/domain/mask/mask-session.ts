import type { LastReading } from '../reading.ts';
import { foldCase } from './case-folding.ts';
import { createPseudonyms, maskField, maskText } from './mask-text.ts';
import type { MaskWords } from './mask-words.ts';
import { isUnmaskedWord, splitAddress } from './mask-words.ts';
import { createNameTrie } from './name-trie.ts';
import type { SensitiveKind } from './recognizers.ts';
import { ipv4Recognizer, ipv6Recognizer } from './recognizers.ts';
import { labelKind } from './secret-fields.ts';

/** Texts of two screens of 200 × 60 or so; beyond that the older half is forgotten. */
const keptAtMost = 4000;

/** A pure function of a text that remembers what it gave, within bounds. */
interface MemoizedTextFunction {
  (text: string): string;
  /** What it was worked out from has changed. */
  forget(): void;
}

/** Two generations: what is asked for again outlives the one that is dropped. */
export const memoizeText = (work: (text: string) => string): MemoizedTextFunction => {
  let [young, old] = [new Map<string, string>(), new Map<string, string>()];
  const keep = (text: string, result: string): string => {
    if (young.size >= keptAtMost) [young, old] = [new Map(), young];
    young.set(text, result);
    return result;
  };
  const ask = (text: string): string => {
    const had = young.get(text);
    return had ?? keep(text, old.get(text) ?? work(text));
  };
  return Object.assign(ask, {
    forget: () => {
      [young, old] = [new Map(), new Map()];
    },
  });
};

type Learn = (name: string, is: SensitiveKind) => void;

/** What is done with what a reading tells. */
interface Learner {
  readonly learn: Learn;
  /** A service is called like this. */
  stays(word: string): void;
  /** A pod, a container, an instance is called like this. */
  object(name: string): void;
  /** Something real is called like this. */
  real(name: string): void;
}

const ported = /^[^\s/]+:\d{2,5}$/;

const learnField = (name: string, value: unknown, learn: Learn): void => {
  if (typeof value !== 'string' || value === '') return;
  const is = labelKind(name);
  // An instance is a service's own name unless it is where it answers.
  if (is !== 'host' && !((name === 'instance' || name === 'target') && ported.test(value))) {
    if (is !== undefined) learn(value, is);
    return;
  }
  const { user, host } = splitAddress(value);
  if (user !== undefined) learn(user, 'user');
  learn(host ?? value, 'host');
};

const learnFields = (fields: object, learner: Learner): void => {
  const { learn, real } = learner;
  for (const [name, value] of Object.entries(fields)) {
    if (typeof value === 'string') real(value);
    if (name === 'labels' && typeof value === 'object' && value !== null) learnFields(value, learner);
    else learnField(name, value, learn);
  }
};

/** What an item itself is: a node is a host, every other workload an object of its own name. */
const learnItem = (item: LastReading['items'][number], { learn, object }: Learner): void => {
  if ('instance' in item) object(item.instance);
  if (!('node' in item)) return;
  if (item.kind === 'node') learn(item.name, 'host');
  else object(item.name);
};

/** What one reading tells for certain: names of hosts, clusters and users, and of services, which stay. */
const learnReading = ({ items, samples }: Pick<LastReading, 'items' | 'samples'>, learner: Learner): void => {
  // Services first: a host that is called like one of them stays.
  for (const item of items) if ('service' in item) learner.stays(item.service);
  for (const { labels } of samples) if (labels.service !== undefined) learner.stays(labels.service);
  for (const item of items) {
    learnItem(item, learner);
    learnFields(item, learner);
  }
  for (const { labels } of samples) learnFields(labels, learner);
};

/** The mask of one session: what it has learnt, and the alias of everything it has met. */
export interface MaskSession {
  learnWords(words: MaskWords): void;
  learn(name: string, is: SensitiveKind): void;
  /** Names out of what a source answered. A reading that was learnt from before costs nothing. */
  learnReading(known: LastReading): void;
  /** The text with aliases; `own` stay as they are, where they stand by themselves. */
  mask(text: string, own?: readonly string[]): string;
  /** The value of a field, which its name may tell what it is. */
  maskField(text: string, name: string, own?: readonly string[]): string;
  /** The text with real things, in small letters, in place of their aliases: what is asked for by somebody who sees only these. */
  meant(text: string): string;
  /** Whether a text, a letter at a time, is on its way to a name that has an alias. */
  isPiece(text: string): boolean;
}

const aliasWord = /(?<!\w)(?:host|ip|user|cluster|name)-\d+(?:@masked)?(?![\w-])/gi;
/** A shorter piece is in too many words. */
const shortestPiece = 6;

const isNumbers = (name: string): boolean =>
  ipv4Recognizer(name).length > 0 || ipv6Recognizer(name).length > 0;

/** A mask that knows nothing yet. Aliases are numbered in the order in which things are learnt or met. */
export const createMaskSession = (): MaskSession => {
  const pseudonyms = createPseudonyms();
  const known = createNameTrie();
  const [staying, listed, allowed] = [new Set(isUnmaskedWord), new Set<string>(), new Set<string>()];
  const objects = new Set<string>();
  const seen = new WeakSet<object>();
  const isNews = (read: object): boolean => {
    if (seen.has(read)) return false;
    seen.add(read);
    return true;
  };
  const stays = (word: string): boolean => allowed.has(word) || (staying.has(word) && !listed.has(word));
  const parts = {
    pseudonyms,
    known: {
      find: (text: string) =>
        known.find(text).filter(({ from, to }) => !stays(foldCase(text.slice(from, to)))),
      add: (name: string, is: SensitiveKind) => learn(name, is),
    },
    stays,
    isObject: (word: string) => objects.has(word),
  };
  const plain = memoizeText((text) => maskText(parts, text));
  /** Of fields, by their name and a line feed before the value. */
  const fields = memoizeText((pair) => {
    const at = pair.indexOf('\n');
    return maskField(parts, pair.slice(at + 1), pair.slice(0, at));
  });
  /** The list of own names that was asked with last. */
  let owned = { key: '', mask: plain };
  const forget = (): void => {
    plain.forget();
    fields.forget();
    owned.mask.forget();
  };

  /** An alias that is a real name would be two things at once. */
  const real = (name: string): void => {
    if (pseudonyms.reserve(name)) forget();
  };
  const stay = (word: string): void => {
    real(word);
    const name = foldCase(word);
    // What has a dot or a colon is an address that a service is called by.
    if (name === '' || /[.:@]/.test(name) || staying.has(name)) return;
    staying.add(name);
    forget();
  };
  const object = (name: string): void => {
    const word = foldCase(name);
    if (name === '' || /[.:@]/.test(name) || objects.has(word)) return;
    objects.add(word);
    forget();
  };
  const learn = (name: string, is: SensitiveKind): void => {
    if (isNumbers(name) || stays(foldCase(name))) return;
    if (!known.add(name, is)) return;
    real(name);
    pseudonyms.aliasOf(is, name);
    forget();
  };

  return {
    learn,
    learnWords: (words) => {
      for (const word of words.allowed) real(word);
      for (const word of words.allowed) allowed.add(foldCase(word));
      for (const word of words.listed) listed.add(foldCase(word));
      for (const word of words.stays) stay(word);
      for (const { text, is } of words.names) learn(text, is);
      forget();
    },
    learnReading: (reading) => {
      if (!isNews(reading)) return;
      const news = { items: reading.items.filter(isNews), samples: reading.samples.filter(isNews) };
      learnReading(news, { learn, stays: stay, real, object });
    },
    mask: (text, own = []) => {
      if (text.length < 2) return text;
      if (own.length === 0) return plain(text);
      const key = own.join('\n');
      if (owned.key !== key) owned = { key, mask: memoizeText((one) => maskText(parts, one, own)) };
      return owned.mask(text);
    },
    maskField: (text, name, own = []) =>
      own.length === 0 ? fields(`${name}\n${text}`) : maskField(parts, text, name, own),
    meant: (text) =>
      text.replaceAll(aliasWord, (word) => pseudonyms.thingOf(word.replace(/@masked$/i, '')) ?? word),
    isPiece: (text) => {
      const piece = foldCase(text);
      if (piece.length < shortestPiece || stays(piece) || pseudonyms.has(piece)) return false;
      for (const thing of pseudonyms.things()) if (thing.includes(piece)) return true;
      return false;
    },
  };
};
