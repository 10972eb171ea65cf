import type { RunView } from '../../store/cockpit.ts';
import { faultLook } from '../text/faults.ts';
import type { Line } from '../text/run.ts';
import type { View } from '../view.ts';
import { innerWidth, labelCells, labelled } from './card.ts';
import { firstOf } from './listed.ts';

type Step = RunView['diagnosis'][string];

/** Lines of what a check brought that a card shows before `tab` asks for all of them. */
const shortly = 2;
/** What a check says stands in from its title. */
const inset = '  ';

const faultLines = ({ pen }: View, step: Step): readonly Line[] =>
  step.faults.map((fault): Line => {
    const look = faultLook(fault.kind);
    return labelled(pen, '', [
      pen.glyph(look.glyph, look.role),
      pen.run(` ${fault.source}: ${fault.message}`, look.role),
    ]);
  });

const saidLines = (view: View, { lines }: Step, all: boolean): readonly Line[] => {
  const { pen } = view;
  const shown = all
    ? lines.flatMap((text) => pen.wrap(text, innerWidth(view) - labelCells - inset.length))
    : firstOf(lines, shortly);
  const said = shown.map((text) => labelled(pen, '', inset + text));
  const more = all ? 0 : lines.length - shown.length;
  const rest = `${inset}and ${more} more lines, tab shows them`;
  return more > 0 ? [...said, labelled(pen, '', rest, 'faint')] : said;
};

/** What the read-only steps brought: a card shows it before anyone says yes. */
export const diagnosisLines = (view: View, run: RunView, all: boolean): readonly Line[] =>
  Object.values(run.diagnosis).flatMap((step): readonly Line[] => {
    const { pen } = view;
    if (!step.done)
      return [
        labelled(pen, 'check', [pen.glyph('loading', 'loading'), pen.run(` ${step.title}`, 'loading')]),
      ];
    const mark = step.faults.length > 0 ? pen.glyph('unknown', 'unknown') : pen.glyph('ok', 'ok');
    return [
      labelled(pen, 'check', [mark, pen.run(` ${step.title}`)]),
      ...faultLines(view, step),
      ...saidLines(view, step, all),
    ];
  });
