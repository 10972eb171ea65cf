import { keyOf } from '../../keys/rebound.ts';
import { type Counted, hiddenLines } from '../../panes/state.ts';
import type { Line } from '../../text/run.ts';
import type { GlyphName } from '../../theme/glyphs.ts';
import type { Role } from '../../theme/roles.ts';
import type { View } from '../../view.ts';

const said = ({ pen }: View, glyph: GlyphName, role: Role, text: string): Line => [
  pen.run(' '),
  pen.glyph(glyph, role),
  pen.run(` ${text}`, role),
];

/** A ledger that cannot be read, that is being read, that is empty. */
export const runStates = (view: View, count: Counted): readonly Line[] => {
  const { runs, runsTrouble } = view.cockpit;
  const trouble =
    runsTrouble === undefined
      ? []
      : [said(view, 'down', 'down', `the ledger cannot be read: ${runsTrouble} · opsdeck audit verify`)];
  if (count.all > 0) return [...trouble, ...hiddenLines(view, count)];
  if (trouble.length > 0) return trouble;
  if (runs === undefined) return [said(view, 'loading', 'loading', 'reading the ledger')];
  const key = keyOf(view.cockpit, 'runbook.card', 'R');
  return [said(view, 'empty', 'loading', `nobody has run anything yet · ${key} lists the runbooks`)];
};
