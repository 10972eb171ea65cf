import type { Clock } from '../../src/platform/runtime/clock.ts';

/** The input with which a user confirmed a card. */
export interface ConfirmationInput {
  readonly typed?: string;
  readonly pasted: boolean;
}

/** The user's actions, recorded independently of the code under test. */
export interface Oracle {
  opened(env: string | undefined): void;
  arm(reason: string): void;
  disarm(): void;
  /** The reason while armed: for 15 min by either clock, in one environment. */
  armed(): string | undefined;
  confirm(run: string, input: ConfirmationInput): void;
  /** Every attempt to confirm. The card ignores attempts within the confirmation delay. */
  confirmations(run: string): readonly ConfirmationInput[];
}

const armMs = 15 * 60_000;

export const createOracle = (clock: Clock): Oracle => {
  let env: string | undefined;
  let since: { readonly steady: number; readonly wall: number; readonly reason: string } | undefined;
  const answers = new Map<string, ConfirmationInput[]>();
  const wall = (): number => clock.wallNow();
  return {
    opened: (name) => {
      env = name;
      since = undefined;
    },
    arm: (reason) => {
      if (reason.trim() !== '' && env !== undefined)
        since = { steady: clock.now(), wall: wall(), reason: reason.trim() };
    },
    disarm: () => {
      since = undefined;
    },
    armed: () => {
      if (since === undefined) return undefined;
      return clock.now() - since.steady < armMs && wall() - since.wall < armMs ? since.reason : undefined;
    },
    confirm: (run, how) => {
      answers.set(run, [...(answers.get(run) ?? []), how]);
    },
    confirmations: (run) => answers.get(run) ?? [],
  };
};
