import { createMasking } from '../domain/mask/masking.ts';
import { profileWords } from '../domain/mask/profile-words.ts';
import type { MaskWords } from '../domain/mask/words.ts';
import type { LedgerRecord } from '../engine/ledger/entry.ts';
import type { Opened } from './open.ts';

/** What `--share` does to everything that one command prints. */
export interface Sharing {
  /** Names out of the profile, and out of what has been read. To be called before anything of it is printed. */
  learn(opened: Pick<Opened, 'profile' | 'engine'>): void;
  learnWords(words: MaskWords): void;
  /** Who acted, and where, by the ledger. */
  learnRecords(records: readonly Pick<LedgerRecord, 'who' | 'host' | 'system' | 'env'>[]): void;
  /** From now on these names stay: they are what is acted on, and what has to be typed. */
  keep(names: readonly string[]): void;
  mask(text: string): string;
  /** The value with every text in it masked, keys too: before it is laid out, so that nothing is cut in half. */
  deep<T>(value: T): T;
}

/** Fields have names of ours; what is no word may be a key that came from outside. */
const fieldName = /^[a-z]\w*$/i;

const masked = (value: unknown, mask: (text: string) => string): unknown => {
  if (typeof value === 'string') return mask(value);
  if (Array.isArray(value)) return value.map((one) => masked(one, mask));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, one]) => [fieldName.test(key) ? key : mask(key), masked(one, mask)]),
  );
};

/** The aliases of one command. Names of the profile come first, so the same profile gives them the same aliases each time. */
export const createSharing = (): Sharing => {
  const masking = createMasking();
  let own: readonly string[] = [];
  const mask = (text: string): string => masking.mask(text, own);
  return {
    mask,
    learn: ({ profile, engine }) => {
      masking.learnWords(profileWords(profile));
      for (const { known } of Object.values(engine.facts.getState().feeds))
        if (known !== undefined) masking.learnReading(known);
    },
    learnWords: masking.learnWords,
    learnRecords: (records) => {
      const stays = [...new Set(records.flatMap(({ system, env }) => [system, env]))];
      masking.learnWords({ names: [], stays, listed: [], allowed: [] });
      for (const { who, host } of records) {
        masking.learn(host, 'host');
        masking.learn(who, 'user');
      }
    },
    keep: (names) => {
      own = [...new Set([...own, ...names])];
    },
    // A text masked is a text, whatever it was called.
    deep: <T>(value: T): T => masked(value, mask) as T,
  };
};
