import { ageText, durationText } from '../../../domain/duration.ts';
import type { Millis } from '../../../domain/fault.ts';
import { readableSteps } from '../../../domain/readable.ts';
import type { ProofState } from '../../../domain/run.ts';
import type { VerifyStep } from '../../../domain/runbook.ts';
import type { RunView } from '../../../store/run-types.ts';
import type { Line } from '../../text/run.ts';
import type { View } from '../../view.ts';
import { eventOf } from './progress.ts';
import { told } from './told.ts';

const holdingLines = (view: View, state: ProofState, forMs: Millis, ended: boolean): readonly Line[] => {
  const { pen, now } = view;
  const held = state.holdsSince === undefined ? 0 : now - state.holdsSince;
  const done = ended || held >= forMs;
  return told(view, 'proof', {
    mark: done ? pen.glyph('ok', 'ok') : pen.glyph('loading', 'loading'),
    text: state.title,
    time: done ? '' : `holds ${ageText(held)} of ${durationText(forMs)}`,
  });
};

/** How far the run has come; `waited`: to its end, so that a proof which does not hold is disproved, not only not yet true. */
interface Stand {
  readonly ended: boolean;
  readonly waited: boolean;
}

const proofLine = (
  view: View,
  state: ProofState,
  spec: VerifyStep | undefined,
  { ended, waited }: Stand,
): readonly Line[] => {
  const { pen } = view;
  if (state.value === 'true') return holdingLines(view, state, spec?.forMs ?? 0, ended);
  const text = `${state.title}${state.why === '' ? '' : `: ${state.why}`}`;
  if (ended) {
    const level = waited && state.value === 'false' ? 'crit' : 'unknown';
    return told(view, 'proof', { mark: pen.glyph(level, level), text });
  }
  const time = spec === undefined ? '' : `within ${durationText(spec.withinMs)}`;
  return told(view, 'proof', { mark: pen.glyph('off'), text, time });
};

/** The proofs as they stand; before the first reading, as the runbook names them. */
export const proofLines = (view: View, run: RunView): readonly Line[] => {
  const { verify } = run.runbook;
  const specs =
    verify === 'none' || run.proposal?.undoes !== undefined ? [] : readableSteps(verify, run.params);
  const ended = run.stage === 'ended';
  const waited = eventOf(run, 'ended') !== undefined;
  const states = (eventOf(run, 'relapsed') ?? eventOf(run, 'verifying'))?.proofs;
  if (states === undefined && ended) return [];
  const notYet = specs.map(({ id, title }): ProofState => ({ id, title, value: 'unknown', why: '' }));
  return (states ?? notYet).flatMap((state) =>
    proofLine(
      view,
      state,
      specs.find((spec) => spec.id === state.id),
      { ended, waited },
    ),
  );
};
