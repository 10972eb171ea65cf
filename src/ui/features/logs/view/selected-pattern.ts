import type { LinePatternCount } from '../../../../logs/ring/pattern-counts.ts';
import type { RenderContext } from '../../../shell/contract/render-context.ts';

/** The counted patterns; none while lines are shown. */
export const shownPatterns = ({ cockpit }: Pick<RenderContext, 'cockpit'>): readonly LinePatternCount[] =>
  cockpit.logs?.patterns?.patterns ?? [];

/** The pattern under the cursor: the one selected last, otherwise the first. */
export const selectedPattern = (view: RenderContext): LinePatternCount | undefined => {
  const patterns = shownPatterns(view);
  return patterns.find(({ key }) => key === view.ui.logs.pattern) ?? patterns[0];
};
