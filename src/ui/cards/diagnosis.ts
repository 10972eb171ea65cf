import type { RunView } from '../../store/cockpit.ts';
import { faultLook } from '../text/faults.ts';
import type { Line } from '../text/run.ts';
import type { View } from '../view.ts';
import { labelled } from './card.ts';

/** Lines of what a check brought that a card has room for. */
const linesShown = 2;

/** What the read-only steps brought: a card shows it before anyone says yes. */
export const diagnosisLines = ({ pen }: View, run: RunView): readonly Line[] =>
  Object.values(run.diagnosis).flatMap((step): readonly Line[] => {
    if (!step.done)
      return [
        labelled(pen, 'check', [pen.glyph('loading', 'loading'), pen.run(` ${step.title}`, 'loading')]),
      ];
    const faults = step.faults.map((fault): Line => {
      const look = faultLook(fault.kind);
      return labelled(pen, '', [
        pen.glyph(look.glyph, look.role),
        pen.run(` ${fault.source}: ${fault.message}`, look.role),
      ]);
    });
    const said = step.lines.slice(0, linesShown).map((text) => labelled(pen, '', `  ${text}`));
    const more = step.lines.length - said.length;
    const rest = more > 0 ? [labelled(pen, '', `  and ${more} more lines`, 'faint')] : [];
    const mark = faults.length > 0 ? pen.glyph('unknown', 'unknown') : pen.glyph('ok', 'ok');
    return [labelled(pen, 'check', [mark, pen.run(` ${step.title}`)]), ...faults, ...said, ...rest];
  });
