import type { Proposal } from '../../domain/proposal.ts';
import type { Answers, Diagnosed, LoginAnswer } from '../../domain/run.ts';

/** What keys answer to a run that goes on. */
export interface RunAnswers {
  /** The answers to a card: what was typed, or a key that stands for all of its names. */
  of(proposal: Proposal, answer: { readonly typed?: string; readonly pasted: boolean }): Answers;
  /** The word on a manual step, or at an abort point. Without a question it is nothing. */
  tick(done: boolean): void;
  /** What came of renewing a login. Without a question it is nothing. */
  loggedIn(answer: LoginAnswer): void;
}

/** An answer that a key will give; false when the run is stopped before. */
const answered = (
  put: (answer: ((yes: boolean) => void) | undefined) => void,
  signal: AbortSignal,
): Promise<boolean> =>
  new Promise((resolve) => {
    const done = (yes: boolean): void => {
      put(undefined);
      resolve(yes);
    };
    put(done);
    signal.addEventListener('abort', () => done(false), { once: true });
  });

/** `found`: what the diagnose steps have brought until it is asked. */
export const createRunAnswers = (found: () => readonly Diagnosed[]): RunAnswers => {
  let answerTick: ((done: boolean) => void) | undefined;
  let answerLogin: ((answer: LoginAnswer) => void) | undefined;
  return {
    of: ({ gate, names }, { typed, pasted }) => ({
      names: gate.typed ? (typed ?? '').split('\n') : names,
      pasted,
      by: gate.typed ? 'typed' : 'key',
      tick: (_step, signal) =>
        answered((answer) => {
          answerTick = answer;
        }, signal),
      login: () =>
        new Promise((resolve) => {
          // One answer to one question: a key pressed twice must not answer the next.
          answerLogin = (answer) => {
            answerLogin = undefined;
            resolve(answer);
          };
        }),
      found,
    }),
    tick: (done) => answerTick?.(done),
    loggedIn: (answer) => answerLogin?.(answer),
  };
};
