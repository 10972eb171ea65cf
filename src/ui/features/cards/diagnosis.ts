import { ageText } from '../../../domain/duration.ts';
import type { Millis } from '../../../domain/fault.ts';
import { latency } from '../../../domain/format.ts';
import type { RunView } from '../../../store/cockpit.ts';
import { counted } from '../../text/ages.ts';
import { faultLook } from '../../text/faults.ts';
import { type Line, spread } from '../../text/run.ts';
import type { View } from '../../view.ts';
import { firstOf, innerWidth, labelCells, labelled } from './card.ts';

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

/** Of what still comes the newest lines are shown, of what has come the first. */
const saidLines = (view: View, { lines, done }: Step, all: boolean): readonly Line[] => {
  const { pen } = view;
  const few = done ? firstOf(lines, shortly) : lines.slice(-shortly);
  const shown = all
    ? lines.flatMap((text) => pen.wrap(text, innerWidth(view) - labelCells - inset.length))
    : few;
  const said = shown.map((text) => labelled(pen, '', inset + text));
  const more = all ? 0 : lines.length - shown.length;
  const rest = `${inset}and ${counted(more, 'more line')}, tab shows them`;
  return more > 0 ? [...said, labelled(pen, '', rest, 'faint')] : said;
};

const timeOf = ({ since, endedAt, done }: Step, now: Millis): string => {
  if (since === undefined) return '';
  if (!done) return ageText(now - since);
  return endedAt === undefined ? '' : latency(endedAt - since);
};

const titleLine = (view: View, step: Step): Line => {
  const { pen, now } = view;
  const time = timeOf(step, now);
  const mark = !step.done
    ? pen.glyph('loading', 'loading')
    : step.faults.length > 0
      ? pen.glyph('unknown', 'unknown')
      : pen.glyph('ok', 'ok');
  const left = labelled(pen, 'check', [mark, pen.run(` ${step.title}`, step.done ? 'plain' : 'loading')]);
  return time === ''
    ? left
    : spread(left, [pen.run(` ${time}`, 'faint')], innerWidth(view), 'plain', pen.mark);
};

/** What the read-only steps bring, side by side, each as it comes: a card shows it before anyone says yes. */
export const diagnosisLines = (view: View, run: RunView, all: boolean): readonly Line[] =>
  Object.values(run.diagnosis).flatMap((step): readonly Line[] => [
    titleLine(view, step),
    ...faultLines(view, step),
    ...saidLines(view, step, all),
  ]);
