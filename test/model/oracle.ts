import type { Clock } from '../../src/platform/clock.ts';

/** How somebody said yes to a card. */
export interface Said {
  readonly typed?: string;
  readonly pasted: boolean;
}

/** What the one at the keys did, remembered beside the product: nothing here is asked of it. */
export interface Oracle {
  opened(env: string | undefined): void;
  arm(reason: string): void;
  disarm(): void;
  /** The reason, while it is armed: for 15 min by either clock, and in one environment. */
  armed(): string | undefined;
  said(run: string, how: Said): void;
  /** Every yes that was tried: one that came before the card could be read is none, and another may follow. */
  how(run: string): readonly Said[];
}

const armMs = 15 * 60_000;

export const createOracle = (clock: Clock): Oracle => {
  let env: string | undefined;
  let since: { readonly steady: number; readonly wall: number; readonly reason: string } | undefined;
  const answers = new Map<string, Said[]>();
  const wall = (): number => clock.now() + clock.wallOffset();
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
    said: (run, how) => {
      answers.set(run, [...(answers.get(run) ?? []), how]);
    },
    how: (run) => answers.get(run) ?? [],
  };
};
