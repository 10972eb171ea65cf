import type { Plan } from '../../../domain/runbooks/operation.ts';
import type { BlastRadius, Proposal } from '../../../domain/runs/proposal.ts';
import { pluralize } from '../../../domain/text/count-text.ts';
import { formatClockTime, formatCount } from '../../../domain/text/format.ts';
import { cardInnerWidth } from '../../kit/components/card.ts';
import { columnsEntry } from '../../kit/components/card-columns.ts';
import type { CardEntry, CardZone } from '../../kit/components/card-zones.ts';
import { lineWidth, type StyledLine } from '../../kit/text/line.ts';
import type { RenderContext } from '../../shell/contract/render-context.ts';
import { wordedRows } from './marked-rows.ts';
import { withReadableTimes } from './readable-text.ts';

const knownOf = ({
  objects,
  share,
  otherShares = [],
  connections,
  requestsPerSecond,
  lowerBounds = [],
}: BlastRadius): readonly string[] => [
  pluralize(objects, 'object'),
  ...[share ?? [], otherShares]
    .flat()
    .map(({ part, whole, of }) => `${formatCount(part)} of ${formatCount(whole)} ${of}`),
  ...(connections === undefined
    ? []
    : [`${lowerBounds.includes('connections') ? '≥' : ''}${pluralize(connections, 'live connection')}`]),
  ...(requestsPerSecond === undefined
    ? []
    : [
        `${lowerBounds.includes('requestsPerSecond') ? '≥' : ''}${formatCount(Math.round(requestsPerSecond * 10) / 10)} requests/s`,
      ]),
];

/** Names of the unknown figures. Unknown is not 0. */
const unknownOf = ({ share, connections, requestsPerSecond }: BlastRadius): readonly string[] => [
  ...(share === undefined ? ['share'] : []),
  ...(connections === undefined ? ['connections'] : []),
  ...(requestsPerSecond === undefined ? ['requests/s'] : []),
];

/** 'impact    2 objects · 3 of 20 connections' and 'unknown: requests/s': the blast radius, never hidden. */
const impactEntries = (view: RenderContext, { blast, steps }: Proposal): readonly CardEntry[] => {
  const { pen } = view;
  if (steps.every(({ plan }) => plan === undefined)) return [];
  const word: StyledLine = [pen.run('impact', 'faint')];
  if (blast === undefined) return [{ rows: wordedRows(view, word, 'unknown', 'unknown'), isKept: true }];
  const known = wordedRows(view, word, knownOf(blast).join(' · '));
  const unknown = unknownOf(blast);
  if (unknown.length === 0) return [{ rows: known, isKept: true }];
  const text = pen.run(`unknown: ${unknown.join(', ')}`, 'unknown');
  const beside: StyledLine = [...known.flat(), pen.run(' · '), text];
  const rows =
    known.length === 1 && lineWidth(beside) <= cardInnerWidth(view)
      ? [beside]
      : [...known, ...wordedRows(view, [], text.text, 'unknown')];
  return [{ rows, isKept: true }];
};

/** Aliases of this card's objects on the rest of a shared screen. */
const aliasesOf = ({ pen }: RenderContext, { names }: Proposal): readonly string[] =>
  names.flatMap((name) => {
    const alias = pen.aliasOf(name);
    return alias === name ? [] : [`${name} is shown as ${alias} elsewhere on this screen`];
  });

/** 'psp  OPEN    billing-0, http://10.4.0.7:8081/actuator': a target, its state when it was pinned, and its place. */
const targetEntry = (
  view: RenderContext,
  { name, saw, where }: Plan['targets'][number],
  wraps: boolean,
): CardEntry => {
  const place = where === '' || where === name ? '' : where;
  return {
    rows: columnsEntry(view, {
      left: `${name}  ${withReadableTimes(view, saw)}`,
      role: 'bold',
      right: place,
      wraps,
    }),
  };
};

/** Columns of a screen on which no place is cut. */
const wide = 100;

/** The object of a place: 'bus-0' of 'bus-0 at http://10.4.0.7:8081' or 'bus-0, http://10.4.0.7:8081', and '10.4.0.7:8081' of an address. */
const shortPlace = (where: string): string =>
  where.replace(/(?: at |, )https?:.*$/, '').replace(/^https?:\/\/([^/]+)\/.*$/, '$1');

/** 'broker  OPEN ×4    bus-0, bus-1, orders-0, orders-1': targets of one name and state are one row; `all` has a row of each. */
export const targetEntries = (
  view: RenderContext,
  targets: readonly Plan['targets'][number][],
  all: boolean,
): readonly CardEntry[] => {
  if (all) return targets.map((target) => targetEntry(view, target, all));
  const alike = [...Map.groupBy(targets, ({ name, saw }) => JSON.stringify([name, saw])).values()];
  return alike.flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    if (group.length === 1) return [targetEntry(view, first, all)];
    const state = `${first.saw} ${view.pen.ascii ? 'x' : '×'}${group.length}`;
    const where = group.map((target) => shortPlace(target.where)).join(', ');
    return [targetEntry(view, { ...first, saw: state, where }, view.columns >= wide)];
  });
};

/** Texts in rows under one word. Values are not cut: what matters in an image is its end. */
const worded = (view: RenderContext, word: string, texts: readonly string[]): readonly CardEntry[] =>
  texts.map((text, index) => ({
    rows: wordedRows(view, [view.pen.run(index === 0 ? word : '', 'faint')], withReadableTimes(view, text)),
    isKept: word === 'alias',
  }));

/** The targets of several plans, each once. */
export const pinnedTargets = (plans: readonly Plan[]): readonly Plan['targets'][number][] => [
  ...new Map(
    plans
      .flatMap((plan) => plan.targets)
      .map((target) => [`${target.name} ${target.uid} ${target.saw}`, target]),
  ).values(),
];

/** The zone of what a run acts on: pinned targets, impact, changed values; with `all` every object. */
export const affectsZone = (view: RenderContext, proposal: Proposal, all: boolean): CardZone => {
  const plans = proposal.steps.flatMap(({ plan }) => plan ?? []);
  const targets = pinnedTargets(plans);
  return {
    title: 'Affects',
    note:
      targets.length === 0
        ? ''
        : `${targets.length === 1 ? 'target' : `${targets.length} targets`} pinned ${formatClockTime(proposal.plannedAt + view.wallOffset)}`,
    entries: [
      ...targetEntries(view, targets, all),
      ...impactEntries(view, proposal),
      ...worded(view, 'alias', aliasesOf(view, proposal)),
      ...worded(
        view,
        'changes',
        plans.flatMap((plan) => plan.changes ?? []),
      ),
      ...(all
        ? worded(
            view,
            'objects',
            plans.flatMap((plan) => plan.objects),
          )
        : []),
    ],
  };
};
