import { renderChart } from '../../src/ui/kit/chart/chart.ts';
import { type ColumnBox, renderBoxColumns } from '../../src/ui/kit/components/box-columns.ts';
import {
  cardHeading,
  inputField,
  keyHints,
  labeledLine,
  renderCard,
} from '../../src/ui/kit/components/card.ts';
import { type ChainLink, renderChain } from '../../src/ui/kit/components/chain.ts';
import { renderGauge } from '../../src/ui/kit/components/gauge.ts';
import { renderMasterDetail } from '../../src/ui/kit/components/master-detail.ts';
import {
  horizontal,
  type PanelOutline,
  renderPanelRules,
  withRules,
} from '../../src/ui/kit/components/panel.ts';
import { renderSectionRule } from '../../src/ui/kit/components/section-rule.ts';
import { type Column, placeTable, tableHeaderLine } from '../../src/ui/kit/components/table.ts';
import { fitLine, lineToText, lineWidth, overlayLine, type StyledLine } from '../../src/ui/kit/text/line.ts';
import type { TextPen } from '../../src/ui/kit/text/pen.ts';
import { sparkline } from '../../src/ui/kit/text/spark.ts';
import { ruleGlyph } from '../../src/ui/kit/theme/glyphs.ts';
import { renderLevel, renderStale } from '../../src/ui/shell/panes/problem.ts';
import { zonedCards } from './zoned-cards.ts';

export const galleryColumns = 100;

interface Sheet {
  readonly columns: number;
  readonly pen: TextPen;
}

const selectedText = 'under the cursor';

const heading = (pen: TextPen, name: string, use: string): readonly StyledLine[] => [
  [],
  [pen.run(name, 'title'), pen.run(`  ${use}`, 'faint')],
];

const panels = (pen: TextPen, columns: number): readonly StyledLine[] => {
  const middle = Math.floor(columns / 2) - 1;
  const outlines: readonly PanelOutline[] = [
    { left: 0, top: 0, right: middle, bottom: 3, focused: true },
    { left: middle, top: 0, right: columns - 1, bottom: 3, focused: false },
  ];
  const title = (text: string, focused: boolean): StyledLine =>
    withRules(
      [
        pen.run(focused ? '▌' : ' '),
        pen.run(text, focused ? 'focus' : 'title'),
        pen.run('   7 services', 'faint'),
        pen.run('      '),
      ],
      focused ? 'focus' : 'rule',
      ruleGlyph(horizontal, pen.ascii),
    );
  const [top = [], ...rest] = renderPanelRules(pen, outlines, columns, 4);
  return [
    overlayLine(overlayLine(top, 1, title('1 FOCUSED', true)), middle + 1, title('2 OTHER', false)),
    ...rest,
  ];
};

const links = (pen: TextPen): readonly ChainLink[] => [
  { name: [pen.run('broker', 'crit')], state: [pen.run('down 503', 'faint')], role: 'crit', count: 1 },
  { name: [pen.run('4 breakers')], state: [pen.run('OPEN', 'crit')], role: 'rule', count: 4 },
  { name: [pen.run('2 services')], state: [pen.run('warning', 'warn')], role: 'rule', count: 2 },
];

const boxColumns = (pen: TextPen, columns: number): readonly StyledLine[] => {
  const box = (title: string, note: string, text: string): ColumnBox => ({
    ...{ title: [pen.run(title, 'bold')], note: [pen.run(note, 'faint')], rows: 1, least: 1 },
    lines: () => [[pen.run(text)]],
  });
  const first = Math.floor(columns * 0.6);
  const placed = [
    { cells: first, boxes: [box('billing-events', '3 members', '48,210 behind, +61/s: never drains')] },
    {
      cells: columns - first,
      boxes: [box('Partitions', 'payments', 'p0  31,007'), box('Members', '3', 'billing-0')],
    },
  ];
  return renderBoxColumns(pen, placed, 6, { weight: 'thin', focused: 'focus', hasSides: true });
};

const masterDetail = (pen: TextPen, columns: number): readonly StyledLine[] =>
  renderMasterDetail(pen, {
    list: [
      [pen.run('▌', 'focus'), pen.run('W Problems', 'focus'), pen.run('  2', 'faint'), pen.run('        ')],
      [
        pen.run(' '),
        pen.glyph('crit', 'crit'),
        pen.run(' broker', 'bold'),
        pen.run('      down 503', 'faint'),
      ],
      [
        pen.run(' '),
        pen.glyph('warn', 'warn'),
        pen.run(' disk', 'bold'),
        pen.run('            91 %', 'faint'),
      ],
    ],
    detail: [
      [pen.run(' '), pen.glyph('crit', 'crit'), pen.run(' broker', 'bold'), pen.run('        ')],
      [pen.run(' answered 503 Service Unavailable, expected 200-399')],
      [],
    ],
    cells: { list: 30, isMirrored: false, detail: columns - 32 },
    height: 3,
    look: { weight: 'thin', focused: 'key', hasSides: true },
    focused: true,
  });

