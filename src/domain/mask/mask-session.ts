import type { LastReading } from '../facts/reading.ts';
import { foldCase } from './case-folding.ts';
import { createPseudonyms, maskField, maskText } from './mask-text.ts';
import type { MaskWords } from './mask-words.ts';
import { isUnmaskedWord, splitAddress } from './mask-words.ts';
import { createNameTrie } from './name-trie.ts';
import type { SensitiveKind } from './recognizers.ts';
import { ipv4Recognizer, ipv6Recognizer } from './recognizers.ts';
import { labelKind } from './secret-fields.ts';

/** Cache size: the texts of about two screens of 200 × 60; beyond that the older half is dropped. */
const keptAtMost = 4000;

/** A memoized pure function of a text, with a bounded cache. */
interface MemoizedTextFunction {
  (text: string): string;
  /** Clears the cache after its inputs have changed. */
  forget(): void;
}

/** Two generations: an entry that is used again survives the drop of the older one. */
export const memoizeText = (work: (text: string) => string): MemoizedTextFunction => {
  let young = new Map<string, string>();
  let old = new Map<string, string>();
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

/** Receivers of the names in a reading. */
interface Learner {
  readonly learn: Learn;
  /** Registers the name of a service. */
  stays(word: string): void;
  /** Registers the name of a pod, a container or an instance. */
  object(name: string): void;
  /** Registers the name of any real object. */
  real(name: string): void;
}

const ported = /^[^\s/]+:\d{2,5}$/;

const learnField = (name: string, value: unknown, learn: Learn): void => {
  if (typeof value !== 'string' || value === '') return;
  const is = labelKind(name);
  // An instance is the service's own name unless it is an address.
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

/** Learns the name of an item itself: a node is a host, every other workload an object. */
const learnItem = (item: LastReading['items'][number], { learn, object }: Learner): void => {
  if ('instance' in item) object(item.instance);
  if ('isCordoned' in item) learn(item.name, 'host');
  if (!('node' in item)) return;
  if (item.kind === 'node') learn(item.name, 'host');
  else object(item.name);
};

/** Learns the names in a reading: hosts, clusters and users, and services, which stay unmasked. */
const learnReading = ({ items, samples }: Pick<LastReading, 'items' | 'samples'>, learner: Learner): void => {
  // Services first: a host with the name of a service stays unmasked.
  for (const item of items) if ('service' in item) learner.stays(item.service);
  for (const { labels } of samples) if (labels.service !== undefined) learner.stays(labels.service);
  for (const item of items) {
    learnItem(item, learner);
    learnFields(item, learner);
  }
  for (const { labels } of samples) learnFields(labels, learner);
};

/** The mask of one session: learned names, and the alias of every value seen. */
export interface MaskSession {
  learnWords(words: MaskWords): void;
  learn(name: string, is: SensitiveKind): void;
  /** Learns names from a reading; free for a reading that was learned before. */
  learnReading(known: LastReading): void;
  /** Masks a text; the names in `own` stay where they are whole words. */
  mask(text: string, own?: readonly string[]): string;
  /** Masks the value of a field, whose name may reveal its class. */
  maskField(text: string, name: string, own?: readonly string[]): string;
  /** Replaces aliases by the real values, in lower case: for input of a user who sees only aliases. */
  meant(text: string): string;
  /** Returns whether a text is the beginning of a name that has an alias. */
  isPiece(text: string): boolean;
}

const aliasWord = /(?<!\w)(?:host|ip|user|cluster|name)-\d+(?:@masked)?(?![\w-])/gi;
/** Minimum length: shorter beginnings match too many words. */
const shortestPiece = 6;

const isNumbers = (name: string): boolean =>
  ipv4Recognizer(name).length > 0 || ipv6Recognizer(name).length > 0;

class MaskedNames implements MaskSession {
  readonly #pseudonyms = createPseudonyms();
  readonly #known = createNameTrie();
  readonly #staying = new Set(isUnmaskedWord);
  readonly #listed = new Set<string>();
  readonly #allowed = new Set<string>();
  readonly #objects = new Set<string>();
  readonly #seen = new WeakSet<object>();
  readonly #parts;
  readonly #plain;
  /** Cache for fields; the key is the name, a newline, and the value. */
  readonly #fields;
  /** The most recent list of own names. */
  #owned;

  constructor() {
    this.#parts = {
      pseudonyms: this.#pseudonyms,
      known: {
        find: (text: string) =>
          this.#known.find(text).filter(({ from, to }) => !this.#stays(foldCase(text.slice(from, to)))),
        add: (name: string, is: SensitiveKind) => this.learn(name, is),
      },
      stays: this.#stays,
      isObject: (word: string) => this.#objects.has(word),
    };
    this.#plain = memoizeText((text) => maskText(this.#parts, text));
    this.#fields = memoizeText((pair) => {
      const index = pair.indexOf('\n');
      return maskField(this.#parts, pair.slice(index + 1), pair.slice(0, index));
    });
    this.#owned = { key: '', mask: this.#plain };
  }

  readonly learn = (name: string, is: SensitiveKind): void => {
    if (isNumbers(name) || this.#stays(foldCase(name))) return;
    if (!this.#known.add(name, is)) return;
    this.#real(name);
    this.#pseudonyms.aliasOf(is, name);
    this.#forget();
  };

  readonly learnWords: MaskSession['learnWords'] = (words) => {
    for (const word of words.allowed) this.#real(word);
    for (const word of words.allowed) this.#allowed.add(foldCase(word));
    for (const word of words.listed) this.#listed.add(foldCase(word));
    for (const word of words.stays) this.#stay(word);
    for (const { text, is } of words.names) this.learn(text, is);
    this.#forget();
  };

  learnReading(reading: LastReading): void {
    if (!this.#isNews(reading)) return;
    if (reading.reader !== undefined) {
      this.learn(reading.reader.host, 'host');
      this.learn(reading.reader.user, 'user');
    }
    const newFacts = {
      items: reading.items.filter(this.#isNews),
      samples: reading.samples.filter(this.#isNews),
    };
    learnReading(newFacts, { learn: this.learn, stays: this.#stay, real: this.#real, object: this.#object });
  }

  readonly mask: MaskSession['mask'] = (text, own = []) => {
    if (text.length < 2) return text;
    if (own.length === 0) return this.#plain(text);
    const key = own.join('\n');
    if (this.#owned.key !== key)
      this.#owned = { key, mask: memoizeText((part) => maskText(this.#parts, part, own)) };
    return this.#owned.mask(text);
  };

  maskField(text: string, name: string, own: readonly string[] = []): string {
    return own.length === 0 ? this.#fields(`${name}\n${text}`) : maskField(this.#parts, text, name, own);
  }

  readonly meant: MaskSession['meant'] = (text) =>
    text.replaceAll(aliasWord, (word) => this.#pseudonyms.thingOf(word.replace(/@masked$/i, '')) ?? word);

  readonly isPiece: MaskSession['isPiece'] = (text) => {
    const piece = foldCase(text);
    if (piece.length < shortestPiece || this.#stays(piece) || this.#pseudonyms.has(piece)) return false;
    for (const pseudonym of this.#pseudonyms.values()) if (pseudonym.includes(piece)) return true;
    return false;
  };

  readonly #isNews = (read: object): boolean => {
    if (this.#seen.has(read)) return false;
    this.#seen.add(read);
    return true;
  };

  readonly #stays = (word: string): boolean =>
    this.#allowed.has(word) || (this.#staying.has(word) && !this.#listed.has(word));

  #forget(): void {
    this.#plain.forget();
    this.#fields.forget();
    this.#owned.mask.forget();
  }

  /** Reserves a real name, so that no alias collides with it. */
  readonly #real = (name: string): void => {
    if (this.#pseudonyms.reserve(name)) this.#forget();
  };

  readonly #stay = (word: string): void => {
    this.#real(word);
    const name = foldCase(word);
    // A name with a dot or a colon is the address of a service.
    if (name === '' || /[.:@]/.test(name) || this.#staying.has(name)) return;
    this.#staying.add(name);
    this.#forget();
  };

  readonly #object = (name: string): void => {
    const word = foldCase(name);
    if (name === '' || /[.:@]/.test(name) || this.#objects.has(word)) return;
    this.#objects.add(word);
    this.#forget();
  };
}

/** Creates an empty mask. Aliases are numbered in the order in which values are learned or seen. */
export const createMaskSession = (): MaskSession => new MaskedNames();
