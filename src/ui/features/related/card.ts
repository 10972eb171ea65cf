import { type Card, cardHeading, cardInnerWidth, keyHints } from '../../kit/components/card.ts';
import type { PaneId } from '../../kit/components/cursor.ts';
import {
  type Cursor,
  cursorAt,
  cursorIndexIn,
  initialCursor,
  isCursorTargetGone,
} from '../../kit/components/cursor.ts';
import { visibleWindow } from '../../kit/components/window.ts';
import { justifyLine, type StyledLine } from '../../kit/text/line.ts';
import { levelWords } from '../../kit/theme/glyphs.ts';
import { paneState, updatePane } from '../../shell/contract/model.ts';
import { noOverlay } from '../../shell/contract/overlay.ts';
import type { Binding, KeyContext } from '../../shell/contract/pane.ts';
import type { RenderContext } from '../../shell/contract/render-context.ts';
import { helpKey } from '../../shell/keys/shared-keys.ts';
import { moveCursorToRow, navigateTo } from '../../shell/navigation/navigation.ts';
import { startBlockedReason } from '../../shell/state/blocked-reasons.ts';
import { type RelatedPlace, type RelatedTarget, relatedTargets, rowOfPlace } from './targets.ts';

/** The objects related to a row of a pane. */
interface RelatedOverlay {
  readonly is: 'related';
  readonly pane: PaneId;
  readonly key: string;
  readonly cursor: Cursor;
}

declare module '../../shell/contract/overlay.ts' {
  interface OverlayKinds {
    readonly related: RelatedOverlay;
  }
}

/** The targets of the row that the card was opened for; empty if the row no longer exists. */
const targetsOf = (view: RenderContext, { pane, key }: RelatedOverlay): readonly RelatedTarget[] => {
  const row = rowOfPlace(view, pane, key);
  return row === undefined ? [] : relatedTargets(view, view.features.panes.byId(pane), row);
};

/** Expands the branches above a row, so that it is visible. */
const unfoldTo = ({ model, view }: KeyContext, pane: string, key: string): void => {
  const all = new Map(
    view.features.panes
      .byId(pane)
      .everyRow(view)
      .map((row) => [row.key, row]),
  );
  const above: string[] = [];
  for (let parent = all.get(key)?.treePosition?.parent; parent !== undefined; ) {
    above.push(parent);
    parent = all.get(parent)?.treePosition?.parent;
  }
  if (above.length === 0) return;
  const { expandedKeys = [] } = paneState(model.getState(), pane);
  updatePane(model, pane, { expandedKeys: [...new Set([...expandedKeys, ...above])] });
};

const goTo = (context: KeyContext, overlay: RelatedOverlay, to: RelatedPlace) => {
  const { model, view, commands, notify: say } = context;
  switch (to.is) {
    case 'row':
      unfoldTo(context, to.pane, to.key);
      moveCursorToRow(model, to.pane, to.key);
      if (to.opened === true) updatePane(model, to.pane, { opened: true });
      return navigateTo(model, to.pane);
    case 'filter':
      updatePane(model, to.pane, { filter: to.filter, least: undefined, cursor: initialCursor });
      return navigateTo(model, to.pane);
    case 'logs': {
      const row = rowOfPlace(view, overlay.pane, overlay.key);
      const { logs } = view.features.services;
      const target = logs?.targetOf(view, row, overlay.pane);
      return target === undefined ? say('this row no longer has logs') : logs?.open(context, target);
    }
    case 'runbook': {
      const found = view.cockpit.suggestions.find(({ runbook }) => runbook.id === to.id);
      if (found === undefined) return say(`runbook ${to.id} is no longer in the profile`);
      const whyNot = startBlockedReason(view.cockpit, found.runbook);
      return whyNot === undefined ? commands.propose(to.id, {}) : say(`${found.runbook.title}: ${whyNot}`);
    }
  }
};

const overlayOf = ({ view }: KeyContext): RelatedOverlay | undefined =>
  view.ui.overlay.is === 'related' ? view.ui.overlay : undefined;