interface Group {
  readonly name: string;
  readonly lag: number;
  readonly level: 'ok' | 'warn' | 'crit' | 'unknown';
}

const groups: readonly Group[] = [
  { name: 'billing-events-consumer-of-production', lag: 48_210, level: 'crit' },
  { name: 'search-index', lag: 9_870, level: 'warn' },
  { name: 'notify-mail', lag: 0, level: 'unknown' },
  { name: 'audit-export', lag: 3, level: 'ok' },
];

const table = (pen: TextPen, cells: number): readonly StyledLine[] => {
  const columns: readonly Column<Group>[] = [
    { head: 'STATE', width: 12, cell: ({ level }) => renderLevel(pen, level) },
    { head: 'GROUP', width: 16, grow: 1, keepsEnd: () => true, cell: ({ name }) => pen.run(name) },
    {
      head: 'LAG',
      width: 10,
      align: 'right',
      cell: ({ lag, level }) => pen.run(level === 'unknown' ? '–' : lag.toLocaleString('en-US')),
    },
    {
      head: 'USE',
      width: 12,
      cell: ({ lag, level }) => renderGauge(pen, level === 'unknown' ? undefined : lag / 50_000, 10, level),
    },
  ];
  const placed = placeTable(columns, cells, groups);
  return [
    tableHeaderLine(placed.placed, pen.ellipsis),
    ...groups.map((row) => placed.line(row, pen.ellipsis)),
  ];
};

const wave = (cells: number): Float64Array =>
  Float64Array.from({ length: cells }, (_, x) =>
    x % 29 === 17 ? Number.NaN : 3 + 2.4 * Math.sin(x / 6) + x / 40,
  );

const chart = (pen: TextPen, cells: number): readonly StyledLine[] =>
  renderChart(pen, {
    cells,
    height: 8,
    lines: [
      {
        label: '',
        style: {
          ...{ role: 'series', dotted: false, ascii: '*' },
          breach: (value) => (value >= 5 ? 'warn' : undefined),
        },
        means: wave,
      },
    ],
    limits: [{ value: 5, isLower: false, text: '≥ 5' }],
    ...{ labelCells: 10, nameCells: 0, labels: 'ticks' },
    marked: new Set([30]),
    bytes: false,
    number: (value) => value.toFixed(1),
  });

const dialog = (view: Sheet): readonly StyledLine[] => {
  const { pen } = view;
  return renderCard(view, {
    edge: 'danger.disruptive',
    lines: [
      cardHeading(
        view,
        [pen.run('Confirm in PRODUCTION', 'bold'), pen.run('   Close a circuit breaker')],
        [pen.run('DISRUPTIVE', 'danger.disruptive')],
      ),
      labeledLine(pen, 'target', 'psp OPEN, billing-0'),
      labeledLine(pen, 'name', inputField(pen, 'billi')),
      keyHints(pen, 'enter confirm', 'esc cancel'),
    ],
  });
};

/** A form: a choice with a note beside it, a text with the value that it replaces, and what is wrong with the answer. */
const form = (view: Sheet): readonly StyledLine[] => {
  const { pen } = view;
  return renderCard(view, {
    edge: 'focus',
    lines: [
      cardHeading(view, [pen.run('RUNBOOK', 'bold'), pen.run('   Scale out billing')], [pen.run('1 of 2')]),
      [pen.run('Deployment:', 'faint')],
      [
        pen.glyph('chosen', 'key'),
        pen.run('  '),
        pen.run('billing-eu', 'bold'),
        pen.run('   '),
        ...renderLevel(pen, 'warn'),
        pen.run(' 2 of 3 ready', 'faint'),
      ],
      [pen.run('   billing-us   '), ...renderLevel(pen, 'ok'), pen.run(' 3 of 3 ready', 'faint')],
      [pen.run('Replicas:', 'faint')],
      [pen.run('   '), ...inputField(pen, '12')],
      [pen.run('   in effect now: ', 'faint'), pen.run(pen.ascii ? '3 -> 12 (+9)' : '3 → 12 (+9)')],
      [pen.run('   integer, 1 to 10', 'faint')],
      [pen.run('   '), pen.run('12 is more than 10', 'crit')],
      keyHints(pen, 'enter accept', 'tab next field', 'esc close'),
    ],
  });
};

/** Width of the level in a row, with the blanks after it. */
const levelCells = 12;

