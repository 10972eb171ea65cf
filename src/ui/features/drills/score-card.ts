import type { StoreApi } from 'zustand/vanilla';
import { type ScoreRow, scoreCard } from '../../../domain/drills/drill-record.ts';
import type { CockpitState } from '../../../store/cockpit.ts';
import type { Card } from '../../kit/components/card.ts';
import { cardHeading, cardInnerWidth, cardTitleWidth, keyHints } from '../../kit/components/card.ts';
import { lineWidth, type StyledLine } from '../../kit/text/line.ts';
import type { UiStore } from '../../shell/contract/model.ts';
import { overlayBelow } from '../../shell/contract/overlay.ts';
import type { Binding, KeyContext } from '../../shell/contract/pane.ts';
import type { RenderContext } from '../../shell/contract/render-context.ts';

declare module '../../shell/contract/overlay.ts' {
  interface OverlayKinds {
    /** The score card of the last drill. */
    readonly score: { readonly is: 'score' };
  }
}

const labelCells = 17;

/** The columns of the card; a narrow one leaves its room to the targets. */
interface ScoreColumns {
  readonly cells: number;
  readonly heads: readonly [own: string, best: string];
  /** False: there is no earlier drill to compare with. */
  readonly hasBest: boolean;
}

/** Width of a card from which its columns have whole heads. */
const roomy = 90;

const columnsOf = (view: RenderContext, hasBest: boolean): ScoreColumns =>
  cardInnerWidth(view) < roomy
    ? { cells: 9, heads: ['drill', 'best'], hasBest }
    : { cells: 14, heads: ['this drill', "team's best"], hasBest };

/** 'time to act      12s           8s          respond within 15m (P1) ● met' */
const rowLine = (
  { pen }: RenderContext,
  { cells, hasBest }: ScoreColumns,
  { label, value, best, target, isMet }: ScoreRow,
): StyledLine => [
  pen.run(label.padEnd(labelCells), 'faint'),
  pen.run(value.padEnd(cells), 'bold'),
  pen.run(hasBest ? best.padEnd(cells) : ''),
  pen.run(target === '' ? '' : `${target} `, 'faint'),
  ...(isMet === undefined
    ? []
    : [
        pen.glyph(isMet ? 'ok' : 'warn', isMet ? 'ok' : 'warn'),
        pen.run(isMet ? ' met' : ' missed', isMet ? 'ok' : 'warn'),
      ]),
];

/** A label and its text, wrapped. */
const textLines = (
  view: RenderContext,
  label: string,
  text: string,
  role: 'plain' | 'warn' | 'bold' = 'plain',
): readonly StyledLine[] =>
  view.pen
    .wrap(text, cardInnerWidth(view) - labelCells)
    .map(
      (piece, index): StyledLine => [
        view.pen.run((index === 0 ? label : '').padEnd(labelCells), 'faint'),
        view.pen.run(piece, role),
      ],
    );

/** Renders the score card of the last drill. */
export const renderScoreCard = ({ view }: KeyContext): Card | undefined => {
  const { pen, cockpit } = view;
  const { result } = cockpit.drill ?? {};
  if (result === undefined) return undefined;
  const { record, best } = result;
  const card = scoreCard(record, best);
  const level = card.isRecovered ? 'ok' : 'warn';
  const outcome: StyledLine = [pen.glyph(level, level), pen.run(` ${card.outcome}`, level)];
  const name = `   ${pen.maskText(`${record.system}/${record.env} ${record.incident}`)}`;
  const title: StyledLine = [pen.run('SCORE', 'bold'), pen.run(name)];
  const columns = columnsOf(view, best !== undefined);
  const isShort = lineWidth(title) + lineWidth(outcome) + 1 <= cardTitleWidth(view);
  return {
    edge: level,
    lines: [
      cardHeading(view, title, isShort ? outcome : []),
      ...(isShort ? [] : [outcome]),
      ...pen.wrap(record.title, cardInnerWidth(view)).map((text): StyledLine => [pen.run(text)]),
      [
        pen.run(''.padEnd(labelCells)),
        pen.run(columns.heads[0].padEnd(columns.cells), 'faint'),
        pen.run(columns.hasBest ? columns.heads[1] : '', 'faint'),
      ],
      ...card.rows.map((row) => rowLine(view, columns, row)),
      ...textLines(view, 'gates', card.gates),
      ...card.wrongTurns.flatMap((text) => textLines(view, 'wrong turn', text, 'warn')),
      ...textLines(view, 'score', card.total, 'bold'),
      ...textLines(view, 'previous best', card.best === '' ? 'none' : card.best),
      keyHints(pen, 'esc close', ':score shows this again'),
    ],
  };
};

/** Keys of the score card. */
export const scoreCardKeys: readonly Binding[] = [
  {
    id: 'score.close',
    keys: ['esc', 'enter', 'q'],
    description: 'close the score card',
    footer: 'close',
    run: ({ model, view }) => model.setState({ overlay: overlayBelow(view.ui.overlay) }),
  },
];

/** True while a card, a list, a text field or the tour has the attention of the operator. */
const isOccupied = (model: UiStore, { run }: CockpitState): boolean => {
  const { overlay, isFiltering, tour } = model.getState();
  return overlay.is !== 'none' || isFiltering || tour !== undefined || (run !== undefined && !run.background);
};

/** Opens the score card of a drill that asks for it, once, as soon as nothing else is open. Returns an unsubscribe function. */
export const showScoreWhenFree = (model: UiStore, cockpit: StoreApi<CockpitState>): (() => void) => {
  let shown: string | undefined;
  const look = (): void => {
    const state = cockpit.getState();
    const id = state.drill?.opensCard === true ? state.drill.result?.record.id : undefined;
    if (id === undefined || id === shown || isOccupied(model, state)) return;
    shown = id;
    model.setState({ overlay: { is: 'score' } });
  };
  const stops = [model.subscribe(look), cockpit.subscribe(look)];
  return () => {
    for (const stop of stops) stop();
  };
};
