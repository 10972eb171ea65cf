import { type Line, lineWidth, type Run, spread } from '../../text/run.ts';
import type { Role } from '../../theme/roles.ts';
import type { View } from '../../view.ts';
import { innerWidth, labelCells, labelled } from './card.ts';

/** Between a mark and what it marks. */
const gap: Run = { text: '  ', role: 'plain' };

interface Told {
  readonly mark: Run;
  readonly text: string;
  readonly role?: Role;
  /** How long it took, or what it waits for. */
  readonly time?: string;
  /** One line is enough: what is cut off changes nothing. */
  readonly brief?: boolean;
}

/** 'act      ●  what was done and what came back      0.4s': on as many lines as it takes, or cut to one. */
export const told = (
  view: View,
  label: string,
  { mark, text, role = 'plain', time = '', brief = false }: Told,
): readonly Line[] => {
  const { pen } = view;
  const right = time === '' ? [] : [pen.run(` ${time}`, 'faint')];
  const room = innerWidth(view) - labelCells - lineWidth([mark, gap]) - lineWidth(right);
  const pieces = brief ? [pen.cut(text, room)] : pen.wrap(text, room);
  return pieces.map((piece, index) => {
    const [left, end] = index === 0 ? [mark, right] : [pen.run(' '), []];
    const line = labelled(pen, index === 0 ? label : '', [left, gap, pen.run(piece, role)]);
    return spread(line, end, innerWidth(view), 'plain', pen.mark);
  });
};
