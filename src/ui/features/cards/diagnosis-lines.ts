import type { Millis } from '../../../domain/base/fault.ts';
import { pluralize } from '../../../domain/text/count-text.ts';
import { formatAge } from '../../../domain/text/duration.ts';
import { formatLatency } from '../../../domain/text/format.ts';
import type { RunView } from '../../../store/cockpit.ts';
import { cardInnerWidth, truncateList } from '../../kit/components/card.ts';
import type { CardZone } from '../../kit/components/card-zones.ts';
import { justifyLine, type StyledLine, type StyledRun } from '../../kit/text/line.ts';
import type { RenderContext } from '../../shell/contract/render-context.ts';
import { faultStyle } from '../../shell/state/fault-text.ts';
import { markedRows } from './marked-rows.ts';

type Step = RunView['diagnosis'][string];

/** Lines of output per check before `tab` expands them. */
const shortly = 2;
/** Indents output to the text of its check: the mark and a blank. */
const inset = '  ';

const faultLines = (view: RenderContext, step: Step): readonly StyledLine[] =>
  step.faults.flatMap((fault) => {
    const { glyph, role } = faultStyle(fault.kind);
    return markedRows(view, view.pen.glyph(glyph, role), `${fault.source}: ${fault.message}`, {
      role,
      inset: inset.length,
    });
  });

/** While a check runs, shows its newest lines; when it is done, its first. */
const outputLines = (view: RenderContext, { lines, done }: Step, all: boolean): readonly StyledLine[] => {
  const { pen } = view;
  const few = done ? truncateList(lines, shortly) : lines.slice(-shortly);
  const shown = all ? lines.flatMap((text) => pen.wrap(text, cardInnerWidth(view) - inset.length)) : few;
  const labeled = shown.map((text): StyledLine => [pen.run(inset + text, 'faint')]);
  const more = all ? 0 : lines.length - shown.length;
  const rest = `${inset}${pluralize(more, 'more line')} · tab shows all`;
  return more > 0 ? [...labeled, [pen.run(rest, 'faint')]] : labeled;
};

const timeOf = ({ since, endedAt, done }: Step, now: Millis): string => {
  if (since === undefined) return '';
  if (!done) return formatAge(now - since);
  return endedAt === undefined ? '' : formatLatency(endedAt - since);
};

type Answer = 'waiting' | 'unknown' | 'false' | 'fine';

const answerOf = (step: Step, isExpression: boolean): Answer => {
  if (!step.done) return 'waiting';
  const [result = ''] = isExpression ? step.lines : [];
  if (step.faults.length > 0 || result.startsWith('unknown')) return 'unknown';
  return result.startsWith('false') ? 'false' : 'fine';
};

/** The mark of a check: an expression that does not hold is answered, but it must not look as if it held. */
const markOf = ({ pen }: RenderContext, step: Step, isExpression: boolean): StyledRun => {
  const marks: Readonly<Record<Answer, () => StyledRun>> = {
    waiting: () => pen.glyph('loading', 'loading'),
    unknown: () => pen.glyph('unknown', 'unknown'),
    false: () => pen.glyph('off', 'stale'),
    fine: () => pen.glyph('ok', 'ok'),
  };
  return marks[answerOf(step, isExpression)]();
};

const titleLine = (view: RenderContext, step: Step, isExpression: boolean): StyledLine => {
  const { pen, now } = view;
  const time = timeOf(step, now);
  const mark = markOf(view, step, isExpression);
  const left = [mark, pen.run(` ${step.title}`, step.done ? 'plain' : 'loading')];
  return time === ''
    ? left
    : justifyLine(left, [pen.run(` ${time}`, 'faint')], cardInnerWidth(view), 'plain', pen.ellipsis);
};

const expressionsIn = ({ runbook }: RunView): ReadonlySet<string> =>
  new Set(runbook.diagnose.flatMap(({ id, that }) => (that === undefined ? [] : [id])));

/** '4 checks, 1 false': the zone in a few words, for a card without room for it. */
export const checksInWords = (run: RunView): string => {
  const expressions = expressionsIn(run);
  const answers = Object.entries(run.diagnosis).map(([id, step]) => answerOf(step, expressions.has(id)));
  const counts = (['false', 'unknown'] as const).flatMap((answer) => {
    const count = answers.filter((other) => other === answer).length;
    return count === 0 ? [] : [`${count} ${answer}`];
  });
  return [pluralize(answers.length, 'check'), ...counts].join(', ');
};

/** The zone of the read-only steps, as they arrive. A card shows them before the run is confirmed. */
export const diagnosisZone = (view: RenderContext, run: RunView, all: boolean): CardZone => {
  const expressions = expressionsIn(run);
  const checks = Object.entries(run.diagnosis);
  // Answers first: what folds below them is the output that they are read from.
  const steps = [
    ...checks.filter(([id]) => expressions.has(id)),
    ...checks.filter(([id]) => !expressions.has(id)),
  ];
  const done = steps.filter(([, step]) => step.done).length;
  return {
    title: 'Checks',
    note: done === steps.length ? '' : `${done} of ${steps.length} done`,
    entries: steps.map(([id, step]) => ({
      rows: [
        titleLine(view, step, expressions.has(id)),
        ...faultLines(view, step),
        ...outputLines(view, step, all),
      ],
    })),
  };
};
