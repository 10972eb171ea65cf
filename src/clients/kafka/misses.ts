import type { WireError } from '../../platform/failures.ts';
import { codeError } from './error.ts';

const shownNames = 3;

/** 'a, b, c and 4 more' */
export const someOf = (names: readonly string[]): string => {
  const more = names.length - shownNames;
  return `${names.slice(0, shownNames).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
};

/** Failures of the parts of one question: a thousand groups that are denied are one problem. */
export interface KafkaMisses {
  /** `of`: 'group', 'topic'; `name`: which of them. */
  add(code: number, of: string, name: string, said?: string): void;
  /** Each kind of failure as one problem, with the first names that it befell. */
  tell(miss: (problem: WireError) => void): void;
}

/** `call`: 'broker 1: OffsetFetch'. */
export const createMisses = (call: string): KafkaMisses => {
  const kinds = new Map<string, { code: number; of: string; said: string; names: Set<string> }>();
  return {
    add: (code, of, name, said = '') => {
      const known = kinds.get(`${code} ${of}`) ?? { code, of, said, names: new Set() };
      known.names.add(name);
      kinds.set(`${code} ${of}`, known);
    },
    tell: (miss) => {
      for (const { code, of, said, names } of kinds.values())
        miss(codeError(code, `${call} of ${of} ${someOf([...names])}`, names.size === 1 ? said : ''));
    },
  };
};
