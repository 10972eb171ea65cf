import type { Line } from '../text/run.ts';
import type { View } from '../view.ts';
import type { Body } from './layout.ts';

/** All that is drawn on a terminal with too little room. */
export const tooSmall = ({ columns, rows, pen }: View, wanted: number, high: number): readonly Line[] => {
  const text = `needs ${wanted}×${high}, has ${columns}×${rows}`;
  return Array.from({ length: rows }, (_, index) => (index === 0 ? [pen.run(text)] : []));
};

const errorCount = (lines: readonly string[]): string =>
  `${lines.length} error${lines.length === 1 ? '' : 's'}`;

/** A profile that cannot be opened: every complaint as file:line:col. Nothing was contacted. */
export const refusedBody = ({ cockpit, pen }: View): Body => {
  const lines = cockpit.refused ?? [];
  return {
    lines: [
      [pen.run(' PROFILE', 'bold'), pen.run(`  has ${errorCount(lines)}, nothing was contacted`)],
      ...lines.map((text): Line => [pen.run(` ${text}`, 'crit')]),
      [],
      [pen.run(' r read again · e other environment · q quit', 'faint')],
    ],
  };
};

/** Nothing is open yet, and somebody has to choose. */
export const pickerBody = ({ cockpit, pen }: View): Body => ({
  lines: [
    [pen.run(` ${cockpit.environments.length} environments were found, none is the default`)],
    [pen.run(' e chooses one', 'faint')],
  ],
});
