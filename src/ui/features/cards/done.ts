import { ageText, durationText } from '../../../domain/duration.ts';
import type { Millis } from '../../../domain/fault.ts';
import { latency } from '../../../domain/format.ts';
import type { PlannedStep } from '../../../domain/proposal.ts';
import type { ProofState } from '../../../domain/run.ts';
import type { VerifyStep } from '../../../domain/runbook.ts';
import { readableSteps } from '../../../domain/runbook.ts';
import type { RunView } from '../../../store/cockpit.ts';
import type { Line } from '../../text/run.ts';
import type { View } from '../../view.ts';
import { firstOf, labelled, told } from './card.ts';
import { type Event, eventOf, eventsOf } from './progress.ts';

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

const plannedOf = ({ proposal }: RunView, id: string): PlannedStep | undefined =>
  proposal?.steps.find((step) => step.id === id);

/** '2 of 5 · Restart billing-1': which turn of a loop it is, and what it does. */
const nameOf = (planned: PlannedStep | undefined, title: string): string =>
  planned?.each === undefined ? title : `${planned.each.nth} of ${planned.each.of} · ${title}`;

const stepLines = (view: View, run: RunView, acting: Event<'acting'>): readonly Line[] => {
  const { pen, now } = view;
  const { step, at } = acting;
  const planned = plannedOf(run, step);
  const title = nameOf(planned, acting.title);
  const acted = eventsOf(run, 'acted').findLast((event) => event.step === step);
  if (acted === undefined && (run.stage === 'ended' || run.past === true))
    return told(view, 'act', {
      mark: pen.glyph('unknown', 'unknown'),
      text: `${title}: it did not come to an end`,
    });
  if (acted === undefined) {
    const limit = planned?.timeoutMs === undefined ? '' : ` of ${durationText(planned.timeoutMs)}`;
    return told(view, 'act', {
      mark: pen.glyph('loading', 'loading'),
      text: title,
      role: 'loading',
      time: `${ageText(now - at)}${limit}`,
    });
  }
  const level = acted.ok ? 'ok' : 'crit';
  const text = acted.result === '' ? title : `${title}: ${acted.result}`;
  const time = latency(acted.at - at);
  return told(view, 'act', { mark: pen.glyph(level, level), text, time, brief: acted.ok });
};

/** A step done by hand, or a point at which the operator is asked whether to go on. */
const askedLines = (view: View, run: RunView, asked: Event<'ticking'>): readonly Line[] => {
  const { pen } = view;
  const label = asked.ask === true ? 'go on?' : 'by hand';
  const no = asked.ask === true ? ': stopped here' : ': not done';
  const ticked = eventsOf(run, 'ticked').find((event) => event.step === asked.step && event.at >= asked.at);
  if (ticked === undefined)
    return told(view, label, { mark: pen.glyph('chosen', 'key'), text: asked.title, role: 'bold' });
  const level = ticked.done ? 'ok' : 'warn';
  return told(view, label, {
    mark: pen.glyph(level, level),
    text: `${asked.title}${ticked.done ? '' : no}`,
  });
};

/** A pause is told as long as it lasts. */
const pauseLines = (view: View, run: RunView, paused: Event<'paused'>): readonly Line[] => {
  const { pen, now } = view;
  const left = paused.endsAt - now;
  if (run.stage === 'ended' || run.events.at(-1) !== paused || left <= 0) return [];
  const planned = plannedOf(run, paused.step);
  const before = nameOf(planned, planned?.title ?? paused.step);
  return told(view, 'pause', {
    mark: pen.glyph('loading', 'loading'),
    text: `before ${before}`,
    role: 'loading',
    time: `${Math.ceil(left / 1000)}s left`,
  });
};

/** Steps of a run that goes on which have not begun yet, told in a few lines. */
const stepsToCome = 2;

export const comingLines = (view: View, run: RunView): readonly Line[] => {
  const { pen } = view;
  const begun = new Set(
    run.events.flatMap((event) =>
      event.event === 'acting' || event.event === 'ticking' ? [event.step] : [],
    ),
  );
  const coming = (run.proposal?.steps ?? []).filter(({ id }) => !begun.has(id));
  const shown = firstOf(coming, stepsToCome);
  const lines = shown.flatMap((step) =>
    told(view, step.manual ? 'by hand' : 'act', {
      mark: pen.glyph('off', 'stale'),
      text: nameOf(step, step.title),
      role: 'stale',
      brief: true,
    }),
  );
  const more = coming.length - shown.length;
  return more === 0 ? lines : [...lines, labelled(pen, '', `   and ${more} more steps`, 'faint')];
};

/** The gate, then every step that has begun, in the order in which they did. */
export const doneLines = (view: View, run: RunView): readonly Line[] => {
  const { pen } = view;
  return run.events.flatMap((event): readonly Line[] => {
    switch (event.event) {
      case 'gated': {
        const level = event.passed ? 'ok' : 'crit';
        return told(view, 'gate', { mark: pen.glyph(level, level), text: event.why });
      }
      case 'acting':
        return stepLines(view, run, event);
      case 'ticking':
        return askedLines(view, run, event);
      case 'paused':
        return pauseLines(view, run, event);
      default:
        return [];
    }
  });
};
