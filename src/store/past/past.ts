import type { Millis } from '../../domain/fault.ts';
import type { FactsState } from '../facts.ts';
import type { UnkeptByKind } from './state-of.ts';

/** What an earlier moment of an environment looked like. Moments are told by the machine's clock. */
export type Looked =
  | {
      readonly is: 'kept';
      /** When it was kept: at the moment asked for, or a little before it. */
      readonly at: Millis;
      readonly state: FactsState;
      /** The same moment on the clock that the state's own times are told by. */
      readonly now: Millis;
      readonly unkept: UnkeptByKind;
    }
  | {
      readonly is: 'nothing';
      /** The moments next to it of which something was kept. */
      readonly before?: Millis;
      readonly after?: Millis;
      /** Why it cannot be read, when it is not simply not there. */
      readonly why?: string;
    }
  /** Nothing of this environment is kept at all. */
  | { readonly is: 'off' };

/** What the screen looks at earlier moments through. */
export interface Past {
  /** False: nothing of this environment is kept. */
  keeps(place: { readonly system: string; readonly env: string }): boolean;
  /** How an environment was at a moment. `live`: its facts as they are now. The same object for the same moment. */
  look(place: { readonly system: string; readonly env: string }, live: FactsState, moment: Millis): Looked;
}
