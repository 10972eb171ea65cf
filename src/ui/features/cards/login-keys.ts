import { formatArgv } from '../../../domain/format.ts';
import type { LoginResult } from '../../../domain/run.ts';
import type { TerminalProgramResult } from '../../../platform/processes/run-in-terminal.ts';
import type { Binding, KeyContext } from '../../panes/pane.ts';
import { withCurrentRun } from './common-keys.ts';
import { currentRun } from './confirmation.ts';
import { expiredLoginOf } from './run-card.ts';

/** How the program that renews a login ended, as an answer. */
export const loginResult = (argv: readonly string[], end: TerminalProgramResult | undefined): LoginResult => {
  const line = formatArgv(argv);
  if (end === undefined) return { ok: false, why: `${line}: the terminal could not be given to it` };
  if (end.trouble !== undefined) return { ok: false, why: `${line}: ${end.trouble}` };
  const how = end.status === undefined ? `ended by ${end.signal}` : `ended with status ${end.status}`;
  return { ok: end.status === 0, why: `${line}: ${how}` };
};

const noProgram = ({ view }: KeyContext): string | undefined => {
  const run = currentRun(view);
  if (run !== undefined && expiredLoginOf(run)?.argv === undefined)
    return 'nobody knows which program renews it; log in elsewhere (login: [argv…] in the profile names one)';
  return view.canSuspend ? undefined : 'there is no terminal to give to it here';
};

/** A run that waits is answered only by a login that was renewed: one that failed can be tried again. */
const logIn = (then: (hand: KeyContext, answer: LoginResult) => void): Binding['run'] =>
  withCurrentRun((hand, run) => {
    const argv = expiredLoginOf(run)?.argv;
    if (argv === undefined) return;
    void hand.runInTerminal(argv).then((end) => {
      const answer = loginResult(argv, end);
      hand.notify(answer.why);
      if (answer.ok) then(hand, answer);
    });
  });

/** Keys of the card of a run that waits for a login. */
export const loginKeys: readonly Binding[] = [
  {
    id: 'login',
    keys: ['l'],
    description: 'log in again, with the terminal; then go on',
    footer: 'log in',
    whyNot: noProgram,
    run: logIn(({ commands }, answer) => commands.loggedIn(answer)),
  },
  {
    id: 'login.elsewhere',
    keys: ['enter'],
    description: 'it was renewed elsewhere: try again',
    footer: 'try again',
    run: ({ commands }) => commands.loggedIn({ ok: true, why: 'renewed elsewhere, the operator says' }),
  },
  {
    id: 'login.no',
    keys: ['n'],
    description: 'it is not renewed: the run ends',
    footer: 'not renewed',
    run: ({ commands }) => commands.loggedIn({ ok: false, why: 'the operator said no' }),
  },
];

/** On the card of what was refused: logs in, and plans again. */
export const loginAndReplanKey = (planAgain: Binding['run']): Binding => ({
  id: 'login.plan',
  keys: ['l'],
  description: 'log in again, with the terminal; then plan again',
  footer: 'log in',
  whyNot: (hand) => {
    const run = currentRun(hand.view);
    return run !== undefined && expiredLoginOf(run) === undefined
      ? 'it was not refused because of a login'
      : noProgram(hand);
  },
  run: logIn((hand) => planAgain(hand)),
});
