import { splitUse } from '../../../domain/runbooks/operation.ts';
import type { RunView } from '../../../store/cockpit.ts';
import type { StatusMark } from '../../shell/contract/features.ts';
import { updatePane } from '../../shell/contract/model.ts';
import type { Binding, KeyContext } from '../../shell/contract/pane.ts';
import { liveContext, type RenderContext } from '../../shell/contract/render-context.ts';
import { boundKey } from '../../shell/state/keys-in-text.ts';
import { memoizePerObject } from '../../shell/state/memoize.ts';
import { roomyHeader } from '../run-words/run-marks.ts';

const relapsedAt = ({ events }: RunView): number | undefined =>
  events.findLast(({ event }) => event === 'relapsed')?.at;

const lastActOf = ({ events }: RunView): number | undefined =>
  events.findLast(({ event }) => event === 'acted' || event === 'ticked')?.at;

const targetsOf = ({ proposal }: RunView): ReadonlySet<string> =>
  new Set(
    (proposal?.steps ?? []).flatMap(({ plan }) =>
      plan === undefined ? [] : plan.targets.map(({ uid }) => `${splitUse(plan.use).source} ${uid}`),
    ),
  );

/** True if a run has answered the relapse of another one: it acted after it, for the same purpose or on the same object. */
const answers = (run: RunView, relapsed: RunView): boolean => {
  const actedAt = lastActOf(run);
  if (actedAt === undefined || actedAt < (relapsedAt(relapsed) ?? Number.NEGATIVE_INFINITY)) return false;
  if (run.proposal?.undoes !== undefined && run.proposal.undoes === relapsed.proposal?.run) return true;
  if (run.runbook.id === relapsed.runbook.id) return true;
  const targets = targetsOf(relapsed);
  return [...targetsOf(run)].some((target) => targets.has(target));
};

const memoized = memoizePerObject<readonly RunView[]>();

/**
 * The runs of this session that have relapsed, newest first, whatever ran since. A run that acted later with the same runbook,
 * on the same object, or as the undo, answers the relapse.
 */
const openRelapses = (view: RenderContext): readonly RunView[] => {
  const { endedRuns } = liveContext(view).cockpit;
  return memoized(endedRuns, [], () =>
    endedRuns.filter(
      (run, index) =>
        run.relapsed === true && !endedRuns.slice(0, index).some((later) => answers(later, run)),
    ),
  );
};

/** The row of Runs that a relapse leads to: the newest relapsed run. */
export const relapseRow = (view: RenderContext): string | undefined => openRelapses(view)[0]?.proposal?.run;

const goToNext = ({ model, view, pane, rows, index, notify }: KeyContext): void => {
  const open = new Set(openRelapses(view).map(({ proposal }) => proposal?.run));
  const position = rows.findIndex(({ key }, place) => place > index && open.has(key));
  const next = position === -1 ? rows.findIndex(({ key }) => open.has(key)) : position;
  const row = rows[next];
  if (row === undefined) notify('the relapsed run is not in the list: clear the filter');
  else updatePane(model, pane.id, { cursor: { key: row.key, index: next } });
};

/** Moves to the next run whose relapse nothing has answered yet. */
export const nextRelapseKey: Binding = {
  id: 'run.relapsed',
  keys: [']'],
  description: 'go to the next relapsed run of this session',
  whyNot: ({ view }) => (openRelapses(view).length === 0 ? 'no run of this session has relapsed' : undefined),
  run: goToNext,
};

/** The mark of the relapsed runs of this session, with the key that leads to the newest one: it stays until they are answered. */
export const relapseMarks = (view: RenderContext): readonly StatusMark[] => {
  const { cockpit } = liveContext(view);
  const relapses = openRelapses(view);
  const [newest] = relapses;
  if (newest === undefined) return [];
  const count = relapses.length === 1 ? '' : `${relapses.length} `;
  const name =
    relapses.length === 1 && view.columns >= roomyHeader ? ` ${view.pen.cut(newest.runbook.id, 24)}` : '';
  return [{ text: ` ${count}RELAPSED${name}, ${boundKey(cockpit, 'pane.U', 'U')} `, role: 'crit' }];
};
