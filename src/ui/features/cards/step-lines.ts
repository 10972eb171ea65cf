import type { PlannedStep } from '../../../domain/runs/proposal.ts';
import { pluralize } from '../../../domain/text/count-text.ts';
import { formatAge, formatDuration } from '../../../domain/text/duration.ts';
import { formatLatency } from '../../../domain/text/format.ts';
import type { RunView } from '../../../store/cockpit.ts';
import { truncateList } from '../../kit/components/card.ts';
import { type ColumnsEntry, columnsEntry } from '../../kit/components/card-columns.ts';
import type { CardEntry } from '../../kit/components/card-zones.ts';
import type { StyledRun } from '../../kit/text/line.ts';
import type { RenderContext } from '../../shell/contract/render-context.ts';
import { filterRunEvents, type RunEventOf } from '../run-words/run-text.ts';
import { briefRequest } from './brief-values.ts';
import { stepNotesLines } from './notes-lines.ts';
import { textInWords } from './readable-text.ts';
import { briefCalls } from './will-do-zone.ts';

const plannedOf = ({ proposal }: RunView, id: string): PlannedStep | undefined =>
  proposal?.steps.find((step) => step.id === id);

/** '2 of 5 · Restart billing-1': loop iteration and step title. */
const nameOf = (planned: PlannedStep | undefined, title: string): string =>
  planned?.each === undefined ? title : `${planned.each.nth} of ${planned.each.of} · ${title}`;

const entryOf = (
  view: RenderContext,
  mark: StyledRun,
  row: Omit<ColumnsEntry, 'mark'>,
  isKept = false,
): CardEntry => ({ rows: columnsEntry(view, { ...row, mark: [mark, view.pen.run(' ')] }), isKept });

/** A started step: what was sent, the answer, and how long it took. */
const stepEntry = (view: RenderContext, run: RunView, acting: RunEventOf<'acting'>): CardEntry => {
  const { pen, now } = view;
  const { step, at } = acting;
  const planned = plannedOf(run, step);
  const left = nameOf(planned, acting.title);
  const acted = filterRunEvents(run, 'acted').findLast((event) => event.step === step);
  if (acted === undefined && run.isElsewhere !== true && (run.stage === 'ended' || run.past === true))
    return entryOf(
      view,
      pen.glyph('unknown', 'unknown'),
      { left, right: 'did not finish', rightRole: 'unknown' },
      true,
    );
  if (acted === undefined) {
    const limit = planned?.timeoutMs === undefined ? '' : ` of ${formatDuration(planned.timeoutMs)}`;
    const right = briefCalls(planned?.plan?.calls ?? []);
    return entryOf(view, pen.glyph('loading', 'key'), {
      ...{ left, right, rightRole: 'faint' },
      end: `${formatAge(now - at)}${limit}`,
    });
  }
  const end = formatLatency(acted.at - at);
  // The requests are in the output; of a failure the card shows everything.
  return acted.ok
    ? entryOf(view, pen.glyph('done', 'ok'), {
        left,
        right: textInWords(view, acted.brief ?? briefRequest(acted.result)),
        end,
      })
    : entryOf(
        view,
        pen.glyph('crit', 'crit'),
        { left, right: textInWords(view, acted.result), rightRole: 'crit', end, wraps: true },
        true,
      );
};

/** A manual step, or a question whether to continue. */
const askedEntry = (view: RenderContext, run: RunView, question: RunEventOf<'ticking'>): CardEntry => {
  const { pen } = view;
  const isQuestion = question.ask === true;
  const ticked = filterRunEvents(run, 'ticked').find(
    (event) => event.step === question.step && event.at >= question.at,
  );
  if (ticked === undefined) {
    const right = isQuestion ? 'proceed?' : 'this step is manual, and waits for you';
    const { rows } = entryOf(view, pen.glyph('chosen', 'key'), {
      ...{ left: question.title, role: 'bold', right, rightRole: 'key' },
    });
    return { rows: [...rows, ...stepNotesLines(view, plannedOf(run, question.step))], isKept: true };
  }
  const done = isQuestion ? 'continued' : 'done by hand';
  const stopped = isQuestion ? 'stopped here' : 'not done';
  return entryOf(view, pen.glyph(ticked.done ? 'done' : 'warn', ticked.done ? 'ok' : 'warn'), {
    left: question.title,
    right: ticked.done ? done : stopped,
    rightRole: ticked.done ? 'faint' : 'warn',
  });
};

/** Shows a pause while it lasts. */
const pauseEntries = (
  view: RenderContext,
  run: RunView,
  paused: RunEventOf<'paused'>,
): readonly CardEntry[] => {
  const { pen, now } = view;
  const left = paused.endsAt - now;
  if (run.stage === 'ended' || run.events.at(-1) !== paused || left <= 0) return [];
  const planned = plannedOf(run, paused.step);
  const before = nameOf(planned, planned?.title ?? paused.step);
  return [
    entryOf(view, pen.glyph('loading', 'key'), {
      left: `pause before ${before}`,
      end: `${Math.ceil(left / 1000)}s left`,
    }),
  ];
};

/** Number of pending steps shown. */
const stepsToCome = 2;

/** The steps to come: the next ones, and how many more. */
export const pendingSteps = (view: RenderContext, run: RunView): readonly CardEntry[] => {
  const { pen } = view;
  const begun = new Set(
    run.events.flatMap((event) =>
      event.event === 'acting' || event.event === 'ticking' ? [event.step] : [],
    ),
  );
  const coming = (run.proposal?.steps ?? []).filter(({ id }) => !begun.has(id));
  const shown = truncateList(coming, stepsToCome);
  const entries = shown.map((step) =>
    entryOf(view, pen.glyph('off', 'faint'), {
      left: nameOf(step, step.title),
      role: 'stale',
      right: step.manual ? 'manual step' : briefCalls(step.plan?.calls ?? []),
      rightRole: 'stale',
    }),
  );
  const more = coming.length - shown.length;
  return more === 0
    ? entries
    : [...entries, { rows: [[pen.run(`  and ${pluralize(more, 'more step')}`, 'faint')]] }];
};

/** The gates, where they say more than that all of them have let the run pass. */
const gateEntries = (view: RenderContext, { passed, why }: RunEventOf<'gated'>): readonly CardEntry[] => {
  const { pen } = view;
  if (passed && why === 'all gates passed') return [];
  return [
    entryOf(view, pen.glyph(passed ? 'done' : 'crit', passed ? 'ok' : 'crit'), {
      left: passed ? 'Gates passed' : 'Gates',
      right: why,
      rightRole: passed ? 'faint' : 'crit',
      wraps: true,
    }),
  ];
};

/** The gate and every started step, in order. */
export const startedSteps = (view: RenderContext, run: RunView): readonly CardEntry[] => {
  return run.events.flatMap((event): readonly CardEntry[] => {
    switch (event.event) {
      case 'gated':
        return gateEntries(view, event);
      case 'acting':
        return [stepEntry(view, run, event)];
      case 'ticking':
        return [askedEntry(view, run, event)];
      case 'paused':
        return pauseEntries(view, run, event);
      default:
        return [];
    }
  });
};
