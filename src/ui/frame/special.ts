import { keyOf } from '../keys/rebound.ts';
import { counted } from '../text/count.ts';
import type { Line } from '../text/run.ts';
import type { View } from '../view.ts';
import type { Body } from './layout.ts';

/** All that is drawn on a terminal with too little room. */
export const tooSmall = (
  { columns, rows, pen, past }: View,
  wanted: number,
  high: number,
): readonly Line[] => {
  const text = `needs ${wanted}×${high}, has ${columns}×${rows}`;
  // What is looked at stays in sight at every size.
  const marked = past === undefined ? [] : [pen.run('PAST', 'past'), pen.run(' ')];
  return Array.from({ length: rows }, (_, index) => (index === 0 ? [...marked, pen.run(text)] : []));
};

/** One complaint, whole: what does not fit stands below, set in. */
const complaint = ({ columns, pen }: View, text: string): readonly Line[] =>
  pen
    .wrap(text, columns - 4)
    .map((piece, index): Line => [pen.run(`${index === 0 ? ' ' : '   '}${piece}`, 'crit')]);

/** The complaints that fit `room` lines; of what does not fit, how many there are. */
const complaints = (view: View, texts: readonly string[], room: number): readonly Line[] => {
  const lines: Line[] = [];
  for (const [index, text] of texts.entries()) {
    const next = complaint(view, text);
    const last = index === texts.length - 1;
    if (lines.length + next.length > room - (last ? 0 : 1))
      return [...lines, [view.pen.run(` ${texts.length - index} more`, 'crit')]];
    lines.push(...next);
  }
  return lines;
};

/** A profile that cannot be opened: every complaint as file:line:col. Nothing was contacted. */
export const refusedBody = (view: View, height: number): Body => {
  const { cockpit, pen } = view;
  const texts = cockpit.refused ?? [];
  const keys = [
    `${keyOf(cockpit, 'ask', 'r')} read again`,
    ...(cockpit.environments.length > 0 ? [`${keyOf(cockpit, 'environment', 'e')} other environment`] : []),
    `${keyOf(cockpit, 'quit', 'q')} quit`,
  ];
  return {
    lines: [
      [
        pen.run(' PROFILE', 'bold'),
        pen.run(`  has ${counted(texts.length, 'error')}, nothing was contacted`),
      ],
      ...complaints(view, texts, height - 3),
      [],
      [pen.run(` ${keys.join(' · ')}`, 'faint')],
    ],
  };
};

/**
 * The first frame, while nothing is open yet: one plain line, so that it is on the screen before anything else is
 * loaded.
 */
export const openingBody = ({ pen }: View): Body => ({ lines: [[pen.run(' opening')]] });

/** What the list of environments lies on while nothing is open. */
export const pickerBody = ({ cockpit, pen }: View): Body => ({
  lines: [
    [
      pen.run(
        ` ${counted(cockpit.environments.length, 'environment')} found, none is the default: choose one`,
      ),
    ],
  ],
});
