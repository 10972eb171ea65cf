import type { ParamValues } from '../../domain/param-value.ts';
import type { Runbook } from '../../domain/runbook.ts';
import { builtInRunbooks } from '../../engine/cockpit/built-in.ts';
import { didYouMean } from '../../profile/did-you-mean.ts';
import { checkParams } from '../../runs/runbooks/params.ts';
import { UsageError } from '../exit-code.ts';
import type { Opened } from '../open.ts';
import type { RunFlags } from './flags.ts';

const readMs = 10_000;

const runbookOf = ({ profile, engine }: Opened, id: string): Runbook => {
  const runbooks = [...profile.runbooks, ...builtInRunbooks(profile, engine.sources)];
  const found = runbooks.find((one) => one.id === id);
  if (found !== undefined) return found;
  const ids = runbooks.map((one) => one.id);
  const hint = ids.length === 0 ? 'it has none' : didYouMean(id, ids);
  throw new UsageError(`${profile.system}/${profile.env} has no runbook ${id}; ${hint}`);
};

/** Whether facts must be read first: a choice comes from them, or what is looked at asks for their truth. */
const wantsFacts = ({ params, diagnose }: Runbook, flags: RunFlags): boolean =>
  params.some(({ from }) => from !== undefined) ||
  (flags.diagnose === true && diagnose.some(({ that }) => that !== undefined));

/** The parameters, checked against what is there now. */
const paramsOf = async (
  runbook: Runbook,
  flags: RunFlags,
  { engine }: Opened,
  signal: AbortSignal,
): Promise<ParamValues> => {
  if (wantsFacts(runbook, flags)) await engine.readOnce(readMs, signal);
  const checked = checkParams(runbook, flags.param ?? {}, engine.snapshot());
  if (checked.ok) return checked.values;
  const lines = checked.problems.map(({ name, what }) => `  --param ${name}=…: ${what}`);
  throw new UsageError(`${runbook.id} cannot be run as given; nothing was sent`, ...lines);
};

/** What was said to be done must be manual steps of this runbook, or abort points (`ask`). */
const checkDone = (runbook: Runbook, done: readonly string[]): void => {
  const known = runbook.act
    .filter((step) => step.manual === true || step.ask === true)
    .map((step) => step.id);
  const strange = done.find((id) => !known.includes(id));
  if (strange !== undefined)
    throw new UsageError(
      `${runbook.id} has no manual step and no abort point ${strange}; ${didYouMean(strange, known, 'it has none')}`,
    );
};

/** A runbook with values for its parameters. */
export interface AskedRun {
  readonly runbook: Runbook;
  readonly params: ParamValues;
}

/** What the command line says to run, before anything is opened. Throws UsageError. */
export const wantedOf = (
  id: string | undefined,
  { undo, param = {} }: RunFlags,
): { readonly undo: string } | { readonly id: string } => {
  if (undo === undefined && id === undefined)
    throw new UsageError("missing required argument 'id': opsdeck run ID, or opsdeck run --undo RUN");
  if (undo !== undefined && (id !== undefined || Object.keys(param).length > 0))
    throw new UsageError(
      'run --undo RUN takes neither a runbook nor parameters: it puts back what that run found',
    );
  return undo === undefined ? { id: id ?? '' } : { undo };
};

/** What is to be run: a runbook with its parameters, or the run that is to be undone. */
export const askedFor = async (
  wanted: ReturnType<typeof wantedOf>,
  flags: RunFlags,
  opened: Opened,
  signal: AbortSignal,
): Promise<{ readonly undo: string } | AskedRun> => {
  if ('undo' in wanted) return wanted;
  const runbook = runbookOf(opened, wanted.id);
  checkDone(runbook, flags.done ?? []);
  return { runbook, params: await paramsOf(runbook, flags, opened, signal) };
};
