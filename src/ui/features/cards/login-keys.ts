import type { LoginResult } from '../../../domain/runs/run.ts';
import { formatArgv } from '../../../domain/text/format.ts';
import type { TerminalProgramResult } from '../../../platform/processes/run-in-terminal.ts';
import type { Binding, KeyContext } from '../../shell/contract/pane.ts';
import { currentRun } from '../../shell/state/current-run.ts';
import { withCurrentRun } from './common-keys.ts';
import { expiredLoginOf } from './run-card.ts';

/** Converts the exit of a login program into a `LoginResult`. */
export const loginResult = (argv: readonly string[], end: TerminalProgramResult | undefined): LoginResult => {
  const line = formatArgv(argv);
  if (end === undefined) return { ok: false, why: `${line}: opsdeck cannot hand over the terminal` };
  if (end.trouble !== undefined) return { ok: false, why: `${line}: ${end.trouble}` };
  const how = end.status === undefined ? `killed by ${end.signal}` : `exit status ${end.status}`;
  return { ok: end.status === 0, why: `${line}: ${how}` };
};

const noProgram = ({ view }: KeyContext): string | undefined => {
  const run = currentRun(view);
  if (run !== undefined && expiredLoginOf(run)?.argv === undefined)
    return 'this source has no login command. Log in elsewhere, or set login: [argv…] in the profile';
  return view.canSuspend ? undefined : 'the login command needs a terminal, and opsdeck runs without one';
};

/** Runs the login program. Only a successful login continues the run; a failed one can be retried. */
const logIn = (then: (context: KeyContext, answer: LoginResult) => void): Binding['run'] =>
  withCurrentRun((context, run) => {
    const argv = expiredLoginOf(run)?.argv;
    if (argv === undefined) return;
    void context.runInTerminal(argv).then((end) => {
      const answer = loginResult(argv, end);
      context.notify(answer.why);
      if (answer.ok) then(context, answer);
    });
  });

/** Keys of the login card. */
export const loginKeys: readonly Binding[] = [
  {
    id: 'login',
    keys: ['l'],
    description: 'log in again in this terminal, then continue',
    footer: 'log in',
    whyNot: noProgram,
    run: logIn(({ commands }, answer) => commands.loggedIn(answer)),
  },
  {
    id: 'login.elsewhere',
    keys: ['enter'],
    description: 'try again, after you have logged in elsewhere',
    footer: 'retry',
    confirms: true,
    run: ({ commands }) =>
      commands.loggedIn({ ok: true, why: 'you have logged in elsewhere, so the run tries again' }),
  },
  {
    id: 'login.no',
    keys: ['n'],
    description: 'end the run without logging in',
    footer: 'end run',
    run: ({ commands }) => commands.loggedIn({ ok: false, why: 'you chose not to log in' }),
  },
];

/** Key of the refusal card: logs in and plans the run again. */
export const loginAndReplanKey = (planAgain: Binding['run']): Binding => ({
  id: 'login.plan',
  keys: ['l'],
  description: 'log in again in this terminal, then plan again',
  footer: 'log in',
  whyNot: (context) => {
    const run = currentRun(context.view);
    return run !== undefined && expiredLoginOf(run) === undefined
      ? 'the source did not refuse because of an expired login: logging in again does not help'
      : noProgram(context);
  },
  run: logIn((context) => planAgain(context)),
});
