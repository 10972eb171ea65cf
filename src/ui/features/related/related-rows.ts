import { type Level, levelRank } from '../../../domain/facts/level.ts';
import type { PaneId } from '../../kit/components/cursor.ts';
import { renderSectionRule } from '../../kit/components/section-rule.ts';
import { justifyLine, type StyledLine } from '../../kit/text/line.ts';
import type { Pane } from '../../shell/contract/pane.ts';
import type { PaneRow } from '../../shell/contract/pane-row.ts';
import type { RenderContext } from '../../shell/contract/render-context.ts';
import { ruleLook } from '../../shell/layout/rule-look.ts';
import { boundKey } from '../../shell/state/keys-in-text.ts';
import { memoizePerObject } from '../../shell/state/memoize.ts';
import { relatedTargets } from './targets.ts';

/** In place of the key of a pane that has none. */
const noKey = ' ';

/** A related row with a problem, or all related rows of a pane that are OK. */
interface RelatedRow {
  /** The key of its pane. */
  readonly key: string;
  readonly level: Level;
  readonly name: string;
  readonly state: string;
}

/** The beginning of a problem, up to its limit or its explanation. */
const briefState = (text: string): string => (text.split(/ · |, limit|: /, 1)[0] ?? '').trim();

/** The problem of a row of a pane in short. */
const stateOf = (view: RenderContext, pane: Pane, key: string): string => {
  const finding = pane.problems(view).find(({ row }) => row.key === key);
  return finding === undefined ? '' : briefState(finding.describe(view));
};

/** The related rows of other panes: those with problems, the worst first, then the number of those that are OK by pane. */
const select = (view: RenderContext, from: Pane, row: PaneRow): readonly RelatedRow[] => {
  const panes = new Map(view.features.panes.ofEnvironment().map((pane) => [pane.id, pane]));
  const rows = relatedTargets(view, from, row).flatMap(({ to, level, text }) => {
    const pane = to.is === 'row' && to.pane !== from.id ? panes.get(to.pane) : undefined;
    if (pane === undefined || level === undefined || to.is !== 'row') return [];
    return [{ pane, level, text, key: to.key }];
  });
  const problems = rows
    .filter(({ level }) => level !== 'ok')
    .toSorted((a, b) => levelRank[b.level] - levelRank[a.level]);
  const ok = Map.groupBy(
    rows.filter(({ level }) => level === 'ok'),
    ({ pane }) => pane,
  );
  return [
    ...problems.map(({ pane, level, text, key }) => ({
      key: pane.key ?? noKey,
      level,
      name: text,
      state: stateOf(view, pane, key),
    })),
    ...[...ok].map(([pane, members]) => ({
      key: pane.key ?? noKey,
      level: 'ok' as const,
      name: pane.title,
      state: `${members.length} ok`,
    })),
  ];
};

const memoized = memoizePerObject<readonly RelatedRow[]>();

/** Most rows; the key of related objects lists all. */
const mostRows = 8;
/** A blank line and the rule. */
const headLines = 2;
/** A state takes at most this share of a line. */
const stateShare = 0.5;

/** Renders the rows of other panes that are related to an opened row, in at most `height` lines; none without one. */
export const renderRelatedRows = (
  view: RenderContext,
  pane: PaneId,
  row: PaneRow,
  { width, height }: { readonly width: number; readonly height: number },
): readonly StyledLine[] => {
  const { pen, own, cockpit } = view;
  if (own === undefined || height <= headLines) return [];
  const from = view.features.panes.byId(pane);
  const rows = memoized(own.snapshot, [pane, row.key], () => select(view, from, row));
  if (rows.length === 0) return [];
  const look = ruleLook(view);
  const note = [pen.run(boundKey(cockpit, 'related', 'I'), 'key'), pen.run(' follows one', 'faint')];
  return [
    [],
    renderSectionRule(pen, { title: [pen.run('Related', 'bold')], note, look, role: look.focused }, width),
    ...rows
      .slice(0, Math.min(mostRows, height - headLines))
      .map(({ key, level, name, state }): StyledLine => {
        const lead: StyledLine = [
          pen.run(` ${key} `, 'key'),
          pen.glyph(level, level),
          pen.run(` ${name}`, level === 'ok' ? 'faint' : 'plain'),
        ];
        const end = pen.cut(state, Math.floor(width * stateShare));
        return justifyLine(lead, [pen.run(` ${end} `, 'faint')], width, 'plain', pen.ellipsis);
      }),
  ];
};