const goToChosen = (context: KeyContext) => {
  const overlay = overlayOf(context);
  if (overlay === undefined) return;
  const targets = targetsOf(context.view, overlay);
  const keys = targets.map(({ key }) => key);
  if (isCursorTargetGone(keys, overlay.cursor)) return context.notify('the selected object no longer exists');
  const chosen = targets[cursorIndexIn(keys, overlay.cursor)];
  if (chosen === undefined) return;
  context.model.setState({ overlay: noOverlay });
  goTo(context, overlay, chosen.to);
};

const move =
  (step: number) =>
  (context: KeyContext): void => {
    const overlay = overlayOf(context);
    if (overlay === undefined) return;
    const keys = targetsOf(context.view, overlay).map(({ key }) => key);
    const cursor = cursorAt(keys, cursorIndexIn(keys, overlay.cursor) + step);
    context.model.setState({ overlay: { ...overlay, cursor } });
  };

/** The keys of the card. */
export const relatedKeys: readonly Binding[] = [
  { id: 'related.go', keys: ['enter'], description: 'go to the object', footer: 'go', run: goToChosen },
  { id: 'related.down', keys: ['j', 'down'], description: 'move down', run: move(1) },
  { id: 'related.up', keys: ['k', 'up'], description: 'move up', run: move(-1) },
  {
    id: 'related.close',
    keys: ['esc'],
    description: 'close the list',
    footer: 'close',
    run: ({ model }) => model.setState({ overlay: noOverlay }),
  },
  helpKey,
];

/** `I` on a row of any pane. */
export const openRelatedKey: Binding = {
  id: 'related',
  keys: ['I'],
  description: 'list the logs, pods, alerts and metrics that are related to this row',
  footer: 'related',
  footerMinColumns: 140,
  whyNot: ({ row }) => {
    if (row === undefined) return 'this pane shows no rows';
    return row.foldedKeys === undefined
      ? undefined
      : 'this row is a group: press z to show the rows of the group';
  },
  run: ({ model, view, pane, row, notify: say }) => {
    if (row === undefined) return;
    if (relatedTargets(view, pane, row).length === 0)
      return say(`nothing is related to ${row.label}: no other row has the same names`);
    model.setState({ overlay: { is: 'related', pane: pane.id, key: row.key, cursor: initialCursor } });
  },
};

const paneCells = 17;

const targetLine = ({ pen, columns }: RenderContext, target: RelatedTarget, chosen: boolean): StyledLine => {
  const { level } = target;
  const left: StyledLine = [
    chosen ? pen.glyph('chosen', 'key') : pen.run(' '),
    pen.run(' '),
    level === undefined ? pen.run(' ') : pen.glyph(level, level),
    pen.run(` ${target.pane.padEnd(paneCells)}`, 'faint'),
    pen.run(target.text, chosen ? 'bold' : 'plain'),
  ];
  const right: StyledLine = [
    pen.run(target.relation === '' ? '' : ` ${target.relation}`, 'faint'),
    ...(level === undefined ? [] : [pen.run(` ${levelWords[level].padStart(7)}`, level)]),
  ];
  return justifyLine(left, right, cardInnerWidth({ columns }), 'plain', pen.ellipsis);
};

/** Renders the card in at most `room` lines. */
export const renderRelated = ({ view }: KeyContext, overlay: RelatedOverlay, room: number): Card => {
  const { pen } = view;
  const targets = targetsOf(view, overlay);
  const position = cursorIndexIn(
    targets.map(({ key }) => key),
    overlay.cursor,
  );
  const seen = visibleWindow(targets.length, Math.max(1, room - 2), position);
  const row = rowOfPlace(view, overlay.pane, overlay.key);
  const lines = targets
    .slice(seen.from, seen.to)
    .map((target, index) => targetLine(view, target, seen.from + index === position));
  return {
    edge: 'focus',
    lines: [
      cardHeading(
        view,
        [pen.run('RELATED', 'bold'), pen.run(`  ${row?.label ?? 'the row no longer exists'}`)],
        [pen.run(seen.hidden > 0 ? `${position + 1} of ${targets.length}` : `${targets.length}`, 'faint')],
      ),
      ...lines,
      keyHints(pen, 'enter go', 'j k move', 'esc close', 'ctrl-o returns here'),
    ],
  };
};
