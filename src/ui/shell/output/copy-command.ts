import { defined } from '../../../domain/base/defined.ts';
import type { CommandRow } from '../../../domain/facts/row-command.ts';
import { formatShellCommand } from '../../../domain/text/shell-words.ts';
import type { Binding, KeyContext } from '../contract/pane.ts';
import type { PaneRow, RowSubject } from '../contract/pane-row.ts';
import type { EnvironmentView } from '../contract/render-context.ts';
import { boundKey } from '../state/keys-in-text.ts';
import { maskForExport } from './clipboard.ts';

/** The command of a row, or why there is none. */
type FoundCommand =
  | {
      readonly argv: readonly string[];
      /** Opens the tunnel that the command needs. */
      readonly tunnel?: readonly string[];
    }
  | { readonly whyNot: string };

const commandRow = (env: EnvironmentView | undefined, subject: RowSubject): CommandRow | undefined => {
  if (subject.kind !== 'signal') return subject;
  const { id, labels } = subject.signal;
  const spec = env?.facts.frame.signals.find((signal) => signal.id === id);
  return spec === undefined ? undefined : { kind: 'signal', read: spec.read, labels };
};

const sourceOf = (subject: RowSubject): string =>
  subject.kind === 'signal' ? subject.signal.source : subject.fact.source;

/** Asks the source of a row for the command that reads it by hand. */
export const findCommand = (
  env: EnvironmentView | undefined,
  { subject, fields }: Pick<PaneRow, 'subject' | 'fields'>,
): FoundCommand => {
  const stream = fields?.stream;
  if (subject === undefined && stream === undefined)
    return { whyNot: 'no command can read this row, which is not an object of a source' };
  const id = subject === undefined ? (fields?.source ?? '') : sourceOf(subject);
  if (id === '') return { whyNot: 'no command can read this row, which opsdeck calculates from other rows' };
  const source = env?.facts.frame.sources[id];
  if (source?.isTunneled === true && source.tunnel === undefined)
    return { whyNot: `${id} is reached through a tunnel (via), so the address works only inside opsdeck` };
  const row: CommandRow | undefined =
    subject === undefined ? { kind: 'stream', name: stream ?? '' } : commandRow(env, subject);
  const argv = row === undefined ? undefined : source?.command?.(row);
  return argv === undefined || argv.length === 0
    ? { whyNot: `no command line tool can read this row of ${id}` }
    : { argv, ...defined({ tunnel: source?.tunnel }) };
};

/** The command line; with a tunnel, it opens the tunnel first, and ends it last. */
const commandLine = ({ argv, tunnel }: Extract<FoundCommand, { argv: unknown }>): string => {
  const line = formatShellCommand(argv);
  return tunnel === undefined ? line : `${formatShellCommand(tunnel)} >/dev/null & sleep 2; ${line}; kill $!`;
};

/** Copies the command. Refuses if masking would change it: the command would do something else. */
const copyCommand = (context: KeyContext) => {
  const { view, row, notify: say } = context;
  if (row === undefined) return;
  const found = findCommand(view.own, row);
  if ('whyNot' in found) return say(found.whyNot);
  const line = commandLine(found);
  if (maskForExport(view, line) !== line)
    return say(
      view.pen.shared
        ? `not copied, because the command would contain aliases. Press ${boundKey(view.cockpit, 'share', 's')} to end share mode`
        : 'not copied, because the command contains a secret or control characters',
    );
  context.copy(line);
  const tool = found.argv[0] ?? '';
  say(`${tool} command sent to the terminal clipboard. Add credentials yourself: ${line}`);
};

/** Copies a command that reads the row: kubectl, kafka-consumer-groups, psql, curl with PromQL … */
export const copyCommandKey: Binding = {
  id: 'copy.command',
  keys: ['ctrl-y'],
  description: 'copy a command that reads this row: kubectl, psql, curl, kafka-consumer-groups',
  whyNot: ({ row }) => {
    if (row === undefined) return 'this pane shows no rows';
    return row.foldedKeys === undefined
      ? undefined
      : 'this row is a group: press z to show the rows of the group';
  },
  run: copyCommand,
};
