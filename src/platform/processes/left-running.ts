import { durationText } from '../../domain/duration.ts';
import type { Millis } from '../../domain/fault.ts';
import { ProgramError } from '../failures.ts';
import type { Program } from './program.ts';

const firstMs: Millis = 60_000;
const longestMs: Millis = 1_800_000;

/** Programs that did not end in time in containers, where nobody can end them: Kubernetes and Docker have no call for that. */
export interface LeftRunning {
  /** Throws ProgramError while the same program is left alone there, so that a check that hangs does not fill a container. */
  refuse(where: string, program: Program): void;
  /** It did not end in time. */
  left(where: string, program: Program): void;
  ended(where: string, program: Program): void;
}

/** After one that hangs the next is begun a minute later, then two, four, at most half an hour, until one comes to its end. */
export const createLeftRunning = (now: () => Millis): LeftRunning => {
  const known = new Map<string, { readonly times: number; readonly notBefore: Millis }>();
  const keyOf = (where: string, { argv }: Program): string => JSON.stringify([where, ...argv]);
  return {
    refuse: (where, program) => {
      const { times, notBefore } = known.get(keyOf(where, program)) ?? { times: 0, notBefore: 0 };
      if (now() >= notBefore) return;
      const runs = times === 1 ? 'it has' : `${times} runs of it have`;
      throw new ProgramError(
        'timeout',
        `${runs} not ended there; it is begun again in ${durationText(notBefore - now())}`,
        {
          remedy:
            'give it a limit of its own: [timeout, "5", PROGRAM]; what hangs there ends with its container',
        },
      );
    },
    left: (where, program) => {
      const times = (known.get(keyOf(where, program))?.times ?? 0) + 1;
      const waitMs = Math.min(longestMs, firstMs * 2 ** (times - 1));
      known.set(keyOf(where, program), { times, notBefore: now() + waitMs });
    },
    ended: (where, program) => void known.delete(keyOf(where, program)),
  };
};
