import { renderCard } from '../../src/ui/kit/components/card.ts';
import { columnsEntry } from '../../src/ui/kit/components/card-columns.ts';
import {
  type CardZone,
  decisionRow,
  placeZones,
  placeZonesBriefly,
  zonedCard,
  zoneRule,
} from '../../src/ui/kit/components/card-zones.ts';
import type { StyledLine } from '../../src/ui/kit/text/line.ts';
import type { TextPen } from '../../src/ui/kit/text/pen.ts';

interface Sheet {
  readonly columns: number;
  readonly pen: TextPen;
}

const arrowOf = (pen: TextPen): string => (pen.ascii ? '->' : '→');

/** The steps of a run: done, running and to come. */
const steps = (view: Sheet): CardZone => {
  const { pen } = view;
  const answer = `POST …/admin/restart ${arrowOf(pen)} 200 OK`;
  const step = (mark: StyledLine, left: string, right: string, end: string) => ({
    rows: columnsEntry(view, { mark: [...mark, pen.run(' ')], left, right, end }),
  });
  return {
    title: 'Steps',
    entries: [
      step([pen.glyph('done', 'ok')], 'Restart the broker', answer, '238ms'),
      step([pen.glyph('loading', 'key')], 'Close the circuit breaker', '2 calls', '1s'),
      step([pen.glyph('off', 'faint')], 'Notify the owner', 'manual step', ''),
    ],
  };
};

/** The changes of a run: better, unknown and unchanged. */
const changes = (view: Sheet): CardZone => {
  const { pen } = view;
  const change = (mark: StyledLine, left: string, before: string, after: StyledLine) => ({
    rows: columnsEntry(view, {
      mark: [...mark, pen.run(' ')],
      left,
      right: [pen.run(before, 'faint'), pen.run(` ${arrowOf(pen)} `, 'faint'), ...after],
    }),
  });
  return {
    title: `Before ${arrowOf(pen)} after`,
    note: '1 of 3 unchanged',
    entries: [
      change([pen.glyph('warn', 'warn')], 'Firing alerts', '4', [
        pen.run('4', 'warn'),
        pen.run('  unchanged', 'faint'),
      ]),
      change([pen.glyph('unknown', 'unknown')], 'Consumer lag', '48,210', [pen.run('–', 'unknown')]),
      change([pen.glyph('ok', 'ok')], 'Error rate', '48.8 %', [pen.run('0 %', 'ok')]),
    ],
  };
};

const card = (view: Sheet, title: string, body: ReturnType<typeof placeZones>, isOver: boolean) => {
  const { pen } = view;
  return renderCard(
    view,
    zonedCard(view, {
      edge: isOver ? 'ok' : 'danger.disruptive',
      frame: isOver ? 'rounded' : 'double',
      title: [pen.run(title, 'bold')],
      right: isOver ? [] : [pen.run('DISRUPTIVE', 'danger.disruptive')],
      body: body.lines,
      ...(isOver ? { rule: zoneRule(pen, '') } : {}),
      foot: [
        decisionRow(
          view,
          isOver ? [] : [pen.run('enter', 'key'), pen.run(' confirm')],
          isOver ? ['u undo', 'esc close'] : ['tab all', 'esc cancel'],
        ),
      ],
    }),
  );
};

/** Cards of zones: with a decision, after a run, and where only the first row of each zone has room. */
export const zonedCards = (view: Sheet): readonly StyledLine[] => {
  const zones = [steps(view), changes(view)];
  return [
    ...card(view, 'Confirm in PRODUCTION', placeZones(view, zones, 20, false), false),
    ...card(view, 'RECOVERED', placeZones(view, [changes(view)], 20, false), true),
    ...card(view, 'Few rows', placeZonesBriefly(view, zones), false),
  ];
};
