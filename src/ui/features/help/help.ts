import { contextUnder } from '../../keys/contexts.ts';
import { whyNotNow } from '../../keys/rebound.ts';
import { type Overlay, under } from '../../overlays/overlay.ts';
import type { Binding, Hand, KeyTable, TextField } from '../../panes/pane.ts';
import { type Line, spread } from '../../text/run.ts';
import { type Card, cardRoom, field, heading, innerWidth } from '../cards/card.ts';

const bindingLine = (hand: Hand, binding: Binding): Line => {
  const { pen } = hand.view;
  const why = whyNotNow(hand, binding);
  const left = [
    pen.run(`${binding.keys.join(', ').padEnd(18)} `, why === undefined ? 'key' : 'stale'),
    pen.run(binding.does, why === undefined ? 'plain' : 'stale'),
  ];
  const right =
    why === undefined ? [] : [pen.run(' '), pen.glyph('denied', 'down'), pen.run(` ${why}`, 'down')];
  return spread(left, right, innerWidth(hand.view), 'plain', pen.mark);
};

/** The profile that the open environment comes from; a shared screen does not show it. */
const profileLine = ({ view: { pen, cockpit } }: Hand): readonly Line[] => {
  const { open } = cockpit;
  if (open?.file === undefined || pen.shared) return [];
  return [[pen.run('Profile', 'faint')], [pen.run(`${open.system}/${open.env}  ${open.file}`)]];
};

/** Every key that is live under it, from the tables that the listener reads; what cannot be used says why. */
export const helpCard = (hand: Hand, help: Help, room: number): Card => {
  const { pen } = hand.view;
  const tables = helpTables(hand, help);
  const bindings = tables.flatMap(({ title, bindings: keys }, index): readonly Line[] => {
    if (keys.length === 0) return [];
    const head: readonly Line[] = index === 0 ? [] : [[pen.run(title, 'faint')]];
    return [...head, ...keys.map((binding) => bindingLine(hand, binding))];
  });
  const lines = [...bindings, ...(help.text === '' ? profileLine(hand) : [])];
  const fits = Math.max(1, room - 1);
  const from = Math.max(0, Math.min(help.cursor, lines.length - fits));
  const typed = help.typing || help.text !== '' ? [pen.run('  /', 'key'), ...field(pen, help.text)] : [];
  const seen =
    lines.length > fits ? `${from + 1} to ${Math.min(lines.length, from + fits)} of ${lines.length} · ` : '';
  return {
    edge: 'focus',
    lines: [
      heading(
        hand.view,
        [pen.run('HELP', 'bold'), pen.run(`  ${tables[0]?.title ?? ''}`), ...typed],
        [pen.run(`${seen}/ filter · esc close`, 'faint')],
      ),
      ...lines.slice(from, from + fits),
    ],
  };
};

export type Help = Extract<Overlay, { is: 'help' }>;

const matches = (binding: Binding, text: string): boolean =>
  `${binding.keys.join(' ')} ${binding.does}`.toLowerCase().includes(text.toLowerCase());

/** What is live under it, as far as it matches what was typed. */
export const helpTables = (hand: Hand, { over, text }: Help): readonly KeyTable[] =>
  contextUnder(hand, over).tables.map(({ title, bindings }) => ({
    title,
    bindings: bindings.filter((binding) => binding.keys.length > 0 && matches(binding, text)),
  }));

/** Lines under the title: every key, and the name of every table but the first, which is in the title. */
const lineCount = (tables: readonly KeyTable[]): number =>
  tables.reduce(
    (sum, { bindings }, index) => sum + bindings.length + (index > 0 && bindings.length > 0 ? 1 : 0),
    0,
  );

const change = ({ model, view }: Hand, part: Partial<Omit<Help, 'is'>>) => {
  if (view.ui.overlay.is === 'help') model.setState({ overlay: { ...view.ui.overlay, ...part } });
};

const scroll = (step: number) => (hand: Hand) => {
  const { overlay } = hand.view.ui;
  if (overlay.is !== 'help') return;
  const last = lineCount(helpTables(hand, overlay)) - (cardRoom(hand.view.rows) - 1);
  change(hand, { cursor: Math.max(0, Math.min(last, overlay.cursor + step)) });
};

const back = (hand: Hand) => {
  const { overlay } = hand.view.ui;
  if (overlay.is === 'help' && (overlay.typing || overlay.text !== ''))
    return change(hand, { typing: false, text: '', cursor: 0 });
  hand.model.setState({ overlay: under(overlay) });
};

export const helpKeys: readonly Binding[] = [
  {
    id: 'help.filter',
    keys: ['/'],
    does: 'filter the keys',
    footer: 'filter',
    run: (hand) => change(hand, { typing: true }),
  },
  { id: 'help.down', keys: ['j', 'down'], does: 'down', run: scroll(1) },
  { id: 'help.up', keys: ['k', 'up'], does: 'up', run: scroll(-1) },
  {
    id: 'help.page-down',
    keys: ['ctrl-d', 'pagedown'],
    does: 'half a page down',
    run: (hand) => scroll(hand.halfPage)(hand),
  },
  {
    id: 'help.page-up',
    keys: ['ctrl-u', 'pageup'],
    does: 'half a page up',
    run: (hand) => scroll(-hand.halfPage)(hand),
  },
  { id: 'help.close', keys: ['esc', '?', 'q'], does: 'close', footer: 'close', run: back },
];

export const helpTypingKeys: readonly Binding[] = [
  {
    id: 'help.filtered',
    keys: ['enter'],
    does: 'keep the filter',
    footer: 'keep',
    run: (hand) => change(hand, { typing: false }),
  },
  { id: 'help.unfilter', keys: ['esc'], does: 'clear the filter', footer: 'clear', run: back },
];

export const helpField = (help: Help): TextField => ({
  value: help.text,
  set: (hand, text) => change(hand, { text, cursor: 0 }),
});
