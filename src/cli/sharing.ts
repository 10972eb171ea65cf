import { createMaskSession } from '../domain/mask/mask-session.ts';
import { type FieldMask, maskTree } from '../domain/mask/mask-tree.ts';
import type { MaskWords } from '../domain/mask/mask-words.ts';
import { maskWordsOf } from '../domain/mask/profile-words.ts';
import type { LedgerRecord } from '../persistence/ledger/ledger-record.ts';
import type { EnvironmentSession } from './open-environment.ts';

/** What `--share` does to everything that one command prints. */
export interface Sharing {
  /** Names out of the profile, and out of what has been read. To be called before anything of it is printed. */
  learn(opened: Pick<EnvironmentSession, 'profile' | 'engine'>): void;
  learnWords(words: MaskWords): void;
  /** Who acted, and where, by the ledger. */
  learnRecords(records: readonly Pick<LedgerRecord, 'who' | 'host' | 'system' | 'env'>[]): void;
  /** From now on these names stay: they are what is acted on, and what has to be typed. */
  keep(names: readonly string[]): void;
  /** `name`: the field that the text is the value of. */
  mask(text: string, name?: string): string;
  /** The value with every text in it masked, keys too: before it is laid out, so that nothing is cut in half. */
  deep<T>(value: T): T;
}

/** The aliases of one command. Names of the profile come first, so the same profile gives them the same aliases each time. */
export const createSharing = (): Sharing => {
  const masking = createMaskSession();
  let own: readonly string[] = [];
  const mask: FieldMask = (text, name) =>
    name === undefined ? masking.mask(text, own) : masking.maskField(text, name, own);
  return {
    mask,
    learn: ({ profile, engine }) => {
      masking.learnWords(maskWordsOf(profile));
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
    deep: <T>(value: T): T => maskTree(value, mask),
  };
};
