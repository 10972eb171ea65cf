import type { ParamValues } from '../../../domain/runbooks/runbook.ts';
import { formatShellCommand } from '../../../domain/text/shell-words.ts';
import { runOutputScope } from '../../../logs/format/log-stream.ts';
import type { RunView } from '../../../store/cockpit.ts';
import type { Binding, KeyContext } from '../../shell/contract/pane.ts';
import { maskForExport } from '../../shell/output/clipboard.ts';
import { currentRun } from '../../shell/state/current-run.ts';
import { boundKey } from '../../shell/state/keys-in-text.ts';
import { runIdOf } from '../run-words/run-output.ts';
import { withCurrentRun } from './common-keys.ts';
import { overridableChecks } from './gate-lines.ts';
import { typedCommands } from './typed-commands.ts';

/** Opens Logs with the output of a run. */
export const openRunOutput = (context: KeyContext, run: string, title: string): void =>
  context.view.features.services.logs?.open(context, {
    scope: runOutputScope(run),
    chips: [],
    notice: `Logs: output of "${title}"`,
  });

/** True if a run has any output. */
const says = (run: RunView | undefined): boolean =>
  run?.events.some(({ event }) => event === 'acting' || event === 'ticking') === true;

/** Opens the output of the run in Logs. The card closes and the run continues. */
export const openOutputKey: Binding = {
  id: 'card.output',
  keys: ['L'],
  description: 'open the output in Logs',
  footer: 'output',
  whyNot: ({ view }) => (says(currentRun(view)) ? undefined : 'the run has printed no output yet'),
  run: withCurrentRun((context, run) => {
    const id = runIdOf(run);
    if (id === undefined) return;
    context.commands.background(true);
    openRunOutput(context, id, run.proposal?.title ?? run.runbook.title);
  }),
};

/** A run that can be repeated. */
interface Rerunnable {
  readonly runbook: string;
  readonly system: string;
  readonly env: string;
  readonly params: ParamValues;
}

/**
 * The equivalent `opsdeck run` command. It omits confirmations, the arming reason and manual ticks, so that whoever
 * pastes it passes the gates again.
 */
const runCommand = (
  { runbook, system, env, params }: Rerunnable,
  /** Set for a drill: without it the command would act on the real environment. */
  rehearsing?: { readonly incident?: string },
): string => {
  const given = Object.entries(params).flatMap(([name, value]) =>
    (typeof value === 'object' ? value : [value]).flatMap((entry) => ['--param', `${name}=${String(entry)}`]),
  );
  const world =
    rehearsing === undefined ? [] : [`--rehearse${rehearsing.incident ? `=${rehearsing.incident}` : ''}`];
  return formatShellCommand(['opsdeck', 'run', runbook, '--env', `${system}/${env}`, ...world, ...given]);
};

/** Copies the command of a run. Refuses if masking would change it. */
export const copyRunCommand = (context: KeyContext, run: Rerunnable) => {
  const { open } = context.view.cockpit;
  const line = runCommand(run, open?.embedded === true ? open : undefined);
  const text = maskForExport(context.view, line);
  if (text !== line)
    return context.notify(
      context.view.pen.shared
        ? `not copied, because the command would contain aliases. Press ${boundKey(context.view.cockpit, 'share', 's')} to end share mode`
        : 'not copied, because a parameter contains a secret or control characters',
    );
  context.copy(text);
  context.notify('copied the command. Add --confirm NAME and --arm "reason" yourself');
};

const idOf = ({ proposal, events }: RunView): string | undefined => proposal?.run ?? events[0]?.run;

/**
 * Asks for the reason to override failed checks that allow it. A capital, because a name that is typed on the card by
 * mistake must not become the reason.
 */
export const overrideGateKey: Binding = {
  id: 'card.override',
  keys: ['O'],
  description: 'override a check, if allowed, for a reason that you type',
  footer: 'override',
  isChange: true,
  whyNot: ({ view }) => {
    const proposal = currentRun(view)?.proposal;
    return proposal === undefined || overridableChecks(proposal).length === 0
      ? 'no gate blocks this run that a reason could override'
      : undefined;
  },
  run: withCurrentRun(({ model, view }, { proposal }) => {
    const checks = proposal === undefined ? [] : overridableChecks(proposal);
    if (proposal === undefined || checks.length === 0) return;
    const about = checks.map(({ what, why }) => `${what}: ${why}`).join('; ');
    model.setState({
      overlay: { is: 'words', why: 'override', run: proposal.run, about, text: '', over: view.ui.overlay },
    });
  }),
};

/** Opens the note dialog for a run. */
export const openNoteDialog = ({ model, view }: KeyContext, run: string, title: string): void =>
  model.setState({
    overlay: { is: 'words', why: 'note', run, about: title, text: '', over: view.ui.overlay },
  });

export const addNoteKey: Binding = {
  id: 'card.note',
  keys: ['!'],
  description: 'add a note to the run in the ledger',
  footer: 'note',
  run: withCurrentRun((context, run) => {
    const id = idOf(run);
    if (id !== undefined) openNoteDialog(context, id, run.proposal?.title ?? run.runbook.title);
  }),
};

export const copyRunCommandKey: Binding = {
  id: 'card.copy',
  keys: ['y'],
  description: 'copy the run as a command: opsdeck run …',
  whyNot: ({ view }) =>
    currentRun(view)?.proposal?.undoes === undefined
      ? undefined
      : 'an undo cannot be copied as a command: copy the command of the original run',
  run: withCurrentRun((context, { proposal }) => {
    if (proposal !== undefined) copyRunCommand(context, proposal);
  }),
};

const commandsOf = ({ view }: KeyContext): readonly string[] => {
  const proposal = currentRun(view)?.proposal;
  return proposal === undefined ? [] : typedCommands(proposal, view.own?.facts.frame.sources);
};

/** Copies the requests of a run as commands of their tools: kubectl, curl, psql, ssh. */
export const copyCommandsKey: Binding = {
  id: 'card.copy-commands',
  keys: ['Y', 'ctrl-y'],
  description: 'copy the calls as commands: kubectl, curl, psql, ssh',
  whyNot: (context) =>
    commandsOf(context).length === 0 ? 'no call of this run can be written as a command' : undefined,
  run: (context) => {
    const commands = commandsOf(context);
    if (commands.some((command) => maskForExport(context.view, command) !== command))
      return context.notify(
        'not copied, because a command contains a secret or a name that share mode masks',
      );
    context.copy(commands.join('\n'));
    context.notify(
      'copied the commands. If you run them by hand, opsdeck checks, verifies and records nothing',
    );
  },
};

/** Proposes the run again with the same parameters. It is planned from fresh reads and passes every gate. */
export const proposeRerun = (context: KeyContext, run: RunView) => {
  const { undoes } = run.proposal ?? {};
  if (undoes !== undefined) return context.commands.undo(undoes);
  const params = Object.entries(run.params).map(([name, value]): [string, string | readonly string[]] => [
    name,
    typeof value === 'object' ? value : String(value),
  ]);
  const origins = run.origins ?? Object.fromEntries(params.map(([name]) => [name, 'run' as const]));
  context.commands.propose(run.runbook.id, Object.fromEntries(params), undefined, origins);
};
