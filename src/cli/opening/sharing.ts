import { createMaskSession } from '../../domain/mask/mask-session.ts';
import { type FieldMask, maskTree } from '../../domain/mask/mask-tree.ts';
import type { MaskWords } from '../../domain/mask/mask-words.ts';
import { maskWordsOf } from '../../domain/profile/profile-words.ts';
import type { LedgerRecord } from '../../persistence/ledger/ledger-record.ts';
import type { EnvironmentSession } from './open-environment.ts';

/** Masks all output of one command (`--share`). */
export interface Sharing {
  /** Learns names from the profile and from readings. Call it before printing any of them. */
  learn(opened: Pick<EnvironmentSession, 'profile' | 'engine'>): void;
  learnWords(words: MaskWords): void;
  /** Learns users and hosts from ledger records. */
  learnRecords(records: readonly Pick<LedgerRecord, 'who' | 'host' | 'system' | 'env'>[]): void;
  /** Leaves these names unmasked: the operator has to type them. */
  keep(names: readonly string[]): void;
  /** Masks a text; `name` is the field that it is the value of. */
  mask(text: string, name?: string): string;
  /** Masks every string of a value, including keys. Call it before layout, so that no name is cut in half. */
  deep<T>(value: T): T;
}

/** Creates the aliases of one command. Profile names come first, so their aliases are stable across runs. */
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
    // Masking keeps the type of every value.
    deep: <T>(value: T): T => maskTree(value, mask),
  };
};
