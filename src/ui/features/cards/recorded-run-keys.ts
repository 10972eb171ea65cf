import type { ParamValues } from '../../../domain/runbook.ts';
import { runOutputScope, runOutputSource } from '../../../logs/format/log-stream.ts';
import type { RunView } from '../../../store/cockpit.ts';
import type { Binding, KeyContext } from '../../panes/pane.ts';
import type { RenderContext } from '../../render-context.ts';
import { maskForExport } from '../export/clipboard.ts';
import { openLogTarget } from '../logs/log-target.ts';
import { withCurrentRun } from './common-keys.ts';
import { currentRun } from './confirmation.ts';
import { overridableCheck } from './proposal-lines.ts';

/** LOGS of what a run says. */
export const openRunOutput = (hand: KeyContext, run: string, title: string): void =>
  openLogTarget(hand, { scope: runOutputScope(run), chips: [], notice: `LOGS: output of "${title}"` });

const runIdOf = ({ proposal, events }: RunView): string | undefined => proposal?.run ?? events[0]?.run;

/** Whether a run has said anything. */
const says = (run: RunView | undefined): boolean =>
  run?.events.some(({ event }) => event === 'acting' || event === 'ticking') === true;

/** LOGS show what the run says whose card was put away for that: going back goes back to the card. */
export const isOpenedFromRunCard = ({ cockpit: { run, logs } }: RenderContext): boolean => {
  const id = run?.background === true ? runIdOf(run) : undefined;
  return (
    id !== undefined &&
    logs?.scope?.of.some(({ source, of }) => source === runOutputSource && of === id) === true
  );
};

/** From the card to its output, with the tools of LOGS: the card is put away, and the run goes on. */
export const openOutputKey: Binding = {
  id: 'card.output',
  keys: ['L'],
  description: 'open the output in LOGS',
  footer: 'output',
  whyNot: ({ view }) => (says(currentRun(view)) ? undefined : 'no output yet'),
  run: withCurrentRun((hand, run) => {
    const id = runIdOf(run);
    if (id === undefined) return;
    hand.commands.background(true);
    openRunOutput(hand, id, run.proposal?.title ?? run.runbook.title);
  }),
};

/** What no shell reads as anything but itself, wherever it stands behind the first word. */
const plain = /^[\w@%+:,./][\w@%+=:,./-]*$|^--?[\w-]+(=[\w@%+=:,./-]*)?$/;

/**
 * One word to be pasted into a shell: in single quotes, in which nothing has a meaning but the quote itself (POSIX, Shell
 * Command Language, 2.2.2). A backslash stands outside of them, too, since fish gives it a meaning inside.
 */
const shellWord = (word: string): string =>
  plain.test(word) ? word : `'${word.replaceAll(/['\\]/g, `'\\$&'`)}'`;

/** An argv as a line to paste into a shell. */
const formatShellCommand = (argv: readonly string[]): string => argv.map(shellWord).join(' ');

/** A run that can be asked for once more. */
interface Rerunnable {
  readonly runbook: string;
  readonly system: string;
  readonly env: string;
  readonly params: ParamValues;
}

/**
 * The line that runs it without the screen. Names to confirm, a reason to arm and ticks are not in it: whoever pastes it
 * answers the gates anew.
 */
const runCommand = (
  { runbook, system, env, params }: Rerunnable,
  /** Of an environment that the embedded world serves: without it the line would reach the real one. */
  rehearsing?: { readonly incident?: string },
): string => {
  const given = Object.entries(params).flatMap(([name, value]) =>
    (typeof value === 'object' ? value : [value]).flatMap((one) => ['--param', `${name}=${String(one)}`]),
  );
  const world =
    rehearsing === undefined ? [] : [`--rehearse${rehearsing.incident ? `=${rehearsing.incident}` : ''}`];
  return formatShellCommand(['opsdeck', 'run', runbook, '--env', `${system}/${env}`, ...world, ...given]);
};

/** Sends it to the clipboard, and says what it lacks; what cannot be told by a line is not copied. */
export const copyRunCommand = (hand: KeyContext, run: Rerunnable) => {
  const { open } = hand.view.cockpit;
  const line = runCommand(run, open?.embedded === true ? open : undefined);
  const text = maskForExport(hand.view, line);
  if (text !== line)
    return hand.notify(
      hand.view.pen.shared
        ? 'not copied: the command would contain aliases; press s to end share mode'
        : 'not copied: a parameter contains a secret or control characters',
    );
  hand.copy(text);
  hand.notify('copied; add --confirm NAME and --arm "reason" yourself');
};

const idOf = ({ proposal, events }: RunView): string | undefined => proposal?.run ?? events[0]?.run;

/** Asks for the reason for which a freeze or quiet hours are broken. */
export const overrideGateKey: Binding = {
  id: 'card.override',
  keys: ['o'],
  description: 'override a freeze or quiet hours (asks for a reason)',
  footer: 'override',
  isChange: true,
  whyNot: ({ view }) => {
    const proposal = currentRun(view)?.proposal;
    return proposal === undefined || overridableCheck(proposal) === undefined
      ? 'no freeze or quiet hours block this run'
      : undefined;
  },
  run: withCurrentRun(({ model, view }, { proposal }) => {
    const check = proposal && overridableCheck(proposal);
    if (proposal === undefined || check === undefined) return;
    const about = `${check.what}: ${check.why}`;
    model.setState({
      overlay: { is: 'words', why: 'override', run: proposal.run, about, text: '', over: view.ui.overlay },
    });
  }),
};

/** Asks for a note on a run. */
export const openNoteDialog = ({ model, view }: KeyContext, run: string, title: string): void =>
  model.setState({
    overlay: { is: 'words', why: 'note', run, about: title, text: '', over: view.ui.overlay },
  });

export const addNoteKey: Binding = {
  id: 'card.note',
  keys: ['!'],
  description: 'add a note to the run in the ledger',
  footer: 'note',
  run: withCurrentRun((hand, run) => {
    const id = idOf(run);
    if (id !== undefined) openNoteDialog(hand, id, run.proposal?.title ?? run.runbook.title);
  }),
};

export const copyRunCommandKey: Binding = {
  id: 'card.copy',
  keys: ['y'],
  description: 'copy the run as a command: opsdeck run …',
  whyNot: ({ view }) =>
    currentRun(view)?.proposal?.undoes === undefined ? undefined : 'an undo is not a runbook',
  run: withCurrentRun((hand, { proposal }) => {
    if (proposal !== undefined) copyRunCommand(hand, proposal);
  }),
};

/** From fresh reads, with the same parameters, through every gate. */
export const proposeRerun = (hand: KeyContext, run: RunView) => {
  const { undoes } = run.proposal ?? {};
  if (undoes !== undefined) return hand.commands.undo(undoes);
  const params = Object.entries(run.params).map(([name, value]): [string, string | readonly string[]] => [
    name,
    typeof value === 'object' ? value : String(value),
  ]);
  hand.commands.propose(run.runbook.id, Object.fromEntries(params));
};
