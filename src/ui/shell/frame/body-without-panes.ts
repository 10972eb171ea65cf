import { pluralize } from '../../../domain/text/count-text.ts';
import type { StyledLine } from '../../kit/text/line.ts';
import type { RenderContext } from '../contract/render-context.ts';
import { needsEnvironmentChoice } from '../state/environment-choice.ts';

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
  const own = view.features.emptyBody(view, height);
  if (own !== undefined) return own;
  if (needsEnvironmentChoice(cockpit, ui)) return pickerBody(view);
  return openingBody(view);
};
