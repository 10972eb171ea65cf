import { defined } from '../../../domain/base/defined.ts';
import type { Millis } from '../../../domain/base/fault.ts';
import type { VerifyStep } from '../../../domain/runbooks/runbook.ts';
import { withReadableTitles } from '../../../domain/runbooks/runbook.ts';
import type { CheckState } from '../../../domain/runs/run.ts';
import { formatAge, formatDuration } from '../../../domain/text/duration.ts';
import type { RunView } from '../../../store/cockpit.ts';
import { type ColumnsEntry, columnsEntry, columnsValueCells } from '../../kit/components/card-columns.ts';
import type { CardZone } from '../../kit/components/card-zones.ts';
import { renderGauge } from '../../kit/components/gauge.ts';
import { lineWidth, type StyledLine } from '../../kit/text/line.ts';
import { widthOf } from '../../kit/text/width.ts';
import type { TextRole } from '../../kit/theme/roles.ts';
import type { RenderContext } from '../../shell/contract/render-context.ts';
import { findRunEvent } from '../run-words/run-text.ts';
import { briefReason } from './brief-values.ts';
import { withReadableTimes } from './readable-text.ts';

/** Progress of a run. `waited`: it ran to its end, so an unmet condition is disproved, not merely pending. */
interface VerificationState {
  readonly ended: boolean;
  readonly waited: boolean;
  readonly isRecovered: boolean;
  /** The end of the verification, on the clock of the view. Absent: it goes on. */
  readonly endedAt?: Millis;
  /** The readings just before the first action, by the id of the check. */
  readonly before: ReadonlyMap<string, CheckState>;
}

const holdCells = 16;
/** Fewer cells of a bar say nothing: without room for them only its time is shown. */
const leastHoldCells = 6;
/** Widest value beside the bar of a check that holds; a wider one gives way. */
const mostValueCells = 24;
/** Widest value with the one before it. */
const mostCourseCells = 34;

const heldMs = (view: RenderContext, state: CheckState, { endedAt }: VerificationState): Millis =>
  state.holdsSince === undefined ? 0 : (endedAt ?? view.now) - state.holdsSince;

/** 'down → up': the reading before the action and the one of now; the latter alone where both are the same, or too long for a row. */
const courseOf = (
  view: RenderContext,
  state: CheckState,
  { before, ended }: VerificationState,
  role: TextRole,
): StyledLine => {
  const { pen } = view;
  const now = briefReason(withReadableTimes(view, state.why), state.title);
  const first = before.get(state.id);
  const then = first === undefined ? '' : briefReason(withReadableTimes(view, first.why), first.title);
  if (!ended && now === '' && widthOf(then) <= mostValueCells)
    return then === '' ? [] : [pen.run(then, 'faint')];
  const isTold = !ended && then !== '' && now !== '' && then !== now;
  if (!isTold || widthOf(then) + widthOf(now) + 3 > mostCourseCells)
    return now === '' ? [] : [pen.run(now, role)];
  return [pen.run(then, 'faint'), pen.run(` ${pen.ascii ? '->' : '→'} `, 'faint'), pen.run(now, role)];
};

const holdingEntry = (
  view: RenderContext,
  state: CheckState,
  forMs: Millis,
  verification: VerificationState,
): Omit<ColumnsEntry, 'left'> => {
  const { pen } = view;
  const { ended, isRecovered } = verification;
  const held = heldMs(view, state, verification);
  const course = courseOf(view, state, verification, ended ? 'faint' : 'ok');
  const text = `held ${formatAge(held)} of ${formatDuration(forMs)}`;
  if (isRecovered || held >= forMs) {
    // Of a run that has ended, the readings that prove it are a value, not a level.
    const right = state.why === '' && forMs > 0 && ended ? `held for ${formatDuration(forMs)}` : course;
    return {
      mark: [pen.glyph('done', 'ok')],
      right,
      rightRole: ended ? 'faint' : 'ok',
      end: ended ? '' : 'holds',
    };
  }
  // Of a run that was stopped: it did not hold for the required time.
  if (ended)
    return { mark: [pen.glyph('unknown', 'unknown')], right: `not verified, ${text}`, rightRole: 'unknown' };
  const end = `holds ${formatAge(held)} of ${formatDuration(forMs)}`;
  const room = columnsValueCells(view, end) - 1;
  const value = lineWidth(course) > mostValueCells ? [] : course;
  const cells = Math.min(holdCells, room - (value.length === 0 ? 0 : lineWidth(value) + 3));
  const gauge =
    cells < leastHoldCells ? [] : renderGauge(pen, forMs === 0 ? undefined : held / forMs, cells, 'key');
  const right = [...value, ...(value.length === 0 || gauge.length === 0 ? [] : [pen.run('   ')]), ...gauge];
  return { mark: [pen.glyph('loading', 'key')], right, end };
};

