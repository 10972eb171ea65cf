import { pluralize } from '../../domain/count-text.ts';
import { boundKey } from '../keys/keys-in-text.ts';
import { needsEnvironmentChoice } from '../overlays/lists.ts';
import type { RenderContext } from '../render-context.ts';
import type { StyledLine } from '../text/line.ts';

/** Wraps a profile error; continuation lines are indented. */
const complaint = ({ columns, pen }: RenderContext, text: string): readonly StyledLine[] =>
  pen
    .wrap(text, columns - 4)
    .map((piece, index): StyledLine => [pen.run(`${index === 0 ? ' ' : '   '}${piece}`, 'crit')]);

/** The errors that fit `room` lines, and the number of the others. */
const complaints = (view: RenderContext, texts: readonly string[], room: number): readonly StyledLine[] => {
  const lines: StyledLine[] = [];
  for (const [index, text] of texts.entries()) {
    const next = complaint(view, text);
    const last = index === texts.length - 1;
    if (lines.length + next.length > room - (last ? 0 : 1))
      return [...lines, [view.pen.run(` ${texts.length - index} more: opsdeck validate lists all`, 'crit')]];
    lines.push(...next);
  }
  return lines;
};

/** '2 errors, 29 warnings'. */
const countText = (texts: readonly string[]): string => {
  const warnings = texts.filter((text) => text.includes(': warning: ')).length;
  const errors = pluralize(texts.length - warnings, 'error');
  return warnings === 0 ? errors : `${errors}, ${pluralize(warnings, 'warning')}`;
};

/** The body for an invalid profile: every error as file:line:col. Nothing was contacted. */
const refusedBody = (view: RenderContext, height: number): readonly StyledLine[] => {
  const { cockpit, pen } = view;
  const texts = cockpit.profileErrors ?? [];
  const keys = [
    `${boundKey(cockpit, 'ask', 'r')} reload`,
    ...(cockpit.environments.length > 0
      ? [`${boundKey(cockpit, 'environment', 'e')} switch environment`]
      : []),
    `${boundKey(cockpit, 'quit', 'q')} quit`,
  ];
  return [
    [pen.run(' PROFILE', 'bold'), pen.run(`  has ${countText(texts)}, nothing was contacted`)],
    ...complaints(view, texts, height - 3),
    [],
    [pen.run(` ${keys.join(' · ')}`, 'faint')],
  ];
};

/**
 * The body of the first frame while the environment is opening: one line, so that it appears before anything else is
 * loaded.
 */
const openingBody = ({ pen }: RenderContext): readonly StyledLine[] => [[pen.run(' opening')]];

/** The body below the list of environments while none is open. */
const pickerBody = ({ cockpit, pen }: RenderContext): readonly StyledLine[] => [
  [pen.run(` ${pluralize(cockpit.environments.length, 'environment')}, no default: choose one`)],
];

/** The body while no panes can be shown: profile errors, no environment chosen, or opening. Undefined: panes are shown. */
export const bodyWithoutPanes = (view: RenderContext, height: number): readonly StyledLine[] | undefined => {
  const { cockpit, ui } = view;
  if (cockpit.open !== undefined) return undefined;
  if (cockpit.profileErrors !== undefined) return refusedBody(view, height);
  if (needsEnvironmentChoice(cockpit, ui)) return pickerBody(view);
  return openingBody(view);
};
