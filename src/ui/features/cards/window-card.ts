import type { Millis } from '../../../domain/base/fault.ts';
import { callText, type Plan } from '../../../domain/runbooks/operation.ts';
import { pluralize } from '../../../domain/text/count-text.ts';
import type { RunView } from '../../../store/cockpit.ts';
import {
  type Card,
  type CardLine,
  cardEdgeRole,
  cardInnerWidth,
  dangerLabel,
  shortList,
  truncateList,
} from '../../kit/components/card.ts';
import { columnsEntry, columnsValueCells } from '../../kit/components/card-columns.ts';
import { zonedCard, zoneRule } from '../../kit/components/card-zones.ts';
import { renderGauge } from '../../kit/components/gauge.ts';
import type { StyledLine } from '../../kit/text/line.ts';
import { widthOf } from '../../kit/text/width.ts';
import type { RenderContext } from '../../shell/contract/render-context.ts';
import { findRunEvent } from '../run-words/run-text.ts';
import { pinnedTargets, targetEntries } from './affects-zone.ts';
import { wordedRows } from './marked-rows.ts';
import { briefCalls } from './will-do-zone.ts';

/** The remaining time as a shrinking bar; empty with reduced motion, because the seconds are shown anyway. */
const countdown = (view: RenderContext, left: Millis, total: Millis): readonly StyledLine[] =>
  view.cockpit.settings.motion === 'reduced' || total === 0
    ? []
    : [renderGauge(view.pen, left / total, cardInnerWidth(view), 'warn')];

/** Rows of one call in the cancel window. A longer one keeps its beginning, which says what it does, and its end. */
const windowCallRows = 3;

/** Steps that the cancel window names, on any screen. */
const windowSteps = 3;

/** Texts under one word: the first few, and how many more there are. No key shows those: any key cancels. */
const fewTexts = (view: RenderContext, word: string, texts: readonly string[]): readonly StyledLine[] => {
  const { pen } = view;
  const shown = truncateList(texts, shortList(view));
  const more = texts.length - shown.length;
  const room = cardInnerWidth(view) - 10;
  // Words move whole to the next row, so a part of the room stays unused.
  const most = Math.floor((windowCallRows - 0.5) * room);
  return [
    ...shown.flatMap((text, index) =>
      wordedRows(view, [pen.run(index === 0 ? word : '', 'faint')], pen.cutInside(text, most)),
    ),
    ...(more === 0 ? [] : wordedRows(view, [], `${more} more`, 'faint')),
  ];
};

/** Targets of one name and state in a row each, the first few of them. */
const windowTargets = (view: RenderContext, plans: readonly Plan[]): readonly CardLine[] => {
  const { pen } = view;
  const rows = targetEntries(view, pinnedTargets(plans), false);
  const shown = truncateList(rows, shortList(view));
  const more = rows.length - shown.length;
  if (rows.length === 0) return [];
  return [
    zoneRule(pen, 'Affects', more === 0 ? '' : `${more} more`),
    ...shown.flatMap((entry) => entry.rows),
  ];
};

/** The steps with their calls, and the targets, of what is sent after the cancel window. Calls that the steps do not show whole follow. */
const windowCallLines = (
  view: RenderContext,
  { proposal }: RunView,
  ids: readonly string[] | undefined,
): readonly CardLine[] => {
  const { pen } = view;
  const steps = (proposal?.steps ?? []).filter(
    ({ id, plan }) => plan !== undefined && (ids === undefined || ids.includes(id)),
  );
  const shown = truncateList(steps, windowSteps);
  const plans = steps.flatMap(({ plan }) => plan ?? []);
  // The calls of a single step have room below it; those of several are short.
  const isBrief = (plan: Plan): boolean =>
    steps.length > 1 || widthOf(briefCalls(plan.calls)) <= columnsValueCells(view, '');
  const long = plans.filter((plan) => !isBrief(plan)).flatMap(({ calls }) => calls);
  return [
    ...shown.flatMap(({ title, plan }, index) =>
      columnsEntry(view, {
        mark: [pen.run(`${index + 1}`.padEnd(3), 'faint')],
        left: title,
        right: plan !== undefined && isBrief(plan) ? briefCalls(plan.calls) : '',
      }),
    ),
    ...(shown.length === steps.length
      ? []
      : [[pen.run(`   ${pluralize(steps.length - shown.length, 'more step')}`, 'faint')]]),
    ...fewTexts(view, 'call', long.map(callText)),
    ...windowTargets(view, plans),
  ];
};

/** Renders the cancel window: it is directly before the call, and shows the target and the call. */
export const renderCancelWindowCard = (view: RenderContext, run: RunView): Card => {
  const { pen, now } = view;
  const { endsAt = now, steps } = findRunEvent(run, 'window') ?? {};
  const left = Math.max(0, endsAt - now);
  const total = run.proposal?.gate.windowMs ?? left;
  const hasActed = run.events.some(({ event }) => event === 'acted');
  return zonedCard(view, {
    edge: cardEdgeRole(run.proposal?.danger),
    frame: 'double',
    title: [pen.run('Sending in ', 'bold'), pen.run(`${Math.ceil(left / 1000)} s`, 'warn')],
    right: dangerLabel(pen, run.proposal?.danger),
    head: countdown(view, left, total),
    body: [
      [
        pen.run(hasActed ? 'Earlier calls were sent.' : 'Nothing has been sent.', 'bold'),
        pen.run('  Any key cancels.'),
      ],
      ...windowCallLines(view, run, steps),
    ],
    rule: { rule: 'zone', title: [pen.run('any key', 'key'), pen.run(' cancel', 'bold')], note: [] },
    foot: [],
  });
};
