import type { WantedSignal } from '../source.ts';
import { type HostRead, hostReads } from './config.ts';

/** A signal with its read in one shape. */
export interface Wanted<R> {
  readonly id: string;
  readonly read: R;
}

type Form<K extends string> = Extract<HostRead, { readonly [P in K]: unknown }>;

/** The signals whose read has this key. */
export const ofForm = <
  K extends
    | 'cpu'
    | 'memory'
    | 'disk'
    | 'load'
    | 'unit'
    | 'port'
    | 'connections'
    | 'environment'
    | 'diskBusy'
    | 'newest',
>(
  signals: readonly WantedSignal[],
  key: K,
): readonly Wanted<Form<K>>[] =>
  signals.flatMap(({ id, read }) => {
    const parsed = hostReads.parse(read);
    // The key is what tells the forms apart: a strict object that has it is of that form.
    return key in parsed ? [{ id, read: parsed as Form<K> }] : [];
  });
