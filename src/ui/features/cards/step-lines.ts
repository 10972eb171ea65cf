import type { Millis } from '../../../domain/base/fault.ts';
import type { VerifyStep } from '../../../domain/runbooks/runbook.ts';
import { withReadableTitles } from '../../../domain/runbooks/runbook.ts';
import type { PlannedStep } from '../../../domain/runs/proposal.ts';
import type { CheckState } from '../../../domain/runs/run.ts';
import { formatAge, formatDuration } from '../../../domain/text/duration.ts';
import { formatLatency } from '../../../domain/text/format.ts';
import type { RunView } from '../../../store/cockpit.ts';
import { cardEventLine, labeledLine, truncateList } from '../../kit/components/card.ts';
import type { StyledLine } from '../../kit/text/line.ts';
import type { RenderContext } from '../../shell/contract/render-context.ts';
import { filterRunEvents, findRunEvent, type RunEventOf } from '../run-words/run-text.ts';
import { stepNotesLines } from './notes-lines.ts';

/** Progress of a run. `waited`: it ran to its end, so an unmet condition is disproved, not merely pending. */
interface VerificationState {
  readonly ended: boolean;
  readonly waited: boolean;
  readonly isRecovered: boolean;
  /** The end of the verification, on the clock of the view. Absent: it goes on. */
  readonly endedAt?: Millis;
}

const holdingLines = (
  view: RenderContext,
  state: CheckState,
  forMs: Millis,
  { ended, endedAt, isRecovered }: VerificationState,
): readonly StyledLine[] => {
  const { pen } = view;
  const held = state.holdsSince === undefined ? 0 : (endedAt ?? view.now) - state.holdsSince;
  const done = isRecovered || held >= forMs;
  // Of a run that was stopped: it did not hold for the required time.
  if (ended && !done)
    return cardEventLine(view, 'verify', {
      mark: pen.glyph('unknown', 'unknown'),
      text: `${state.title}: not verified, held ${formatAge(held)} of ${formatDuration(forMs)}`,
    });
  return cardEventLine(view, 'verify', {
    mark: done ? pen.glyph('ok', 'ok') : pen.glyph('loading', 'loading'),
    text: state.title,
    time: done ? '' : `holds ${formatAge(held)} of ${formatDuration(forMs)}`,
  });
};

const checkLine = (
  view: RenderContext,
  state: CheckState,
  spec: VerifyStep | undefined,
  verification: VerificationState,
): readonly StyledLine[] => {
  const { pen } = view;
  const { ended, waited } = verification;
  if (state.value === 'true') return holdingLines(view, state, spec?.forMs ?? 0, verification);
  const text = `${state.title}${state.why === '' ? '' : `: ${state.why}`}`;
  if (ended) {
    const level = waited && state.value === 'false' ? 'crit' : 'unknown';
    return cardEventLine(view, 'verify', { mark: pen.glyph(level, level), text });
  }
  const time = spec === undefined ? '' : `within ${formatDuration(spec.withinMs)}`;
  return cardEventLine(view, 'verify', { mark: pen.glyph('off'), text, time });
};

/** The state of each verification; before the first reading, their titles only. */
export const verificationLines = (view: RenderContext, run: RunView): readonly StyledLine[] => {
  const { verify } = run.runbook;
  const specs =
    verify === 'none' || run.proposal?.undoes !== undefined ? [] : withReadableTitles(verify, run.params);
  const ended = run.stage === 'ended';
  const end = findRunEvent(run, 'ended');
  const states = (findRunEvent(run, 'relapsed') ?? findRunEvent(run, 'verifying'))?.proofs;
  if (states === undefined && ended) return [];
  const notYet = specs.map(({ id, title }): CheckState => ({ id, title, value: 'unknown', why: '' }));
  return (states ?? notYet).flatMap((state) =>
    checkLine(
      view,
      state,
      specs.find((spec) => spec.id === state.id),
      {
        ended,
        waited: end !== undefined && end.ending !== 'cancelled',
        isRecovered: end?.ending === 'recovered',
        ...(end === undefined ? {} : { endedAt: end.at }),
      },
    ),
  );
};

const plannedOf = ({ proposal }: RunView, id: string): PlannedStep | undefined =>
  proposal?.steps.find((step) => step.id === id);

/** '2 of 5 · Restart billing-1': loop iteration and step title. */
const nameOf = (planned: PlannedStep | undefined, title: string): string =>
  planned?.each === undefined ? title : `${planned.each.nth} of ${planned.each.of} · ${title}`;

