import { whyNotNow } from '../../keys/binding.ts';
import type { Binding, Hand } from '../../panes/pane.ts';
import { type Line, spread } from '../../text/run.ts';
import { type Card, field, heading, innerWidth } from '../cards/card.ts';
import { type Help, helpTables } from './help.ts';

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