const checkEntry = (
  view: RenderContext,
  state: CheckState,
  spec: VerifyStep | undefined,
  verification: VerificationState,
): Omit<ColumnsEntry, 'left'> => {
  const { pen } = view;
  const { ended, waited } = verification;
  if (state.value === 'true') return holdingEntry(view, state, spec?.forMs ?? 0, verification);
  if (ended) {
    const level = waited && state.value === 'false' ? 'crit' : 'unknown';
    const right = withReadableTimes(view, state.why);
    return { mark: [pen.glyph(level, level)], right, rightRole: level, wraps: true };
  }
  const role = state.value === 'false' ? 'crit' : 'unknown';
  const course = courseOf(view, state, verification, role);
  return {
    mark: [pen.glyph('off', 'faint')],
    // A course is short, a single reading may need more rows.
    right: course.length > 1 ? course : (course[0]?.text ?? ''),
    rightRole: role,
    end: spec === undefined ? '' : `within ${formatDuration(spec.withinMs)}`,
    wraps: true,
  };
};

/** The states of the verification; before the first reading, their titles only. Empty where a run has none. */
const statesOf = (run: RunView): readonly { readonly state: CheckState; readonly spec?: VerifyStep }[] => {
  const { verify } = run.runbook;
  const specs =
    verify === 'none' || run.proposal?.undoes !== undefined ? [] : withReadableTitles(verify, run.params);
  const states = (findRunEvent(run, 'relapsed') ?? findRunEvent(run, 'verifying'))?.proofs;
  if (states === undefined && run.stage === 'ended') return [];
  const notYet = specs.map(({ id, title }): CheckState => ({ id, title, value: 'unknown', why: '' }));
  return (states ?? notYet).map((state) => {
    const spec = specs.find(({ id }) => id === state.id);
    return spec === undefined ? { state } : { state, spec };
  });
};

/** The zone of the verification: each check with its value and its progress, and how many hold. */
export const proofZone = (view: RenderContext, run: RunView): CardZone => {
  const end = findRunEvent(run, 'ended');
  const verification: VerificationState = {
    ended: run.stage === 'ended',
    waited: end !== undefined && end.ending !== 'cancelled',
    isRecovered: end?.ending === 'recovered',
    ...defined({ endedAt: end?.at }),
    before: new Map((findRunEvent(run, 'before')?.proofs ?? []).map((state) => [state.id, state])),
  };
  const states = statesOf(run);
  const holding = states.filter(
    ({ state, spec }) =>
      state.value === 'true' &&
      (verification.isRecovered || heldMs(view, state, verification) >= (spec?.forMs ?? 0)),
  ).length;
  return {
    title: 'Proof',
    note: states.length === 0 ? '' : `${holding} of ${states.length} ${holding === 1 ? 'holds' : 'hold'}`,
    entries: states.map(({ state, spec }) => {
      const { mark = [], ...entry } = checkEntry(view, state, spec, verification);
      return {
        rows: columnsEntry(view, { ...entry, mark: [...mark, view.pen.run(' ')], left: state.title }),
        isKept: state.value !== 'true',
      };
    }),
  };
};