/** The states of a row: as usual, in the moment of a change, marked until seen, marked by the user, under the cursor. */
const rowStates = (pen: TextPen): readonly StyledLine[] =>
  (
    [
      [pen.run(' '), 'crit', 'psp', 'unchanged'],
      [
        pen.glyph('changed', 'flash.crit'),
        'crit',
        'psp',
        'its level has just changed: a flash of half a second',
      ],
      [pen.glyph('changed', 'crit'), 'crit', 'psp', 'its change has not been seen'],
      [pen.glyph('marked', 'key'), 'ok', 'mail', 'marked with m'],
      [pen.run(' '), 'warn', 'search', selectedText],
    ] as const
  ).map(([lead, level, name, text], index): StyledLine => {
    const badge = renderLevel(pen, level);
    const shown = index === 1 ? badge.map((run) => ({ ...run, role: `flash.${level}` as const })) : badge;
    const gap = ' '.repeat(levelCells - lineWidth(shown));
    return [lead, ...shown, pen.run(`${gap}${name.padEnd(8)}`), pen.run(text, 'faint')];
  });

/** The index of the row under the cursor. */
export const selectedIn = (lines: readonly StyledLine[]): number =>
  lines.findLastIndex((line) => lineToText(line).includes(selectedText));

/** Every component with an example, as lines of `columns` cells. */
export const galleryLines = (pen: TextPen, columns = galleryColumns): readonly StyledLine[] =>
  [
    ...heading(
      pen,
      'Panel',
      'rules are shared; title and column heads stand in them; the focused one is marked',
    ),
    ...panels(pen, columns),
    ...heading(
      pen,
      'Table',
      'columns by what they hold; a name is cut between words; numbers are right-aligned',
    ),
    ...table(pen, Math.floor(columns * 0.6)),
    ...heading(pen, 'Row', 'nothing but the row under the cursor has a background'),
    ...rowStates(pen),
    ...heading(pen, 'Badge', 'a level is glyph, word and color'),
    [
      ...renderLevel(pen, 'ok'),
      pen.run('   '),
      ...renderLevel(pen, 'warn'),
      pen.run('   '),
      ...renderLevel(pen, 'crit'),
      pen.run('   '),
      ...renderLevel(pen, 'unknown'),
      pen.run('   '),
      ...renderStale(pen, '48,210, 3m27s old'),
      pen.run('   '),
      pen.glyph('denied', 'down'),
      pen.run(' denied', 'down'),
    ],
    ...heading(pen, 'Sparkline', 'gaps are dots; the scale reaches to a limit that is near'),
    [
      pen.run(
        sparkline(wave(60), pen.sparkSteps, pen.ascii ? ' ' : '·', [{ value: 5, isLower: false }]),
        'warn',
      ),
    ],
    ...heading(pen, 'Chart', 'axes, limits, marks'),
    ...chart(pen, Math.floor(columns * 0.8)),
    ...heading(pen, 'Gauge', 'a share; unknown is not empty'),
    [
      ...renderGauge(pen, 0.35, 20, 'ok'),
      pen.run('   '),
      ...renderGauge(pen, 0.97, 20, 'crit'),
      pen.run('   '),
      ...renderGauge(pen, undefined, 20, 'ok'),
    ],
    ...heading(pen, 'Chain', 'a cause and what follows from it'),
    ...renderChain(pen, links(pen), columns),
    ...heading(pen, 'Master and detail', 'a list, and its selected row explained beside it'),
    ...masterDetail(pen, columns),
    ...heading(pen, 'Box columns', 'boxes below a list, which explain its opened row'),
    ...boxColumns(pen, columns),
    ...heading(pen, 'Dialog and text field', 'a box over a cleared area, framed in the color of its danger'),
    ...dialog({ columns, pen }),
    ...heading(
      pen,
      'Form',
      'choices with what is known about them; the present value, and what the answer changes',
    ),
    ...form({ columns, pen }),
    ...heading(
      pen,
      'Zoned card',
      'zones in the order of the decision, and one row of keys; steps, and what a run changed',
    ),
    ...zonedCards({ columns, pen }),
    ...heading(pen, 'Section rule', 'divides a panel'),
    renderSectionRule(
      pen,
      {
        title: [pen.run('Suggested runbooks', 'bold')],
        note: [pen.run('2 of 9 match', 'faint')],
        look: { weight: 'thin', focused: 'focus', hasSides: true },
        role: 'rule',
      },
      columns,
    ),
    ...heading(pen, 'Toast', 'the message line, in the bottom rule of the panels'),
    withRules(
      [
        pen.run('    '),
        pen.run('10:14:58  breaker billing-1 · psp: HALF-OPEN → OPEN', 'crit'),
        pen.run('        '),
      ],
      'rule',
      ruleGlyph(horizontal, pen.ascii),
    ),
    [],
  ].map((line) => fitLine(line, columns, 'plain', pen.ellipsis));