const stepLines = (
  view: RenderContext,
  run: RunView,
  acting: RunEventOf<'acting'>,
): readonly StyledLine[] => {
  const { pen, now } = view;
  const { step, at } = acting;
  const planned = plannedOf(run, step);
  const title = nameOf(planned, acting.title);
  const acted = filterRunEvents(run, 'acted').findLast((event) => event.step === step);
  if (acted === undefined && run.isElsewhere !== true && (run.stage === 'ended' || run.past === true))
    return cardEventLine(view, 'act', {
      mark: pen.glyph('unknown', 'unknown'),
      text: `${title}: did not finish`,
    });
  if (acted === undefined) {
    const limit = planned?.timeoutMs === undefined ? '' : ` of ${formatDuration(planned.timeoutMs)}`;
    return cardEventLine(view, 'act', {
      mark: pen.glyph('loading', 'loading'),
      text: title,
      role: 'loading',
      time: `${formatAge(now - at)}${limit}`,
    });
  }
  const level = acted.ok ? 'ok' : 'crit';
  // The requests are in the output below; of a failure the card shows everything.
  const result = acted.ok ? (acted.brief ?? acted.result) : acted.result;
  const text = result === '' ? title : `${title}: ${result}`;
  const time = formatLatency(acted.at - at);
  return cardEventLine(view, 'act', { mark: pen.glyph(level, level), text, time, brief: acted.ok });
};

/** A manual step, or a question whether to continue. */
const askedLines = (
  view: RenderContext,
  run: RunView,
  asked: RunEventOf<'ticking'>,
): readonly StyledLine[] => {
  const { pen } = view;
  const label = asked.ask === true ? 'proceed?' : 'manual';
  const no = asked.ask === true ? ': stopped here' : ': not done';
  const ticked = filterRunEvents(run, 'ticked').find(
    (event) => event.step === asked.step && event.at >= asked.at,
  );
  if (ticked === undefined)
    return [
      ...cardEventLine(view, label, { mark: pen.glyph('chosen', 'key'), text: asked.title, role: 'bold' }),
      ...stepNotesLines(view, plannedOf(run, asked.step)),
    ];
  const level = ticked.done ? 'ok' : 'warn';
  return cardEventLine(view, label, {
    mark: pen.glyph(level, level),
    text: `${asked.title}${ticked.done ? '' : no}`,
  });
};

/** Shows a pause while it lasts. */
const pauseLines = (
  view: RenderContext,
  run: RunView,
  paused: RunEventOf<'paused'>,
): readonly StyledLine[] => {
  const { pen, now } = view;
  const left = paused.endsAt - now;
  if (run.stage === 'ended' || run.events.at(-1) !== paused || left <= 0) return [];
  const planned = plannedOf(run, paused.step);
  const before = nameOf(planned, planned?.title ?? paused.step);
  return cardEventLine(view, 'pause', {
    mark: pen.glyph('loading', 'loading'),
    text: `before ${before}`,
    role: 'loading',
    time: `${Math.ceil(left / 1000)}s left`,
  });
};

/** Number of pending steps shown. */
const stepsToCome = 2;

export const pendingStepLines = (view: RenderContext, run: RunView): readonly StyledLine[] => {
  const { pen } = view;
  const begun = new Set(
    run.events.flatMap((event) =>
      event.event === 'acting' || event.event === 'ticking' ? [event.step] : [],
    ),
  );
  const coming = (run.proposal?.steps ?? []).filter(({ id }) => !begun.has(id));
  const shown = truncateList(coming, stepsToCome);
  const lines = shown.flatMap((step) =>
    cardEventLine(view, step.manual ? 'manual' : 'act', {
      mark: pen.glyph('off', 'stale'),
      text: nameOf(step, step.title),
      role: 'stale',
      brief: true,
    }),
  );
  const more = coming.length - shown.length;
  return more === 0 ? lines : [...lines, labeledLine(pen, '', `   and ${more} more steps`, 'faint')];
};

/** The gate and every started step, in order. */
export const completedStepLines = (view: RenderContext, run: RunView): readonly StyledLine[] => {
  const { pen } = view;
  return run.events.flatMap((event): readonly StyledLine[] => {
    switch (event.event) {
      case 'gated': {
        const level = event.passed ? 'ok' : 'crit';
        return cardEventLine(view, 'gate', { mark: pen.glyph(level, level), text: event.why });
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
