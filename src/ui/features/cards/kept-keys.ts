import type { ParamValues } from '../../../domain/runbook.ts';
import { runOutput, runsSource } from '../../../logs/format/stream.ts';
import type { RunView } from '../../../store/cockpit.ts';
import type { Binding, Hand } from '../../panes/pane.ts';
import type { View } from '../../view.ts';
import { outgoing } from '../export/clipboard.ts';
import { openTarget } from '../logs/target.ts';
import { withRun } from './common-keys.ts';
import { overridable } from './proposal-lines.ts';
import { runOnScreen } from './question.ts';

/** LOGS of what a run says. */
export const openOutput = (hand: Hand, run: string, title: string): void =>
  openTarget(hand, { scope: runOutput(run), chips: [], says: `LOGS: what "${title}" says` });

const runIdOf = ({ proposal, events }: RunView): string | undefined => proposal?.run ?? events[0]?.run;

/** Whether a run has said anything. */
const says = (run: RunView | undefined): boolean =>
  run?.events.some(({ event }) => event === 'acting' || event === 'ticking') === true;

/** LOGS show what the run says whose card was put away for that: going back goes back to the card. */
export const isFromCard = ({ cockpit: { run, logs } }: View): boolean => {
  const id = run?.background === true ? runIdOf(run) : undefined;
  return (
    id !== undefined && logs?.scope?.of.some(({ source, of }) => source === runsSource && of === id) === true
  );
};

/** From the card to its output, with the tools of LOGS: the card is put away, and the run goes on. */
export const outputKey: Binding = {
  id: 'card.output',
  keys: ['L'],
  does: 'LOGS of what it says: filter, search, save',
  footer: 'output',
  whyNot: ({ view }) => (says(runOnScreen(view)) ? undefined : 'it has done nothing yet'),
  run: withRun((hand, run) => {
    const id = runIdOf(run);
    if (id === undefined) return;
    hand.commands.background(true);
    openOutput(hand, id, run.proposal?.title ?? run.runbook.title);
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
const shellLine = (argv: readonly string[]): string => argv.map(shellWord).join(' ');

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
  return shellLine(['opsdeck', 'run', runbook, '--env', `${system}/${env}`, ...world, ...given]);
};

/** Sends it to the clipboard, and says what it lacks; what cannot be told by a line is not copied. */
export const copyCommand = (hand: Hand, run: Rerunnable) => {
  const { open } = hand.view.cockpit;
  const line = runCommand(run, open?.embedded === true ? open : undefined);
  const text = outgoing(hand.view, line);
  if (text !== line)
    return hand.say(
      hand.view.pen.shared
        ? 'not copied: a command with aliases would run nothing; s ends share mode'
        : 'not copied: its parameters hold a secret, or what is no text',
    );
  hand.copy(text);
  hand.say('copied; --confirm NAME and --arm "why" are left for you to add');
};

const idOf = ({ proposal, events }: RunView): string | undefined => proposal?.run ?? events[0]?.run;

/** Asks for the reason for which a freeze or quiet hours are broken. */
export const overrideKey: Binding = {
  id: 'card.override',
  keys: ['o'],
  does: 'break a freeze or quiet hours (asks why)',
  footer: 'override',
  acts: true,
  whyNot: ({ view }) => {
    const proposal = runOnScreen(view)?.proposal;
    return proposal === undefined || overridable(proposal) === undefined
      ? 'no freeze and no quiet hours say no here'
      : undefined;
  },
  run: withRun(({ model, view }, { proposal }) => {
    const check = proposal && overridable(proposal);
    if (proposal === undefined || check === undefined) return;
    const about = `${check.what}: ${check.why}`;
    model.setState({
      overlay: { is: 'words', why: 'override', run: proposal.run, about, text: '', over: view.ui.overlay },
    });
  }),
};

/** Asks for a note on a run. */
export const askNote = ({ model, view }: Hand, run: string, title: string): void =>
  model.setState({
    overlay: { is: 'words', why: 'note', run, about: title, text: '', over: view.ui.overlay },
  });

export const noteKey: Binding = {
  id: 'card.note',
  keys: ['!'],
  does: 'note: your words go into the ledger with the run',
  footer: 'note',
  run: withRun((hand, run) => {
    const id = idOf(run);
    if (id !== undefined) askNote(hand, id, run.proposal?.title ?? run.runbook.title);
  }),
};

export const copyKey: Binding = {
  id: 'card.copy',
  keys: ['y'],
  does: 'copy it as a command: opsdeck run …',
  whyNot: ({ view }) =>
    runOnScreen(view)?.proposal?.undoes === undefined ? undefined : 'an undo is no runbook of the profile',
  run: withRun((hand, { proposal }) => {
    if (proposal !== undefined) copyCommand(hand, proposal);
  }),
};

/** From fresh reads, with the same parameters, through every gate. */
export const proposeAgain = (hand: Hand, run: RunView) => {
  const { undoes } = run.proposal ?? {};
  if (undoes !== undefined) return hand.commands.undo(undoes);
  const params = Object.entries(run.params).map(([name, value]): [string, string | readonly string[]] => [
    name,
    typeof value === 'object' ? value : String(value),
  ]);
  hand.commands.propose(run.runbook.id, Object.fromEntries(params));
};
